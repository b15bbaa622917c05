"""Adding a question to the files of asked questions, whose lines are otherwise left as they are."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import yaml

from deskhand.errors import DeskhandError
from deskhand.knowledge.articles import ArticleError
from deskhand.knowledge.asked.files import AskedEntry, entries_in, read_asked, text_of
from deskhand.knowledge.asked.places import Place, find
from deskhand.knowledge.passages import Passage, passages_of
from deskhand.knowledge.sources import read
from deskhand.knowledge.sources.folder import ASKED, list_folder, load


class CannotAdd(DeskhandError):
    """The question would be of no use as it stands."""


@dataclass(frozen=True)
class Added:
    file: Path
    line: int
    passage: str
    """What the words of the article point at."""


def add(root: Path, article: str, answer: str, question: str) -> Added:
    """Adds a question that an article answers; `answer` are words of it. With the entry of the same answer if there is
    one, or else at the end of the file of the article's topic.

    Raises `CannotAdd`, `ArticleError`, `NoArticles`.
    """
    article, question = PurePosixPath(article).as_posix(), " ".join(question.split())
    if not any(character.isalnum() for character in question):
        raise CannotAdd("The question is empty.")
    passages = _passages(root, article)
    found = find(answer, passages)
    if not found.places:
        raise CannotAdd(f"{answer!r} is not in {article}. Give words as they stand there.")
    asked = read_asked(root)
    if asked.errors:
        raise asked.errors[0]
    for entry in asked.entries:
        for each in entry.questions:
            if each.text.casefold() == question.casefold():
                raise CannotAdd(f"It is there already: {root / entry.source}:{each.line}.")
    same = [entry for entry in asked.entries if entry.article == article]
    beside = next((each for each in same if find(each.answer, passages).places == found.places), None)
    source = beside.source if beside else same[-1].source if same else _file_of_topic(article)
    line = _write(root, source, beside, article, answer, question)
    return Added(root / source, line, _said(found.places[0], passages))


def _said(place: Place, passages: Sequence[Passage]) -> str:
    passage = passages[place.position]
    texts = (*passage.sentences, *passage.steps)
    first, last = place.sentences or (0, len(texts) - 1)
    return " ".join(texts[first : last + 1])


def _passages(root: Path, article: str) -> list[Passage]:
    listed = next((each for each in list_folder(root).files if each.source == article), None)
    if listed is None:
        raise CannotAdd(f"There is no article {article} below {root}.")
    return passages_of(read(load(listed)))


def _file_of_topic(article: str) -> str:
    path = PurePosixPath(article)
    return f"{ASKED}/{path.parts[0] if len(path.parts) > 1 else path.stem}.yml"


def _write(root: Path, source: str, entry: AskedEntry | None, article: str, answer: str, question: str) -> int:
    file = root / source
    text = text_of(file) if file.exists() else ""
    attempts = [_with_question(text, entry, question)] if entry else []
    attempts.append(_with_entry(text, article, answer, question))
    for changed, line in attempts:
        if _has(changed, file, source, article, question):
            _replace(file, changed)
            return line
    raise CannotAdd(f"{file} is written in a way that nothing can be added to. Add the question by hand.")


def _with_question(text: str, entry: AskedEntry, question: str) -> tuple[str, int]:
    """Below the entry's last question, as that one is indented."""
    lines = text.splitlines(keepends=True)
    last = entry.questions[-1]
    dash = lines[last.line - 1]
    indent = dash[: len(dash) - len(dash.lstrip())]
    if not lines[last.last_line - 1].endswith("\n"):
        lines[last.last_line - 1] += "\n"
    lines.insert(last.last_line, f"{indent}- {_scalar(question)}\n")
    return "".join(lines), last.last_line + 1


def _with_entry(text: str, article: str, answer: str, question: str) -> tuple[str, int]:
    before = text if not text or text.endswith("\n") else f"{text}\n"
    new = [
        f"- article: {_scalar(article)}",
        f"  answer: {_scalar(answer)}",
        "  questions:",
        f"    - {_scalar(question)}",
    ]
    return before + "\n".join(new) + "\n", before.count("\n") + len(new)


def _scalar(text: str) -> str:
    """As YAML, in quotation marks where it needs them."""
    return str(yaml.safe_dump([" ".join(text.split())], allow_unicode=True, width=1_000_000)).removeprefix("- ").strip()


def _has(text: str, file: Path, source: str, article: str, question: str) -> bool:
    """Whether the changed text can be read, and has the question."""
    try:
        entries = entries_in(text, file, source)
    except ArticleError:
        return False
    return any(entry.article == article and question in (q.text for q in entry.questions) for entry in entries)


def _replace(file: Path, text: str) -> None:
    """A file that is being written is never read in part."""
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f".{file.name}.new")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, file)
