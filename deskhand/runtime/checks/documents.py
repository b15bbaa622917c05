"""Reading YAML with the line of every key and value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from deskhand.runtime.checks.problems import ConfigurationError


@dataclass(frozen=True)
class Part:
    """A value in a YAML file, and where it stands."""

    file: Path
    line: int
    node: yaml.Node

    @property
    def text(self) -> str | None:
        """The value, if it is a single one. Environment variables are not replaced."""
        is_null = self.node.tag == "tag:yaml.org,2002:null"
        return str(self.node.value) if isinstance(self.node, yaml.ScalarNode) and not is_null else None

    def entries(self) -> Iterator[tuple[str, int, Part]]:
        """Key, line of the key, value. Raises `ConfigurationError` for a key that stands there twice."""
        if not isinstance(self.node, yaml.MappingNode):
            return
        seen: dict[str, int] = {}
        for key, value in self.node.value:
            name, line = str(key.value), key.start_mark.line + 1
            if name in seen:
                raise ConfigurationError(
                    self.file, line, f"'{name}' stands here for the second time; first in line {seen[name]}."
                )
            seen[name] = line
            yield name, line, Part(self.file, value.start_mark.line + 1, value)

    def items(self) -> Iterator[Part]:
        """The values of a list."""
        if isinstance(self.node, yaml.SequenceNode):
            for item in self.node.value:
                yield Part(self.file, item.start_mark.line + 1, item)

    def get(self, key: str) -> Part | None:
        """The value under a key."""
        return next((value for name, _, value in self.entries() if name == key), None)

    def problem(self, text: str, line: int | None = None) -> ConfigurationError:
        """The error to raise about this value."""
        return ConfigurationError(self.file, line or self.line, text)


def read(file: Path) -> Part | None:
    """The document in the file, None if it is empty. Raises `ConfigurationError` if it is not YAML, or no mapping."""
    try:
        text = file.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except UnicodeDecodeError as exc:
        raise ConfigurationError(file, None, f"this is not UTF-8 text ({exc.reason}).") from None
    except OSError as exc:
        raise ConfigurationError(file, None, f"this cannot be read: {exc.strerror}.") from None
    except yaml.YAMLError as exc:
        raise _syntax_error(file, exc) from None
    if node is None:
        return None
    if not isinstance(node, yaml.MappingNode):
        raise ConfigurationError(file, node.start_mark.line + 1, "`key: value` lines are expected here.")
    return Part(file, 1, node)


def _syntax_error(file: Path, exc: yaml.YAMLError) -> ConfigurationError:
    mark = getattr(exc, "problem_mark", None) or getattr(exc, "context_mark", None)
    line = mark.line + 1 if mark else None
    words = [getattr(exc, "context", None), getattr(exc, "problem", None)]
    problem = ", ".join(str(word) for word in words if word) or str(exc)
    return ConfigurationError(file, line, f"this is not valid YAML: {problem}.")
