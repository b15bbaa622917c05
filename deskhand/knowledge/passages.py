"""Passages: an article cut at its headings, so that an answer can be lifted out whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token

from deskhand.knowledge import tables
from deskhand.knowledge.articles import Article
from deskhand.knowledge.sentences import cut_words, split_sentences

__all__ = ["MOST_WORDS", "Passage", "passages_of", "split_sentences"]

FORMAT = 2
"""How files become passages. A new number means that all articles are read and embedded anew."""
MOST_WORDS = 180
"""A longer section is cut at the ends of sentences: an encoder reads no more at a time."""

_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_MARKDOWN = MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True)
class Passage:
    """What an article says under one heading, or a part of it."""

    article: Article
    headings: tuple[str, ...]
    """From the outermost to the innermost; empty for the text before the first heading."""
    sentences: tuple[str, ...]
    steps: tuple[str, ...]
    """The items of a numbered list, in order. They are never cut: half of the steps are no answer."""
    notice: tuple[str, ...] = ()
    """The article's opening sentences, above its first heading: what must be known before any step of it."""
    line: int = field(default=1, compare=False)
    """Where it begins in the article's file, if that is Markdown."""

    @property
    def head(self) -> str:
        """Where the passage stands: the article's title and the headings."""
        return " – ".join((self.article.title, *self.headings))

    @property
    def heading(self) -> str:
        return " – ".join(self.headings)

    @property
    def text(self) -> str:
        return " ".join(self.sentences + self.steps)


def passages_of(article: Article) -> list[Passage]:
    """The article's passages, in order. Headings with nothing below them are left out."""
    sections = [s for s in _Sections(article.title).of(parse(article.body)) if s.sentences or s.steps]
    has_notice = len(sections) > 1 and not sections[0].headings
    notice = tuple(sections[0].sentences) if has_notice else ()
    return [
        Passage(
            article=article,
            headings=section.headings,
            sentences=sentences,
            steps=steps,
            notice=notice if section.headings else (),
            line=article.first_line + section.line,
        )
        for section in sections
        for sentences, steps in _cut(section)
    ]


def parse(body: str) -> list[Token]:
    return _MARKDOWN.parse(body)


@dataclass
class _Section:
    headings: tuple[str, ...]
    line: int
    """In the article's text, the first being 0."""
    sentences: list[str] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)


def _cut(section: _Section) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """(sentences, steps) of each passage of the section: as few as fit, about equally long."""
    sentences = [part for sentence in section.sentences for part in cut_words(sentence, MOST_WORDS)]
    lengths = [len(sentence.split()) for sentence in sentences]
    steps = tuple(section.steps)
    if sum(lengths) + sum(len(step.split()) for step in steps) <= MOST_WORDS or not sentences:
        yield tuple(sentences), steps
        return
    pieces = -(-sum(lengths) // MOST_WORDS)
    wanted = sum(lengths) / pieces
    piece: list[str] = []
    words = 0
    for sentence, length in zip(sentences, lengths, strict=True):
        if piece and (words + length > MOST_WORDS or words + length / 2 > wanted):
            yield tuple(piece), ()
            piece, words = [], 0
        piece.append(sentence)
        words += length
    yield tuple(piece), ()
    if steps:
        yield (), steps


class _Sections:
    """Reads the tokens of one article."""

    def __init__(self, title: str) -> None:
        self._title = _comparable(title)
        self._path: list[tuple[int, str]] = []
        self._section = _Section((), 0)
        # The lists and items that the token is in, outermost first.
        self._inside: list[str] = []
        self._in_new_item = False
        self._table: list[list[str]] = []

    def of(self, tokens: list[Token]) -> Iterator[_Section]:
        for index, token in enumerate(tokens):
            if token.type == "inline" and tokens[index - 1].type == "heading_open":
                yield self._section
                self._begin(tokens[index - 1], plain(token))
            else:
                self._read(token)
        yield self._section

    def _begin(self, opening: Token, heading: str) -> None:
        level = int(opening.tag[1])
        # A heading that repeats the article's title adds nothing, nor does an empty one.
        outer = [(depth, text) for depth, text in self._path if depth < level]
        said = heading and _comparable(heading) != self._title
        self._path = [*outer, (level, heading)] if said else outer
        self._section = _Section(tuple(text for _, text in self._path), opening.map[0] if opening.map else 0)

    def _read(self, token: Token) -> None:
        match token.type:
            case "ordered_list_open" | "bullet_list_open" | "list_item_open" | "table_open":
                self._inside.append(token.type.removesuffix("_open"))
                self._in_new_item = token.type == "list_item_open"
            case "ordered_list_close" | "bullet_list_close" | "list_item_close":
                self._inside.pop()
            case "tr_open":
                self._table.append([])
            case "table_close":
                self._inside.pop()
                header, *rows = self._table
                for sentence in tables.sentences_of(header, rows):
                    self._add_sentences([sentence])
                self._table = []
            case "inline":
                self._add(plain(token))
            case "fence" | "code_block":
                self._add(" ".join(token.content.split()))

    def _add(self, text: str) -> None:
        if self._inside and self._inside[-1] == "table":
            self._table[-1].append(text)
        elif not text:
            return
        elif "ordered_list" in self._inside:
            # An item of the outermost numbered list is a step; the lists and paragraphs within it belong to it.
            depth_of_items = self._inside.index("ordered_list") + 2
            if (self._in_new_item and len(self._inside) == depth_of_items) or not self._section.steps:
                self._section.steps.append(text)
            else:
                self._section.steps[-1] += f" {text}"
            self._in_new_item = False
        else:
            self._add_sentences(split_sentences(text))

    def _add_sentences(self, sentences: list[str]) -> None:
        if "ordered_list" in self._inside and self._section.steps:
            self._section.steps[-1] += " " + " ".join(sentences)
        else:
            self._section.sentences.extend(sentences)


def plain(token: Token) -> str:
    """The text of a paragraph without its markup; the words of a link without its address."""
    parts = []
    for child in token.children or []:
        if child.type in {"text", "code_inline"}:
            parts.append(child.content)
        elif child.type in {"softbreak", "hardbreak"} or child.content.startswith("<br"):
            parts.append(" ")
    # Also makes plain spaces of those that don't break, which would not be the same word to anybody who searches.
    return " ".join("".join(parts).translate(_INVISIBLE).split())


def _comparable(text: str) -> str:
    return " ".join(text.casefold().split())
