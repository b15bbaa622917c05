"""From a message to calls of the Bot API. Pure, and the same for the same message.

A part's payload is {"method", "params"}, without the chat, and may have "instead": the same again for when Telegram
refuses the first as it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from deskhand.channels.delivery.contracts import Part
from deskhand.channels.splitting import size
from deskhand.channels.telegram.keyboard import keyboard
from deskhand.channels.telegram.place import Place
from deskhand.channels.telegram.richtext import Span, bare, citation_spans, markdown_v2, plain, spans_of, split
from deskhand.conversation.model import Message

MAX_TEXT = 4096
MAX_CAPTION = 1024

_PARSE_MODE = "MarkdownV2"
_BELOW = (Span("⬇️"),)
"""Telegram shows no buttons without words above them."""
_NO_PREVIEW = {"is_disabled": True}


def parts_of(message: Message, place: Place) -> tuple[Part, ...]:
    """In the order to be sent; the buttons are below the last words."""
    markup = keyboard(message.buttons)
    sources = citation_spans(message.citations)
    words = (*spans_of(message.text), *sources)
    if message.image is not None and message.image.startswith(("https://", "http://")):
        caption = (*_to(place), *spans_of(_without_link_to(message.image, message.text)), *sources)
        if size(plain(caption)) <= MAX_CAPTION:
            return (_photo(message.image, caption, (*_to(place), *words), markup),)
        picture = _photo(message.image, (), spans_of(f"[Picture]({message.image})"), None)
        return (picture, *_texts(caption, markup))
    if not plain(words).strip() and markup is None:
        return ()
    return _texts((*_to(place), *words), markup)


def _texts(words: Sequence[Span], markup: dict[str, Any] | None) -> tuple[Part, ...]:
    cuts = split(words, MAX_TEXT) or ([_BELOW] if markup else [])
    last = len(cuts) - 1
    return tuple(Part(_text(cut, markup if index == last else None)) for index, cut in enumerate(cuts))


def _text(words: Sequence[Span], markup: dict[str, Any] | None) -> dict[str, Any]:
    params: dict[str, Any] = {"link_preview_options": _NO_PREVIEW}
    if markup is not None:
        params["reply_markup"] = markup
    return {
        "method": "sendMessage",
        "params": {"text": markdown_v2(words), "parse_mode": _PARSE_MODE, **params},
        # Words without their looks are better than none.
        "instead": {"method": "sendMessage", "params": {"text": _without_looks(words), **params}},
    }


def _without_looks(words: Sequence[Span]) -> str:
    return plain(split(bare(words), MAX_TEXT)[0])


def _photo(url: str, caption: Sequence[Span], words: Sequence[Span], markup: dict[str, Any] | None) -> Part:
    """Telegram fetches the picture itself; what it cannot fetch is sent as a link."""
    params: dict[str, Any] = {"photo": url}
    if plain(caption):
        params |= {"caption": markdown_v2(caption), "parse_mode": _PARSE_MODE}
    if markup is not None:
        params["reply_markup"] = markup
    return Part({"method": "sendPhoto", "params": params, "instead": _text(words, markup)})


def _without_link_to(image: str, text: str) -> str:
    paragraphs = text.split("\n\n")
    return "\n\n".join(each for each in paragraphs if each.strip() != f"[Picture]({image})")


def _to(place: Place) -> tuple[Span, ...]:
    """In a group the customer is called by a link to them: several people may be asking, and names are not kept."""
    return (Span("↩️", url=f"tg://user?id={place.person_id}"), Span(" ")) if place.is_group else ()
