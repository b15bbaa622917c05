"""HTML pages, as help centres export them: the main text without what frames it, as Markdown.

What a page says of itself: `<title>` or its first heading, `<link rel="canonical">`, the language of `<html lang>`,
and `<meta name="deskhand:audience">` with the values that Markdown's front matter has; `deskhand:valid_from`,
`deskhand:valid_until` and `deskhand:languages` likewise.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from urllib.parse import quote

from bs4 import BeautifulSoup, Tag
from bs4.dammit import EncodingDetector, UnicodeDammit
from markdownify import MarkdownConverter

from deskhand.knowledge.articles import Article, ArticleError, Audience, EmptyArticle
from deskhand.knowledge.front_matter import FIELDS, FrontMatter
from deskhand.knowledge.sources.html_frame import drop_frame, main_part
from deskhand.knowledge.sources.html_tables import write_out_tables
from deskhand.knowledge.sources.source_file import SourceFile

_META = "deskhand:"
_HEADING = re.compile("^h[1-6]$")
_AGAINST_MARKDOWN = re.compile(r"[\s()<>\\]")
"""Signs that would end a link's address in Markdown."""
_OPENS_ANEW = re.compile("details|h[1-6]")
_SITE_NAME = re.compile(r"\s+[|–—·»-]\s+[^|–—·»]*$")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_DAYS = {"valid_from", "valid_until"}
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_FEWEST_LETTERS = 2


def read_html(source: SourceFile) -> Article:
    """Raises `ArticleError` for a page that can't be read, says nothing, or misses what an article needs."""
    text = _decoded(source)
    soup = BeautifulSoup(text, "lxml")
    front = source.described(_Page(source, soup, text).front_matter())
    body = _markdown(soup, main_part(soup), str(front.values.get("title")))
    anchors = frozenset(str(name) for tag in soup.find_all(True) for name in (tag.get("id"), tag.get("name")) if name)
    if sum(letter.isalpha() for letter in body) < _FEWEST_LETTERS:
        raise EmptyArticle(source.file, 1, "the page has no text. Was it exported before its text had loaded?")
    return front.article(body, anchors=anchors)


def _decoded(source: SourceFile) -> str:
    # What is valid UTF-8 is UTF-8, whatever the page declares; what is nothing else is what browsers take it for.
    declared = EncodingDetector.find_declared_encoding(source.content, is_html=True)
    encodings = ["utf-8", *([declared] if declared else []), "windows-1252"]
    found = UnicodeDammit(source.content, user_encodings=encodings, is_html=True)
    text = found.unicode_markup
    if text is None or found.contains_replacement_characters or "\0" in text:
        raise ArticleError(source.file, 1, "the page's encoding can't be told. Save it as UTF-8.")
    if "<" not in text:
        raise ArticleError(source.file, 1, "the file isn't HTML: it has no tags.")
    return _XML_DECLARATION.sub("", text)


