"""What is said, as Telegram can show it: the same bold words, links and lists as on the chat page.

Not CommonMark, whose rules would change an order number like FW_204_518: two marks mean something, and no more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from deskhand.channels.splitting import ranges
from deskhand.conversation.model import Citation

_MARKS = re.compile(r"\*\*(?P<bold>[^*\n]{1,400})\*\*|\[(?P<label>[^\]\n]{1,300})\]\((?P<address>[^)\s]{1,2000})\)")
_BULLET = re.compile(r"^[ \t]{0,3}[-*•][ \t]+", re.MULTILINE)
_RESERVED = re.compile(r"([_*\[\]()~`>#+\-=|{}.!\\])")
_RESERVED_IN_ADDRESS = re.compile(r"([)\\])")


@dataclass(frozen=True)
class Span:
    """Some of the text that looks the same all through."""

    text: str
    bold: bool = False
    url: str | None = None


def spans_of(text: str) -> tuple[Span, ...]:
    """The text, cut where its look changes."""
    return tuple(_merged(_spans(_BULLET.sub("• ", text), bold=False)))


def citation_spans(citations: Sequence[Citation]) -> tuple[Span, ...]:
    """The sources, below the text that they belong to."""
    if not citations:
        return ()
    spans = [Span("\n\nSource:" if len(citations) == 1 else "\n\nSources:")]
    for citation in citations:
        spans += [Span("\n• "), *_link(citation.title, citation.url, bold=False)]
    return tuple(_merged(spans))


def plain(spans: Iterable[Span]) -> str:
    """What the customer will read, as Telegram counts it."""
    return "".join(span.text for span in spans)


def bare(spans: Sequence[Span]) -> tuple[Span, ...]:
    """The same without any looks: addresses of the web stand behind the words that linked there."""
    links = (span.url if span.url and span.url.startswith("http") and span.url != span.text else None for span in spans)
    return tuple(Span(f"{span.text} ({url})" if url else span.text) for span, url in zip(spans, links, strict=True))


def split(spans: Sequence[Span], limit: int) -> list[tuple[Span, ...]]:
    """The spans as messages of at most `limit` UTF-16 units each, none of them blank."""
    return [_between(spans, start, end) for start, end in ranges(plain(spans), limit)]


def markdown_v2(spans: Iterable[Span]) -> str:
    """https://core.telegram.org/bots/api#markdownv2-style"""
    return "".join(_marked(span) for span in spans)


def escaped(text: str) -> str:
    """The text, in which no character means anything."""
    return _RESERVED.sub(r"\\\1", text)


def _between(spans: Sequence[Span], start: int, end: int) -> tuple[Span, ...]:
    cut, at = [], 0
    for span in spans:
        first, last = max(start - at, 0), min(end - at, len(span.text))
        if first < last:
            cut.append(replace(span, text=span.text[first:last]))
        at += len(span.text)
    return tuple(cut)


def _marked(span: Span) -> str:
    said = escaped(span.text)
    if span.url is not None:
        said = f"[{said}]({_RESERVED_IN_ADDRESS.sub(_backslashed, span.url)})"
    return f"*{said}*" if span.bold else said


def _backslashed(found: re.Match[str]) -> str:
    return f"\\{found[0]}"


def _spans(text: str, *, bold: bool) -> Iterable[Span]:
    end = 0
    for found in _MARKS.finditer(text):
        yield Span(text[end : found.start()], bold)
        if found["bold"] is not None:
            yield from (replace(span, bold=True) for span in _spans(found["bold"], bold=True))
        else:
            yield from _link(found["label"], found["address"], bold=bold)
        end = found.end()
    yield Span(text[end:], bold)


def _link(label: str, address: str, *, bold: bool) -> Iterable[Span]:
    scheme = _scheme(address)
    if scheme in {"http", "https"}:
        yield Span(label, bold, address)
    elif scheme == "mailto":  # Telegram makes links of addresses that it sees, and of no others
        mail = address.removeprefix("mailto:")
        yield Span(label if mail in label else f"{label} ({mail})", bold)
    else:
        yield Span(label, bold)


def _scheme(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return parts.scheme if parts.netloc or parts.scheme == "mailto" else ""


def _merged(spans: Iterable[Span]) -> Iterable[Span]:
    """Without empty spans, and with neighbours that look the same as one: `*a**b*` would not be read as bold."""
    last: Span | None = None
    for span in spans:
        if not span.text:
            continue
        if last is not None and (last.bold, last.url) == (span.bold, span.url):
            last = replace(last, text=last.text + span.text)
            continue
        if last is not None:
            yield last
        last = span
    if last is not None:
        yield last
