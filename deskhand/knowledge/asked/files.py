"""Files of asked questions, read.

- article: shipping/delivery-options.md
  answer: Standard delivery costs £3.95
  questions:
    - how much is postage
- unanswered: true
  near: shipping/delivery-options.md
  questions:
    - do you deliver by drone
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from deskhand.knowledge.articles import ArticleError
from deskhand.knowledge.sources import READABLE
from deskhand.knowledge.sources.folder import ASKED, MOST_BYTES, content_of

SUFFIXES = (".yml", ".yaml")
_ANSWERED, _UNANSWERED = ("article", "answer", "questions"), ("unanswered", "near", "questions")
_TEXT, _TRUTH = "tag:yaml.org,2002:str", "tag:yaml.org,2002:bool"


@dataclass(frozen=True)
class AskedQuestion:
    text: str
    line: int
    last_line: int


@dataclass(frozen=True)
class AskedEntry:
    """Questions that ask the same thing."""

    source: str
    """The file it stands in: its path below the folder of articles, with slashes."""
    line: int
    questions: tuple[AskedQuestion, ...]
    article: str | None
    """The source of the article that answers; None where none does."""
    answer: str = ""
    """Words of the article: they point at what answers."""
    near: str | None = None
    """The source of the article that comes near to it, where none answers."""


@dataclass
class AskedFiles:
    """What was found in the folder of asked questions."""

    entries: list[AskedEntry] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    """Files that could not be read: what they said before still counts."""
    errors: list[ArticleError] = field(default_factory=list)
    misplaced: list[str] = field(default_factory=list)
    """Files in it that look like articles. They are none here."""


def read_asked(root: Path) -> AskedFiles:
    """Reads all files of asked questions below the folder of articles; without any there are none."""
    found = AskedFiles()
    for file in _files(root / ASKED, found):
        source = file.relative_to(root).as_posix()
        if file.suffix.lower() in READABLE:
            found.misplaced.append(source)
        elif file.suffix.lower() in SUFFIXES:
            try:
                found.entries += entries_of(file, source)
            except ArticleError as error:
                found.failed.append(source)
                found.errors.append(error)
    return found


def entries_of(file: Path, source: str) -> list[AskedEntry]:
    """The entries of one file. Raises `ArticleError`."""
    return entries_in(text_of(file), file, source)


def entries_in(text: str, file: Path, source: str) -> list[AskedEntry]:
    """The entries in the text of a file. Raises `ArticleError`."""
    root = _parsed(text, file)
    if root is None:
        return []
    if not isinstance(root, yaml.SequenceNode):
        raise ArticleError(file, _line(root), "the file must be a list of entries: lines '- article: …', 'answer: …'.")
    return [_entry(file, source, node) for node in root.value]


def _files(folder: Path, found: AskedFiles) -> Iterator[Path]:
    def fail(exc: OSError) -> None:
        if not isinstance(exc, FileNotFoundError):
            found.failed.append(ASKED)
            found.errors.append(ArticleError(folder, 1, f"the folder can't be read ({exc.strerror})."))

    for parent, folders, names in os.walk(folder, onerror=fail):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(parent) / name for name in sorted(names) if not name.startswith("."))


def text_of(file: Path) -> str:
    """Raises `ArticleError`."""
    try:
        return content_of(file, MOST_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise ArticleError(file, 1, f"the file can't be read as UTF-8 text ({exc}).") from exc


def _parsed(text: str, file: Path) -> yaml.Node | None:
    try:
        node: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as exc:
        line = exc.problem_mark.line + 1 if exc.problem_mark else 1
        raise ArticleError(file, line, f"the file isn't valid YAML: {exc.problem}.") from exc
    except (yaml.YAMLError, RecursionError) as exc:
        raise ArticleError(file, 1, f"the file isn't valid YAML: {exc}.") from exc
    return node


def _entry(file: Path, source: str, node: yaml.Node) -> AskedEntry:
    fields = _fields(file, node)
    unanswered = "unanswered" in fields
    known = _UNANSWERED if unanswered else _ANSWERED
    for name, (key, _) in fields.items():
        if name not in known:
            raise ArticleError(file, _line(key), f"unknown field {name!r}; known here are {', '.join(known)}.")
    for name in known:
        if name not in fields and name != "near":
            raise ArticleError(file, _line(node), f"an entry needs {name!r}.")
    values = {name: value for name, (_, value) in fields.items()}
    questions = _questions(file, values["questions"])
    if unanswered:
        _require_true(file, values["unanswered"])
        near = _text(file, values["near"], "near") if "near" in values else None
        return AskedEntry(source, _line(node), questions, None, near=near)
    article, answer = (_text(file, values[name], name) for name in ("article", "answer"))
    return AskedEntry(source, _line(node), questions, article, answer)


def _fields(file: Path, node: yaml.Node) -> dict[str, tuple[yaml.Node, yaml.Node]]:
    if not isinstance(node, yaml.MappingNode):
        raise ArticleError(file, _line(node), "an entry has lines like 'article: …', 'answer: …', 'questions:'.")
    fields: dict[str, tuple[yaml.Node, yaml.Node]] = {}
    for key, value in node.value:
        name = str(key.value)
        if name in fields:
            raise ArticleError(file, _line(key), f"the field {name!r} is there twice.")
        fields[name] = key, value
    return fields


def _questions(file: Path, node: yaml.Node) -> tuple[AskedQuestion, ...]:
    if not isinstance(node, yaml.SequenceNode) or not node.value:
        raise ArticleError(file, _line(node), "'questions' must be a list of questions: lines '- how much is …'.")
    return tuple(AskedQuestion(_text(file, each, "a question"), _line(each), _last_line(each)) for each in node.value)


def _require_true(file: Path, node: yaml.Node) -> None:
    if node.tag != _TRUTH or str(node.value).lower() not in {"true", "yes", "on"}:
        raise ArticleError(file, _line(node), "'unanswered' can only be true; leave it out where an article answers.")


def _text(file: Path, node: yaml.Node, name: str) -> str:
    if not isinstance(node, yaml.ScalarNode) or node.tag != _TEXT or not node.value.strip():
        raise ArticleError(file, _line(node), f"{name} must be a text; put it in quotation marks.")
    return " ".join(node.value.split())


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _last_line(node: yaml.Node) -> int:
    """A folded text ends where the next thing begins."""
    mark = node.end_mark
    return int(mark.line) + (1 if mark.column else 0)
