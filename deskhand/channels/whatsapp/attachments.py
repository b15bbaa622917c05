"""What a customer sends beside words, described for the people who will look at it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from deskhand.channels.typed_text import tidied
from deskhand.channels.whatsapp.json_values import number_at, object_at, objects_at, text_at
from deskhand.conversation.model import Attachment, AttachmentKind

MEDIA = {
    "image": AttachmentKind.IMAGE,
    "audio": AttachmentKind.AUDIO,
    "video": AttachmentKind.VIDEO,
    "document": AttachmentKind.DOCUMENT,
    "sticker": AttachmentKind.STICKER,
}
MOST_DESCRIBED = 500
"""Characters of a description."""
MOST_CONTACTS = 20

_MIME_TYPE = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,100}(?:;[ -~]{0,100})?", re.ASCII)
_MEDIA_ID = re.compile(r"[A-Za-z0-9_.=-]{1,200}")
_TYPE_NAME = re.compile(r"[a-z0-9_]{1,40}")


def media(kind: str, message: Mapping[str, Any]) -> Attachment:
    """An image, audio, video, document or sticker. One without an id to fetch its bytes by is unsupported."""
    content = object_at(message, kind)
    media_id = text_at(content, "id")
    if not _MEDIA_ID.fullmatch(media_id):
        return unsupported(kind)
    mime_type = text_at(content, "mime_type")
    return Attachment(
        MEDIA[kind],
        media_id=media_id,
        mime_type=mime_type if _MIME_TYPE.fullmatch(mime_type) else None,
        file_name=_file_name(text_at(content, "filename")) or None,
        size=number_at(content, "file_size"),
        description="a voice message" if content.get("voice") is True else "",
    )


def location(message: Mapping[str, Any]) -> Attachment:
    place = object_at(message, "location")
    at = [place.get(name) for name in ("latitude", "longitude")]
    coordinates = ", ".join(str(each) for each in at if type(each) in (int, float))
    named = ", ".join(filter(None, (_line(text_at(place, name)) for name in ("name", "address"))))
    told = " ".join(filter(None, (named, f"({coordinates})" if coordinates else "")))
    return Attachment(AttachmentKind.LOCATION, description=_described(told))


def contacts(message: Mapping[str, Any]) -> tuple[Attachment, ...]:
    """One for each shared contact: name and telephone numbers."""
    return tuple(_contact(card) for card in objects_at(message, "contacts")[:MOST_CONTACTS])


def _contact(card: Mapping[str, Any]) -> Attachment:
    name = object_at(card, "name")
    called = text_at(name, "formatted_name") or " ".join(text_at(name, part) for part in ("first_name", "last_name"))
    numbers = (text_at(phone, "phone") or text_at(phone, "wa_id") for phone in objects_at(card, "phones"))
    return Attachment(
        AttachmentKind.CONTACT, description=_described(", ".join(filter(None, map(_line, (called, *numbers)))))
    )


def order(message: Mapping[str, Any]) -> Attachment:
    """A basket from the business's catalogue, which the assistant cannot take."""
    items = (
        f"{number_at(item, 'quantity') or 1} × {_line(text_at(item, 'product_retailer_id'))}"
        for item in objects_at(object_at(message, "order"), "product_items")[:MOST_CONTACTS]
    )
    return Attachment(AttachmentKind.UNSUPPORTED, description=_described(f"an order: {', '.join(items)}"))


def unsupported(type_name: str) -> Attachment:
    """Something that there is no word for yet. `type_name` is the channel's, if it has one."""
    known = type_name if _TYPE_NAME.fullmatch(type_name) else ""
    return Attachment(AttachmentKind.UNSUPPORTED, description=known.replace("_", " "))


def _file_name(name: str) -> str:
    """The last part of a path, if somebody sends one, without what a file system might obey."""
    return _line(re.split(r"[\\/]", name)[-1]).strip(". ")[:150]


def _line(text: str) -> str:
    return " ".join(tidied(text).split())


def _described(text: str) -> str:
    return text if len(text) <= MOST_DESCRIBED else f"{text[: MOST_DESCRIBED - 1]}…"
