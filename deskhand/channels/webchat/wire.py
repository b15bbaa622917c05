"""What the page is told, as JSON. Button payloads, contact ids and control tokens stay on the server."""

from __future__ import annotations

from typing import Any

from deskhand.channels.chat import View
from deskhand.conversation.model import Author, Conversation, Message, Status

CONTROL = {
    Status.PENDING: "assistant",
    Status.OPEN: "person",
    Status.SNOOZED: "person",
    Status.RESOLVED: "nobody",
}


def view_as_json(view: View) -> dict[str, Any]:
    body: dict[str, Any] = {
        "conversation": _conversation_as_json(view.conversation) if view.conversation else None,
        "messages": [message_as_json(message) for message in view.messages],
    }
    if view.own is not None:
        body["own_seq"] = view.own.seq
    return body


def _conversation_as_json(conversation: Conversation) -> dict[str, Any]:
    return {"id": str(conversation.id), "control": CONTROL[conversation.status]}


def message_as_json(message: Message) -> dict[str, Any]:
    body: dict[str, Any] = {
        "id": str(message.id),
        "seq": message.seq,
        "author": message.author.value,
        "text": message.text,
        "sent_at": message.sent_at.isoformat(),
    }
    if message.author is not Author.CONTACT:
        body["buttons"] = [{"id": button.id, "title": button.title} for button in message.buttons]
        body["citations"] = [{"title": cited.title, "url": cited.url} for cited in message.citations]
    return body