class _Page:
    """What a page says of itself."""

    def __init__(self, source: SourceFile, soup: BeautifulSoup, text: str) -> None:
        self._source = source
        self._soup = soup
        self._text = text

    def front_matter(self) -> FrontMatter:
        """Raises `ArticleError` for a `deskhand:` field that doesn't exist."""
        said = self._said()
        seen = {"title": self._title(), "url": self._address(), "languages": self._language()}
        # A page on the web is the public's, unless its folder or its sidecar says otherwise.
        if seen["url"] and "audience" not in self._source.defaults.values:
            seen["audience"] = Audience.CUSTOMER.value
        return FrontMatter(
            self._source.file, {name: value for name, value in seen.items() if value} | said, self._where
        )

    def _said(self) -> dict[str, object]:
        found: dict[str, object] = {}
        for tag in self._soup.find_all("meta"):
            name = str(tag.get("name") or tag.get("property") or "").strip()
            if not name.startswith(_META):
                continue
            field = name.removeprefix(_META)
            if field not in FIELDS:
                known = ", ".join(_META + each for each in sorted(FIELDS))
                raise ArticleError(*self._where(field), f"unknown field {name!r}; known are {known}.")
            if content := str(tag.get("content") or "").strip():
                found[field] = _value(field, content)
        return found

    def _where(self, field: str) -> tuple[Path, int]:
        words = (_META + field, {"url": "canonical", "title": "<title"}.get(field, "<html"))
        at = next((at for each in words if (at := self._text.find(each)) >= 0), 0)
        return self._source.file, self._text.count("\n", 0, at) + 1

    def _title(self) -> str:
        main = main_part(self._soup)
        heading = main.find("h1") or self._soup.find("h1")
        title = self._soup.find("title")
        said = heading.get_text(" ") if heading else _SITE_NAME.sub("", title.get_text(" ").strip()) if title else ""
        return " ".join(said.split())

    def _address(self) -> str | None:
        for tag in self._soup.find_all("link"):
            if "canonical" in (tag.get_attribute_list("rel") or []):
                return str(tag.get("href") or "").strip() or None
        shared = self._soup.find("meta", attrs={"property": "og:url"})
        return str(shared.get("content") or "").strip() or None if shared else None

    def _language(self) -> list[str]:
        html = self._soup.find("html")
        said = str(html.get("lang") or "").partition("-")[0].strip().lower() if html else ""
        return [said] if said.isalpha() and len(said) in {2, 3} else []


def _value(field: str, content: str) -> object:
    """As YAML would have read it."""
    if field == "languages":
        return [part for part in re.split(r"[,\s]+", content) if part]
    if field in _DAYS and _DAY.fullmatch(content):
        try:
            return date.fromisoformat(content)
        except ValueError:  # 30 February: the error comes where all fields are checked
            return content
    return content


def _markdown(soup: BeautifulSoup, main: Tag, title: str) -> str:
    drop_frame(main)
    _open_details(soup, main, title)
    _write_out_definitions(main)
    for link in main.select("a[href]"):
        link["href"] = _AGAINST_MARKDOWN.sub(lambda sign: quote(sign[0]), str(link["href"]).strip())
    write_out_tables(soup, main)
    converter = MarkdownConverter(
        heading_style="atx", bullets="-", escape_misc=True, autolinks=False, strip=["img", "u", "sub", "sup"]
    )
    return str(converter.convert_soup(main)).strip()


def _open_details(soup: BeautifulSoup, main: Tag, title: str) -> None:
    """`<summary>`, which opens what is folded away, is the heading of it. What follows is under the heading before."""
    for summary in main.select("details > summary"):
        details = summary.parent
        if details is None:
            continue
        around = _heading_around(details)
        level = int(around.name[1]) if around else 1
        summary.name = f"h{min(level + 1, 6)}"
        summary["data-opened"] = ""
        following = next((each for each in details.next_siblings if isinstance(each, Tag) or str(each).strip()), None)
        goes_on = following is not None and not (isinstance(following, Tag) and _OPENS_ANEW.fullmatch(following.name))
        if goes_on:
            again = soup.new_tag(f"h{level}")
            again.string = around.get_text(" ") if around else title
            details.insert_after(again)


def _heading_around(details: Tag) -> Tag | None:
    outer = details.find_parent("details")
    if outer is not None:
        return outer.select_one("[data-opened]")
    return next((each for each in details.find_all_previous(_HEADING) if not each.has_attr("data-opened")), None)


def _write_out_definitions(main: Tag) -> None:
    """A term becomes a heading if it is a question, and otherwise the beginning of its definition."""
    for term in main.find_all("dt"):
        words = " ".join(term.get_text(" ").split())
        definition = term.find_next_sibling("dd")
        if words.endswith("?") or definition is None:
            term.name = "h4"
        else:
            definition.insert(0, f"{words.rstrip(':')}: ")
            term.decompose()
    for tag in main.find_all("dd"):
        tag.name = "p"
    for tag in main.find_all("dl"):
        tag.unwrap()
