"""One message as the calls that say it: bodies for `POST /messages`, without the recipient."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from deskhand.channels.splitting import size, split
from deskhand.channels.whatsapp.choices import Form, form_of, numbered, row_title
from deskhand.channels.whatsapp.formatting import formatted, taken_apart
from deskhand.channels.whatsapp.options import Template
from deskhand.conversation.model import Button, Message

MOST_TEXT = 4096
MOST_CAPTION = 1024
MOST_BODY = 1024
CHOOSE = "Please choose:"
OPEN_LIST = "See the choices"
BY_NUMBER = "Please reply with the number of your choice."

Body = dict[str, Any]


def bodies(message: Message) -> list[Body]:
    """In the order in which they are sent: files first, words after them, choices last."""
    content = taken_apart(message.text)
    words = formatted(content.text, message.citations)
    titles = [button.title for button in message.buttons]
    form = form_of(titles) if titles else None
    if form is Form.NUMBERED:
        words = "\n\n".join(filter(None, (words, numbered(titles), BY_NUMBER)))
    pictures = dict.fromkeys((*content.pictures, *_on_the_web(message.image)))
    files = [*map(_picture, pictures), *map(_document, content.documents)]
    if files and form in (None, Form.NUMBERED) and 0 < size(words) <= MOST_CAPTION:
        files[-1][files[-1]["type"]]["caption"] = words
        return files
    if form in (Form.BUTTONS, Form.LIST):
        return [*files, *_with_choices(words, message.buttons, form)]
    return [*files, *map(_text, split(words, MOST_TEXT))]


def template(name: str, language: str, parameters: Sequence[str] = ()) -> Body:
    """A message that Meta has approved beforehand, which may be sent at any time."""
    body: Body = {"name": name, "language": {"policy": "deterministic", "code": language}}
    if parameters:
        body["components"] = [{"type": "body", "parameters": [{"type": "text", "text": each} for each in parameters]}]
    return {"type": "template", "template": body}


def chosen_template(chosen: Template | None) -> Body | None:
    """The one in credentials.yml, if there is one."""
    return template(chosen.name, chosen.language, chosen.parameters) if chosen else None


def as_words(body: Mapping[str, Any]) -> Body | None:
    """What a picture or document says when WhatsApp cannot fetch it: its caption, and the link."""
    kind = body["type"]
    if kind not in ("image", "document"):
        return None
    return _text("\n\n".join(filter(None, (body[kind].get("caption", ""), body[kind]["link"]))))


def _with_choices(words: str, buttons: Sequence[Button], form: Form) -> Iterator[Body]:
    """Words that do not fit beside the choices go before them."""
    short = 0 < size(words) <= MOST_BODY
    if not short:
        yield from map(_text, split(words, MOST_TEXT))
    action = _reply_buttons(buttons) if form is Form.BUTTONS else _rows(buttons)
    kind = "button" if form is Form.BUTTONS else "list"
    body = {"text": words if short else CHOOSE}
    yield {"type": "interactive", "interactive": {"type": kind, "body": body, "action": action}}


def _reply_buttons(buttons: Sequence[Button]) -> Body:
    return {"buttons": [{"type": "reply", "reply": {"id": each.id, "title": each.title}} for each in buttons]}


def _rows(buttons: Sequence[Button]) -> Body:
    rows = []
    for button in buttons:
        row = {"id": button.id, "title": row_title(button.title)}
        if row["title"] != button.title:
            row["description"] = button.title
        rows.append(row)
    return {"button": OPEN_LIST, "sections": [{"rows": rows}]}


def _on_the_web(address: str | None) -> list[str]:
    return [address] if address and address.startswith(("https://", "http://")) else []


def _text(words: str) -> Body:
    return {"type": "text", "text": {"body": words, "preview_url": False}}


def _picture(link: str) -> Body:
    return {"type": "image", "image": {"link": link}}


def _document(link: str) -> Body:
    name = unquote(PurePosixPath(urlsplit(link).path).name)
    return {"type": "document", "document": {"link": link, "filename": name[:150] or "document"}}
