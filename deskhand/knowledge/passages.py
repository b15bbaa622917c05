"""Passages: an article cut at its headings, so that an answer can be lifted out whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from deskhand.knowledge.articles import Article

_MARKDOWN = MarkdownIt("commonmark")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[\"'“A-Z0-9£])")


@dataclass(frozen=True)
class Passage:
    """What an article says under one heading."""

    article: Article
    headings: tuple[str, ...]
    """From the outermost to the innermost; empty for the text before the first heading."""
    sentences: tuple[str, ...]
    steps: tuple[str, ...]
    """The items of a numbered list, in order."""
    notice: tuple[str, ...] = ()
    """The article's opening sentences, above its first heading: what must be known before any step of it."""

    @property
    def heading(self) -> str:
        return " – ".join(self.headings)

    @property
    def text(self) -> str:
        return " ".join(self.sentences + self.steps)


@dataclass
class _Section:
    headings: tuple[str, ...]
    sentences: list[str]
    steps: list[str]


def passages_of(article: Article) -> list[Passage]:
    """The article's passages, in order. Headings with nothing below them are left out."""
    sections = [s for s in _sections(_MARKDOWN.parse(article.body)) if s.sentences or s.steps]
    has_notice = len(sections) > 1 and not sections[0].headings
    notice = tuple(sections[0].sentences) if has_notice else ()
    return [
        Passage(
            article=article,
            headings=section.headings,
            sentences=tuple(section.sentences),
            steps=tuple(section.steps),
            notice=notice if section.headings else (),
        )
        for section in sections
    ]


def _sections(tokens: list[Token]) -> Iterator[_Section]:
    path: list[tuple[int, str]] = []
    section = _Section((), [], [])
    lists: list[str] = []
    for index, token in enumerate(tokens):
        if token.type.endswith("_list_open"):
            lists.append(token.type)
        elif token.type.endswith("_list_close"):
            lists.pop()
        elif token.type == "inline":
            text = _plain(token)
            opener = tokens[index - 1]
            if opener.type == "heading_open":
                yield section
                level = int(opener.tag[1])
                path = [(depth, title) for depth, title in path if depth < level]
                path.append((level, text))
                section = _Section(tuple(title for _, title in path), [], [])
            elif "ordered_list_open" in lists:
                section.steps.append(text)
            else:
                section.sentences.extend(split_sentences(text))
    yield section


def _plain(token: Token) -> str:
    """The text of a paragraph without its markup; the words of a link without its address."""
    parts = []
    for child in token.children or []:
        if child.type in {"text", "code_inline"}:
            parts.append(child.content)
        elif child.type in {"softbreak", "hardbreak"}:
            parts.append(" ")
    return "".join(parts).strip()


def split_sentences(text: str) -> list[str]:
    """Cuts after a full stop, question or exclamation mark that a capital, digit or quotation mark follows."""
    return [part.strip() for part in _SENTENCE_END.split(text) if part.strip()]
