"""Articles: Markdown files with front matter, as writers keep them under `knowledge/`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from deskhand.errors import DeskhandError

FENCE = "---"
FIELDS = {"title", "url", "audience", "valid_from", "valid_until", "languages"}
ALWAYS = date.min
"""The first day of an article that has always held."""
ENGLISH = ("en",)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class ArticleError(DeskhandError):
    """An article can't be read. The message names the file and the line."""

    def __init__(self, file: Path, line: int, problem: str) -> None:
        super().__init__(f"{file}:{line}: {problem}")
        self.file = file
        self.line = line


class Audience(StrEnum):
    CUSTOMER = "customer"
    INTERNAL = "internal"


@dataclass(frozen=True)
class Article:
    title: str
    url: str
    audience: Audience
    valid_from: date
    valid_until: date | None
    """The last day on which the article holds; None when it has no end."""
    body: str
    """Markdown, without the front matter."""
    file: Path
    languages: tuple[str, ...] = ENGLISH
    """What the article is written in, as in HTML's `lang`: "en", "pt-BR". The first one is the main one."""

    def is_valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


def read_articles(folder: Path) -> list[Article]:
    """Every `*.md` file in the folder and below, in the order of their paths. Raises `ArticleError`."""
    if not folder.is_dir():
        raise ArticleError(folder, 1, "there is no such folder of articles.")
    return [read_article(file) for file in sorted(folder.rglob("*.md"))]


def read_article(file: Path) -> Article:
    """Reads one article. Raises `ArticleError` when its front matter is missing, malformed or incomplete."""
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        raise ArticleError(file, 1, f"the file can't be read as UTF-8 text ({exc}).") from exc
    end = _end_of_front_matter(file, lines)
    front = _FrontMatter(file, lines[1:end])
    body = "\n".join(lines[end + 1 :]).strip()
    if not body:
        raise ArticleError(file, end + 2, "the article is empty.")
    valid_from, valid_until = front.day("valid_from"), front.optional_day("valid_until")
    if valid_until is not None and valid_until < valid_from:
        raise ArticleError(file, front.line("valid_until"), "valid_until is before valid_from.")
    return Article(
        title=front.text("title"),
        url=front.url("url"),
        audience=front.audience("audience"),
        valid_from=valid_from,
        valid_until=valid_until,
        body=body,
        file=file,
        languages=front.languages("languages"),
    )


def _end_of_front_matter(file: Path, lines: list[str]) -> int:
    if not lines or lines[0].rstrip() != FENCE:
        raise ArticleError(file, 1, "an article begins with a line '---' and its title, url and audience.")
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() == FENCE:
            return number
    raise ArticleError(file, len(lines), "the front matter has no closing line '---'.")


class _FrontMatter:
    """The fields of one file's front matter; every error names the field's line."""

    def __init__(self, file: Path, lines: list[str]) -> None:
        self._file = file
        self._lines = lines
        try:
            values = yaml.safe_load("\n".join(lines))
        except yaml.MarkedYAMLError as exc:
            mark = exc.problem_mark
            line = mark.line + 2 if mark else 1
            raise ArticleError(file, line, f"the front matter isn't valid YAML: {exc.problem}.") from exc
        except (yaml.YAMLError, ValueError) as exc:  # ValueError: a date such as 2026-02-30
            raise ArticleError(file, 2, f"the front matter isn't valid YAML: {exc}.") from exc
        if not isinstance(values, dict):
            raise ArticleError(file, 2, "the front matter needs lines like 'title: …'.")
        self._values: dict[str, Any] = {str(key): value for key, value in values.items()}
        for name in self._values:
            if name not in FIELDS:
                known = ", ".join(sorted(FIELDS))
                raise ArticleError(file, self.line(name), f"unknown field {name!r}; known are {known}.")

    def line(self, name: str) -> int:
        for number, text in enumerate(self._lines, start=2):
            if text.startswith(f"{name}:"):
                return number
        return 1

    def text(self, name: str) -> str:
        value = self._values.get(name)
        if not isinstance(value, str) or not value.strip():
            raise ArticleError(self._file, self.line(name), f"the front matter needs a text as {name!r}.")
        return value.strip()

    def url(self, name: str) -> str:
        value = self.text(name)
        if not value.startswith(("https://", "http://")):
            raise ArticleError(self._file, self.line(name), f"{value!r} isn't a web address (https://…).")
        return value

    def audience(self, name: str) -> Audience:
        value = self.text(name)
        try:
            return Audience(value)
        except ValueError:
            known = " or ".join(Audience)
            raise ArticleError(self._file, self.line(name), f"{name} is {value!r}; it must be {known}.") from None

    def day(self, name: str) -> date:
        value = self._values.get(name)
        # A datetime is a date too, but the time in it would be ignored without a word.
        if type(value) is not date:
            problem = f"{name} must be a day like 2026-03-01."
            raise ArticleError(self._file, self.line(name), problem)
        return value

    def optional_day(self, name: str) -> date | None:
        return self.day(name) if self._values.get(name) is not None else None

    def languages(self, name: str) -> tuple[str, ...]:
        """One language or a list of them; English if there is nothing."""
        value = self._values.get(name)
        if value is None:
            return ENGLISH
        found = [value] if isinstance(value, str) else value
        # YAML reads the Norwegian "no" as a truth value, hence the quotes in the message.
        if not isinstance(found, list) or not found or not all(_is_language(each) for each in found):
            problem = f"{name} must be a language or a list of them, like 'en' or ['en', 'pt-BR']."
            raise ArticleError(self._file, self.line(name), problem)
        return tuple(dict.fromkeys(found))


def _is_language(value: object) -> bool:
    return isinstance(value, str) and _LANGUAGE.fullmatch(value) is not None
