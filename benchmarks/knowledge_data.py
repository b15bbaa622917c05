"""The articles and questions that finding is measured on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import yaml

from benchmarks.errors import DataMissing
from deskhand.knowledge.embedding import PassageText
from deskhand.knowledge.known_questions import read_known_questions
from deskhand.knowledge.sources.reading import read_folder

_MARKUP = re.compile(r"([\\`*_\[\]<>#|])")
_LOOKS_LIKE_A_LIST = re.compile(r"^(\d*)([+.)-])(?=\s)")
# The export has lost the breaks between blocks of text: "all users.You can start".
_LOST_BREAK = re.compile(r"(?<=[a-z)\"”][.!?:])(?=[A-Z][a-z])")


@dataclass(frozen=True)
class Question:
    id: str
    text: str
    gold: frozenset[str]
    """The files, below the folder of articles, any of which answers it. None where nothing does."""
    previous: str | None = None


@dataclass(frozen=True)
class Set:
    name: str
    articles: Path
    """The folder."""
    questions: tuple[Question, ...]


def wixqa(file: Path, folder: Path) -> Set:
    """WixQA's questions, and the articles that belong to them as Markdown files in `folder`. Raises `DataMissing`."""
    try:
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        texts = {context["id"]: context["text"] for row in rows for context in row["contexts"]}
        questions = [
            Question(row["id"], row["question"], frozenset(f"{article}.md" for article in row["article_ids"]))
            for row in rows
        ]
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise DataMissing(f"{file} must have a line of JSON for each question, as WixQA has: {exc!r}") from exc
    for article, text in texts.items():
        title, _, body = text.partition("\n")
        _write(folder / f"{article}.md", title, _as_markdown(body))
    return Set("wixqa", folder, tuple(questions))


def project(articles: Path, paths: Sequence[Path]) -> Set:
    """Questions on a folder of articles, from files as `deskhand.knowledge.known_questions` describes them."""
    known = read_known_questions(paths)
    return Set(
        "project",
        articles,
        tuple(Question(each.id, each.question, frozenset(each.articles), each.previous) for each in known),
    )


def examples(articles: Path) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Title, headings and sentences of each passage of the articles in a folder."""
    found = read_folder(articles, known={}, maker="", thorough=True).articles
    return [
        (each.article.title, passage.headings, passage.sentences + passage.steps)
        for each in found
        for passage in each.passages
    ]


def texts(articles: Path) -> list[PassageText]:
    """What is embedded of these passages."""
    return [PassageText(" – ".join((title, *headings)), text) for title, headings, text in examples(articles)]


def write_many(count: int, examples: Sequence[tuple[str, Sequence[str], Sequence[str]]], folder: Path) -> None:
    """About `count` passages in articles of five, made of the sentences of `examples` (title, headings and sentences of
    passages) with numbers put in, so that no two are the same."""
    numbers = iter(range(1, count + 1))
    for number, made in enumerate(_by_five(_varied(examples, numbers))):
        title = f"{made[0][0]} {number}"
        body = "\n\n".join(f"## {headings}\n\n{' '.join(map(_plain_line, text))}" for _, headings, text in made)
        _write(folder / f"{number}.md", title, body)


def _varied(
    examples: Sequence[tuple[str, Sequence[str], Sequence[str]]], numbers: Iterator[int]
) -> Iterator[tuple[str, str, list[str]]]:
    for number in numbers:
        title, headings, sentences = examples[number % len(examples)]
        turn = number // len(examples) % max(1, len(sentences))
        turned = [*sentences[turn:], *sentences[:turn], f"It is number {number} of its kind."]
        yield title, f"{' – '.join(headings) or title} {number}", turned


def _by_five(items: Iterator[Any]) -> Iterator[list[Any]]:
    while five := list(islice(items, 5)):
        yield five


def _write(file: Path, title: str, body: str) -> None:
    front = {"title": title, "url": f"https://articles.example/{file.stem}", "audience": "customer"}
    head = yaml.safe_dump(front, allow_unicode=True, width=10_000)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"---\n{head}valid_from: 2020-01-01\n---\n\n{body}\n", encoding="utf-8")


def _as_markdown(text: str) -> str:
    """Every line as a paragraph, no sign of it as markup."""
    whole = _LOST_BREAK.sub(" ", text.replace("\xa0", " "))
    return "\n\n".join(_plain_line(line) for line in whole.splitlines() if line.strip())


def _plain_line(line: str) -> str:
    return _LOOKS_LIKE_A_LIST.sub(r"\1\\\2", _MARKUP.sub(r"\\\1", " ".join(line.split())))
