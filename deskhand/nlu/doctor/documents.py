"""YAML files with the line of every key and value."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from deskhand.nlu.doctor.errors import TrainingDataError


def compose(file: Path) -> yaml.MappingNode | None:
    """The document in the file, None if it is empty. Raises `TrainingDataError` if it is not YAML, or no mapping."""
    try:
        node = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except UnicodeDecodeError as exc:
        raise TrainingDataError(file, None, f"this is not UTF-8 text ({exc.reason}).") from None
    except OSError as exc:
        raise TrainingDataError(file, None, f"this cannot be read: {exc.strerror}.") from None
    except yaml.YAMLError as exc:
        raise _syntax_error(file, exc) from None
    if node is not None and not isinstance(node, yaml.MappingNode):
        raise TrainingDataError(file, line_of(node), "`key: value` lines are expected here.")
    return node


def _syntax_error(file: Path, exc: yaml.YAMLError) -> TrainingDataError:
    mark = getattr(exc, "problem_mark", None) or getattr(exc, "context_mark", None)
    words = [getattr(exc, "context", None), getattr(exc, "problem", None)]
    problem = ", ".join(str(word) for word in words if word) or str(exc)
    return TrainingDataError(file, mark.line + 1 if mark else None, f"this is not valid YAML: {problem}.")


def line_of(node: yaml.Node) -> int:
    """The line on which the value begins, from 1."""
    return int(node.start_mark.line) + 1


def entries(node: yaml.Node | None) -> dict[str, yaml.Node]:
    """The keys and values of a mapping; nothing for anything else."""
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {str(key.value): value for key, value in node.value}


def items(node: yaml.Node | None) -> list[yaml.Node]:
    """The values of a list; nothing for anything else."""
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def is_empty(node: yaml.Node | None) -> bool:
    return node is None or node.tag == "tag:yaml.org,2002:null"


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
