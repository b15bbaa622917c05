"""From the light markup of replies to WhatsApp's own: `**bold**` to `*bold*`, links spelled out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from deskhand.conversation.model import Citation

_BOLD = re.compile(r"\*\*([^*\n]{1,400})\*\*")
_LINK = re.compile(r"\[([^\]\n]{1,300})\]\(([^)\s]{1,2000})\)")
_FILE = re.compile(r"\[(Picture|Document)\]\((https?://[^)\s]{1,2000})\)")
_WEB = ("https://", "http://")
_MAIL = "mailto:"


@dataclass(frozen=True)
class Content:
    """What a reply holds, taken apart."""

    text: str
    pictures: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()


def taken_apart(text: str) -> Content:
    """The words, and the pictures and documents that `deskhand.channels.output` leaves among them as links on lines of
    their own."""
    kept: list[str] = []
    found: dict[str, list[str]] = {"Picture": [], "Document": []}
    for line in text.split("\n"):
        alone = _FILE.fullmatch(line.strip())
        if alone:
            found[alone[1]].append(alone[2])
        else:
            kept.append(line)
    words = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()
    return Content(words, tuple(found["Picture"]), tuple(found["Document"]))


def formatted(text: str, citations: Sequence[Citation] = ()) -> str:
    """The text as WhatsApp shows it, with its sources below it."""
    shown = _LINK.sub(_spelled_out, _BOLD.sub(r"*\1*", text)).strip()
    sources = [_source(each) for each in citations]
    if not sources:
        return shown
    heading = "Source:" if len(sources) == 1 else "Sources:"
    return "\n".join([*([shown, ""] if shown else []), heading, *sources])


def _spelled_out(link: re.Match[str]) -> str:
    label, address = link[1], link[2]
    if address.startswith(_MAIL):
        address = address.removeprefix(_MAIL).split("?")[0]
    elif not address.startswith(_WEB):
        return label
    return address if label == address else f"{label} ({address})"


def _source(citation: Citation) -> str:
    return f"• {citation.title}: {citation.url}" if citation.url.startswith(_WEB) else f"• {citation.title}"
