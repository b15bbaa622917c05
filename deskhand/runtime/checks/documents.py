"""Reading YAML with the line of every key and value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from deskhand.runtime.checks.problems import ConfigurationError
from deskhand.yaml_files import compose, is_null, line_of


@dataclass(frozen=True)
class Part:
    """A value in a YAML file, and where it stands."""

    file: Path
    line: int
    node: yaml.Node

    @property
    def text(self) -> str | None:
        """The value, if it is a single one. Environment variables are not replaced."""
        return str(self.node.value) if isinstance(self.node, yaml.ScalarNode) and not is_null(self.node) else None

    def entries(self) -> Iterator[tuple[str, int, Part]]:
        """Key, line of the key, value. Raises `ConfigurationError` for a key that stands there twice."""
        if not isinstance(self.node, yaml.MappingNode):
            return
        seen: dict[str, int] = {}
        for key, value in self.node.value:
            name, line = str(key.value), line_of(key)
            if name in seen:
                raise ConfigurationError(
                    self.file, line, f"'{name}' stands here for the second time; first in line {seen[name]}."
                )
            seen[name] = line
            yield name, line, Part(self.file, line_of(value), value)

    def items(self) -> Iterator[Part]:
        """The values of a list."""
        if isinstance(self.node, yaml.SequenceNode):
            for item in self.node.value:
                yield Part(self.file, line_of(item), item)

    def get(self, key: str) -> Part | None:
        """The value under a key."""
        return next((value for name, _, value in self.entries() if name == key), None)

    def problem(self, text: str, line: int | None = None) -> ConfigurationError:
        """The error to raise about this value."""
        return ConfigurationError(self.file, line or self.line, text)


def read(file: Path) -> Part | None:
    """The document in the file, None if it is empty. Raises `ConfigurationError` if it is not YAML, or no mapping."""
    node = compose(file, ConfigurationError)
    return None if node is None else Part(file, 1, node)
