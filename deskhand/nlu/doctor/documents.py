"""What the files of training data are made of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from deskhand.nlu.doctor.errors import TrainingDataError
from deskhand.yaml_files import line_of


def entries(node: yaml.Node | None) -> dict[str, yaml.Node]:
    """The keys and values of a mapping; nothing for anything else."""
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {str(key.value): value for key, value in node.value}


def items(node: yaml.Node | None) -> list[yaml.Node]:
    """The values of a list; nothing for anything else."""
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def numbered_lines(node: yaml.ScalarNode, source: list[str]) -> Iterator[tuple[int, str]]:
    """The lines of a text and where each stands in the file, whose lines are `source`.

    Exact for a block after `|`; a text that is folded or quoted is looked up from its beginning on.
    """
    line = line_of(node)
    for text in str(node.value).splitlines(keepends=True):
        if node.style == "|":
            line += 1
            yield line, text
            line += text.count("\n") - 1
        else:
            line = _found(text, source, line, int(node.end_mark.line) + 1)
            yield line, text


def _found(text: str, source: list[str], first: int, last: int) -> int:
    beginning = " ".join(text.split()[:2])
    return next((line for line in range(first, last + 1) if beginning in source[line - 1]), first)


def yaml_files(path: Path) -> list[Path]:
    """The YAML files at that path, a file or a folder, in order. Raises `TrainingDataError` if it is not there."""
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise TrainingDataError(path, None, "there is no such file or folder.")
    return sorted(file for file in path.rglob("*") if file.suffix in (".yml", ".yaml") and file.is_file())
