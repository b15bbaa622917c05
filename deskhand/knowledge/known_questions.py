"""Questions whose answers are known: files of them show how good answering is.

    - id: delivery-price
      question: how much is delivery
      article: shipping/delivery-options.md
      answer: £3.95
    - id: delivery-price-islands
      previous: how much is delivery
      question: and to orkney?
      article: shipping/where-we-deliver.md
      answer: [£9.95, five to seven working days]
    - id: kayaks
      question: do you sell kayaks
      unanswerable: true

`article` is the file below the folder of articles, or a list of files each of which answers the question alone.
`answer` is what a right answer contains, without regard to case and line breaks: a key word, an amount or a sentence;
of a list, all of it; of `this|that`, one. `previous` is what the customer asked before, where the question goes on
from it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from deskhand.errors import DeskhandError

_FIELDS = {"id", "question", "previous", "article", "answer", "unanswerable"}


class KnownQuestionsError(DeskhandError):
    """A file of questions can't be used. The message names the file and the question."""


@dataclass(frozen=True)
class KnownQuestion:
    id: str
    question: str
    previous: str | None = None
    articles: tuple[str, ...] = ()
    """The files, below the folder of articles, each of which answers it. None for a question without an answer."""
    answer: tuple[str, ...] = ()
    """Everything that a right answer contains; of a text with bars, `this|that`, one part of it."""

    @property
    def answerable(self) -> bool:
        return bool(self.articles)

    def is_answered_by(self, text: str) -> bool:
        """Whether the text contains all that a right answer must."""
        plain = _plain(text)
        return self.answerable and all(
            any(_plain(either) in plain for either in part.split("|")) for part in self.answer
        )


def read_known_questions(paths: Iterable[Path]) -> list[KnownQuestion]:
    """The questions of files, and of all `*.yml` files in folders and below. Raises `KnownQuestionsError`."""
    found: dict[str, KnownQuestion] = {}
    for file in _files(paths):
        for row in _rows(file):
            question = _question(file, row)
            if question.id in found:
                raise KnownQuestionsError(f"{file}: there are two questions with the id {question.id!r}.")
            found[question.id] = question
    return list(found.values())


def _files(paths: Iterable[Path]) -> list[Path]:
    return [file for path in paths for file in (sorted(path.rglob("*.yml")) if path.is_dir() else [path])]


def _rows(file: Path) -> list[Any]:
    try:
        rows = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as exc:
        raise KnownQuestionsError(f"{file} can't be read as YAML: {exc}") from exc
    if not isinstance(rows, list):
        raise KnownQuestionsError(f"{file} must be a list of questions: lines '- id: …', 'question: …'.")
    return rows


def _question(file: Path, row: Any) -> KnownQuestion:
    if not isinstance(row, dict) or not isinstance(row.get("id"), str):
        raise KnownQuestionsError(f"{file}: a question must have a text as its 'id', unlike {str(row)[:80]!r}.")
    where = f"{file}: {row['id']}"
    if unknown := set(row) - _FIELDS:
        raise KnownQuestionsError(f"{where}: unknown {sorted(map(str, unknown))}; known are {sorted(_FIELDS)}.")
    articles, answer = _texts(where, row, "article"), _texts(where, row, "answer")
    if row.get("unanswerable", False) is not (not articles) or bool(articles) != bool(answer):
        raise KnownQuestionsError(f"{where}: a question has an 'article' and an 'answer', or is 'unanswerable: true'.")
    question = _texts(where, row, "question")
    if len(question) != 1:
        raise KnownQuestionsError(f"{where}: the 'question' is missing.")
    previous = _texts(where, row, "previous")
    return KnownQuestion(row["id"], question[0], previous[0] if previous else None, articles, answer)


def _texts(where: str, row: dict[str, Any], name: str) -> tuple[str, ...]:
    value = row.get(name, [])
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(each, str) and each.strip() for each in values):
        raise KnownQuestionsError(f"{where}: {name!r} must be a text in quotation marks, or a list of such.")
    return tuple(each.strip() for each in values)


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("’", "'").split())
