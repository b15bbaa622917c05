"""What an article says of itself: title, url, audience, valid_from, valid_until, languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from deskhand.knowledge.articles import ALWAYS, ENGLISH, Article, ArticleError, Audience

FIELDS = ("title", "url", "audience", "valid_from", "valid_until", "languages")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True)
class FrontMatter:
    """The fields of one article; every error names the file and the line of its field."""

    file: Path
    values: Mapping[str, Any]
    where: Callable[[str], tuple[Path, int]]
    """The file that a field stands in, or is missing from, and its line there."""

    def article(self, body: str, *, first_line: int = 1, anchors: frozenset[str] = frozenset()) -> Article:
        """The article with this text. Raises `ArticleError` for a field that is missing or malformed."""
        valid_from, valid_until = self._day("valid_from") or ALWAYS, self._day("valid_until")
        if valid_until is not None and valid_until < valid_from:
            raise self._error("valid_until", "valid_until is before valid_from.")
        return Article(
            title=self._text("title"),
            url=self._url("url"),
            audience=self._audience("audience"),
            valid_from=valid_from,
            valid_until=valid_until,
            body=body,
            file=self.file,
            languages=self._languages("languages"),
            first_line=first_line,
            anchors=anchors,
        )

    def require(self, *names: str) -> None:
        """Raises `ArticleError` when a day is missing where it must be said."""
        for name in names:
            if self.values.get(name) is None:
                raise self._error(name, f"{name} must be a day like 2026-03-01.")

    def _error(self, name: str, problem: str) -> ArticleError:
        return ArticleError(*self.where(name), problem)

    def _text(self, name: str) -> str:
        value = self.values.get(name)
        if not isinstance(value, str) or not value.strip():
            raise self._error(name, f"the front matter needs a text as {name!r}.")
        return value.strip()

    def _url(self, name: str) -> str:
        value = self._text(name)
        if not value.startswith(("https://", "http://")):
            raise self._error(name, f"{value!r} isn't a web address (https://…).")
        return value

    def _audience(self, name: str) -> Audience:
        value = self._text(name)
        try:
            return Audience(value)
        except ValueError:
            known = " or ".join(Audience)
            raise self._error(name, f"{name} is {value!r}; it must be {known}.") from None

    def _day(self, name: str) -> date | None:
        value = self.values.get(name)
        if value is None:
            return None
        # A datetime is a date too, but the time in it would be ignored without a word.
        if type(value) is not date:
            raise self._error(name, f"{name} must be a day like 2026-03-01.")
        return value

    def _languages(self, name: str) -> tuple[str, ...]:
        """One language or a list of them; English if there is nothing."""
        value = self.values.get(name)
        if value is None:
            return ENGLISH
        found = [value] if isinstance(value, str) else value
        # YAML reads the Norwegian "no" as a truth value, hence the quotes in the message.
        if not isinstance(found, list) or not found or not all(_is_language(each) for each in found):
            raise self._error(name, f"{name} must be a language or a list of them, like 'en' or ['en', 'pt-BR'].")
        return tuple(dict.fromkeys(found))


def read_fields(file: Path, lines: list[str], first_line: int, known: tuple[str, ...] = FIELDS) -> FrontMatter:
    """The fields in lines of YAML, of which the first is the file's line `first_line`. Raises `ArticleError`."""

    def where(name: str) -> tuple[Path, int]:
        for number, text in enumerate(lines, start=first_line):
            if text.startswith(f"{name}:"):
                return file, number
        return file, 1

    try:
        values = yaml.safe_load("\n".join(lines))
    except yaml.MarkedYAMLError as exc:
        line = exc.problem_mark.line + first_line if exc.problem_mark else 1
        raise ArticleError(file, line, f"the front matter isn't valid YAML: {exc.problem}.") from exc
    except (yaml.YAMLError, ValueError, RecursionError) as exc:  # ValueError: a date such as 2026-02-30
        raise ArticleError(file, first_line, f"the front matter isn't valid YAML: {exc}.") from exc
    if not isinstance(values, dict):
        raise ArticleError(file, first_line, "the front matter needs lines like 'title: …'.")
    for name in values:
        if name not in known:
            listed = ", ".join(sorted(known))
            raise ArticleError(*where(str(name)), f"unknown field {str(name)!r}; known are {listed}.")
    return FrontMatter(file, values, where)


def _is_language(value: object) -> bool:
    return isinstance(value, str) and _LANGUAGE.fullmatch(value) is not None
