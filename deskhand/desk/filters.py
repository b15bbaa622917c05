"""How templates write values: waiting times, sizes, browsers, excerpts, addresses. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from ua_parser import parse_os, parse_user_agent

from deskhand.desk.waiting import sla_state, waited

EXCERPT = 160
_KILO = 1024


def waited_since(since: datetime, now: datetime) -> str:
    return waited((now - since).total_seconds())


def sla(since: datetime, now: datetime, minutes: float | None) -> str:
    return sla_state(since, now, minutes)


def size(count: int) -> str:
    """Bytes as "12 kB" or "3.4 MB"."""
    if count < _KILO * _KILO:
        return f"{max(1, round(count / _KILO))} kB"
    return f"{count / _KILO / _KILO:.1f} MB"


def is_web(address: str) -> bool:
    """Whether it may be a link: nothing that runs when it is clicked."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def browser(user_agent: str) -> str:
    """A browser as people know it: "Firefox 132, Windows"; the user agent itself where it is unknown."""
    known, system = parse_user_agent(user_agent), parse_os(user_agent)
    name = " ".join(filter(None, (known.family, known.major))) if known else ""
    return ", ".join(filter(None, (name, system.family if system else ""))) or user_agent


def plain(value: object) -> str:
    """A value of a packet as people read it."""
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {plain(item)}" for key, item in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(plain(item) for item in value)
    return str(value)


def excerpt(text: str, words: str) -> str:
    """The part of a long text in which one of the words stands."""
    text = " ".join(text.split())
    if len(text) <= EXCERPT:
        return text
    found = re.search("|".join(re.escape(word) for word in words.split()) or "^", text, re.IGNORECASE)
    start = max(0, (found.start() if found else 0) - EXCERPT // 3)
    end = start + EXCERPT
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"


FILTERS: dict[str, Callable[..., Any]] = {
    "waited": waited_since,
    "sla": sla,
    "size": size,
    "browser": browser,
    "web": is_web,
    "plain": plain,
    "excerpt": excerpt,
}
