"""From what Rasa says to what a customer is sent."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from typing import Any

from rasa.core.channels.channel import OutputChannel

from deskhand.conversation.model import Button, Citation, Reply

log = logging.getLogger(__name__)

SAFE_LINKS = ("https://", "http://", "mailto:")


class CollectingOutput(OutputChannel):  # type: ignore[misc]  # rasa ships no types
    """Collects one turn's responses as replies, in order. Nothing is sent from here.

    Rasa keeps the output of a turn for the reminders that the turn sets: what it says after the turn's end goes to
    `afterwards`, or to nobody.
    """

    def __init__(self, channel: str = "webchat", afterwards: CollectingOutput | None = None) -> None:
        self.replies: list[Reply] = []
        self._channel = channel
        self._afterwards = afterwards
        self._ended = False

    def end(self) -> None:
        """The turn is over: its replies are complete."""
        self._ended = True

    def name(self) -> str:
        """Of the channel that the conversation is on: responses may have variations for it."""
        return self._channel

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Take one response of Rasa's: all its parts become one reply."""
        await self.take(recipient_id, message)

    async def send_text_message(self, recipient_id: str, text: str, **kwargs: Any) -> None:
        await self.take(recipient_id, {"text": text})

    async def send_text_with_buttons(
        self, recipient_id: str, text: str, buttons: list[dict[str, Any]], **kwargs: Any
    ) -> None:
        await self.take(recipient_id, {"text": text, "buttons": buttons})

    async def send_quick_replies(
        self, recipient_id: str, text: str, quick_replies: list[dict[str, Any]], **kwargs: Any
    ) -> None:
        await self.take(recipient_id, {"text": text, "buttons": quick_replies})

    async def send_image_url(self, recipient_id: str, image: str, **kwargs: Any) -> None:
        await self.take(recipient_id, {"image": image})

    async def send_attachment(self, recipient_id: str, attachment: str, **kwargs: Any) -> None:
        await self.take(recipient_id, {"attachment": attachment})

    async def send_custom_json(self, recipient_id: str, json_message: dict[str, Any], **kwargs: Any) -> None:
        await self.take(recipient_id, {"custom": json_message})

    async def take(self, recipient_id: str, message: Mapping[str, Any]) -> None:
        """Add the reply that the response amounts to, if it amounts to one."""
        if self._ended:
            if self._afterwards is not None:
                await self._afterwards.take(recipient_id, message)
            return
        reply = reply_from(message)
        if reply is not None:
            self.replies.append(reply)


def reply_from(message: Mapping[str, Any]) -> Reply | None:
    """One Rasa response as one reply, or None when it holds nothing that a customer can be shown.

    `custom` may hold `text` and `citations` (a list of {title, url}); other keys are not for customers.
    """
    custom = message.get("custom")
    custom = custom if isinstance(custom, Mapping) else {}
    parts = [_text(message.get("text")), _text(custom.get("text"))]
    parts += [_link(word, message.get(key)) for word, key in (("Picture", "image"), ("Document", "attachment"))]
    text = "\n\n".join(part for part in parts if part)
    buttons = tuple(_buttons([*_list(message.get("buttons")), *_list(message.get("quick_replies"))]))
    citations = tuple(_citations(_list(custom.get("citations"))))
    if not (text or buttons or citations):
        if custom:
            log.warning("A custom response was left out: it has neither text nor citations (%s)", sorted(custom))
        return None
    return Reply(text=text, buttons=buttons, citations=citations, image=_text(message.get("image")) or None)


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _link(word: str, value: object) -> str:
    url = _text(value)
    return f"[{word}]({url})" if url.startswith(SAFE_LINKS) else ""


def _buttons(offered: Iterable[object]) -> Iterable[Button]:
    for button in offered:
        if not isinstance(button, Mapping) or not _text(button.get("title")):
            continue
        title, payload = _text(button["title"]), button.get("payload")
        payload = json.dumps(payload) if isinstance(payload, Mapping) else _text(payload)
        # Rasa's own channels send the title when a button has no payload
        yield Button(title=title, payload=payload or title)


def _citations(cited: Iterable[object]) -> Iterable[Citation]:
    for citation in cited:
        if isinstance(citation, Mapping) and _text(citation.get("title")):
            yield Citation(title=_text(citation["title"]), url=_text(citation.get("url")))
