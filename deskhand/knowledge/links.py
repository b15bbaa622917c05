"""Links in articles, and whether they lead anywhere. Nothing is fetched: of a web address only the form counts."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote, urljoin, urlsplit

from markdown_it.token import Token

from deskhand.knowledge.articles import Article
from deskhand.knowledge.passages import parse, plain
from deskhand.knowledge.sources import MARKDOWN

_EXPLICIT_ANCHOR = re.compile(r"<a\s+(?:id|name)=[\"']([^\"']+)", re.IGNORECASE)
_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[\w-]+(\.[\w-]+)*)(:\d{1,5})?")
_MAIL = re.compile(r"[^@\s]+@[\w-]+(\.[\w-]+)+")
_PHONE = re.compile(r"\+?[\d\s().-]{3,}")
_OF_PDF = re.compile(r"(page|nameddest|zoom)=.*")


@dataclass(frozen=True)
class Link:
    target: str
    line: int
    """In the article's file."""


class LinkedArticle:
    """An article with its links and with what can be linked to in it."""

    def __init__(self, source: str, article: Article) -> None:
        self.source = source
        self.article = article

    @cached_property
    def _tokens(self) -> list[Token]:
        return parse(self.article.body)

    @cached_property
    def links(self) -> list[Link]:
        return [*_links(self._tokens, self.article)]

    @cached_property
    def anchors(self) -> frozenset[str]:
        explicit = _EXPLICIT_ANCHOR.findall(self.article.body)
        return frozenset([*_heading_anchors(self._tokens), *explicit]) | self.article.anchors


def _links(tokens: list[Token], article: Article) -> Iterator[Link]:
    for token in tokens:
        for child in token.children or []:
            target = child.attrGet("href") if child.type == "link_open" else child.attrGet("src")
            if child.type in {"link_open", "image"} and target is not None:
                line = article.first_line + (token.map[0] if token.map else 0)
                yield Link(str(target), line)


def _heading_anchors(tokens: list[Token]) -> Iterator[str]:
    """As GitHub and most help centres make them of headings: small letters, hyphens, -1 for the second of a kind."""
    seen: dict[str, int] = {}
    for index, token in enumerate(tokens):
        if token.type == "inline" and tokens[index - 1].type == "heading_open":
            slug = re.sub(r"[^\w\- ]", "", plain(token).lower()).replace(" ", "-")
            seen[slug] = seen.get(slug, -1) + 1
            yield f"{slug}-{seen[slug]}" if seen[slug] else slug


class LinkChecker:
    def __init__(self, articles: Iterable[LinkedArticle], files: Iterable[str]) -> None:
        """`files`: all files of the folder, articles or not, by their paths below it."""
        self._articles: Mapping[str, LinkedArticle] = {each.source: each for each in articles}
        self._files = frozenset(files)
        self._by_url = {bare(each.article.url): each for each in self._articles.values()}

    def broken(self, linked: LinkedArticle) -> Iterator[tuple[Link, str]]:
        """The article's links that lead nowhere, each with what is wrong with it."""
        for link in linked.links:
            if problem := self._problem(linked, link.target):
                yield link, f"{link.target!r} {problem}"

    def _problem(self, linked: LinkedArticle, target: str) -> str | None:
        try:
            parts = urlsplit(target)
        except ValueError:
            return "isn't a web address."
        if parts.scheme or target.startswith("//"):
            known = self._by_url.get(bare(target))
            return _malformed(target) or (_missing_anchor(known, parts.fragment) if known else None)
        if not parts.path:
            return _missing_anchor(linked, parts.fragment) if parts.fragment else "leads nowhere."
        return self._missing_file(linked, parts.path, parts.fragment)

    def _missing_file(self, linked: LinkedArticle, path: str, fragment: str) -> str | None:
        path = unquote(path)
        if path.startswith("/"):
            below = path.lstrip("/")
        else:
            below = posixpath.normpath(posixpath.join(posixpath.dirname(linked.source), path))
        on_the_web = self._by_url.get(bare(urljoin(linked.article.url, path)))
        found = self._articles.get(below) or on_the_web
        if found is not None:
            return _missing_anchor(found, fragment)
        # A path from the root is a place on the article's web site, which has more pages than those exported here.
        if below in self._files or path.startswith("/"):
            return None
        return "is no file of this folder."


def _missing_anchor(linked: LinkedArticle, fragment: str) -> str | None:
    name = unquote(fragment)
    if not name or name in linked.anchors or name in {"top", "_top"} or _OF_PDF.fullmatch(name):
        return None
    # Anchors that a web site makes of headings in its own way are only known to it.
    if linked.article.file.suffix.lower() not in MARKDOWN and not linked.article.anchors:
        return None
    return f"names a heading that {linked.source} doesn't have."


def _malformed(target: str) -> str | None:
    parts = urlsplit(target)
    rest = target.partition(":")[2]
    match parts.scheme:
        case "http" | "https" | "":
            well_formed = _HOST.fullmatch(parts.netloc.rpartition("@")[2]) is not None and " " not in target
        case "mailto":
            well_formed = _MAIL.fullmatch(unquote(rest.partition("?")[0])) is not None
        case "tel" | "sms":
            well_formed = _PHONE.fullmatch(unquote(rest.partition("?")[0])) is not None
        case "whatsapp" | "ftp":
            well_formed = True
        case _:
            return f"begins with {parts.scheme + ':'!r}, which nobody can follow."
    return None if well_formed else "isn't well formed."


def bare(url: str) -> str:
    """The address without what doesn't tell one page from another."""
    return url.partition("#")[0].partition("?")[0].rstrip("/").lower()
