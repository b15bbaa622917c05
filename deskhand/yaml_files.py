"""Reading a YAML file with the line of every key and value, and saying where it is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import yaml

from deskhand.errors import DeskhandError

ErrorAt = Callable[[Path, int | None, str], DeskhandError]
"""Makes the error to raise about a line of a file, or about the whole file."""


def compose(file: Path, error_at: ErrorAt) -> yaml.MappingNode | None:
    """The document in the file, None if it is empty. Raises what `error_at` makes if it is not YAML, or no mapping."""
    try:
        node = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except UnicodeDecodeError as exc:
        raise error_at(file, None, f"this is not UTF-8 text ({exc.reason}).") from None
    except OSError as exc:
        raise error_at(file, None, f"this cannot be read: {exc.strerror}.") from None
    except yaml.YAMLError as exc:
        mark = getattr(exc, "problem_mark", None) or getattr(exc, "context_mark", None)
        words = [getattr(exc, "context", None), getattr(exc, "problem", None)]
        problem = ", ".join(str(word) for word in words if word) or str(exc)
        raise error_at(file, mark.line + 1 if mark else None, f"this is not valid YAML: {problem}.") from None
    if node is not None and not isinstance(node, yaml.MappingNode):
        raise error_at(file, line_of(node), "`key: value` lines are expected here.")
    return node


def line_of(node: yaml.Node) -> int:
    """The line on which the value begins, from 1."""
    return int(node.start_mark.line) + 1


def is_null(node: yaml.Node | None) -> bool:
    """Whether there is no value, or one that says so."""
    return node is None or node.tag == "tag:yaml.org,2002:null"
