"""What the page is told, as JSON. Button payloads, contact ids and control tokens stay on the server."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from deskhand.channels import wording
from deskhand.channels.webchat import media
from deskhand.conversation.model import Author, Status
from deskhand.store.timeline import Line, Seen

CONTROL = {
    Status.PENDING: "assistant",
    Status.OPEN: "person",
    Status.SNOOZED: "person",
    Status.RESOLVED: "nobody",
}


def seen_as_json(seen: Seen, media_key: str) -> dict[str, Any]:
    return {
        **situation_as_json(seen),
        "messages": [line_as_json(line, media_key) for line in seen.lines],
        "earlier": seen.earlier,
        "later": seen.later,
    }


def situation_as_json(seen: Seen) -> dict[str, Any]:
    conversation = None
    if seen.conversation is not None:
        conversation = {
            "id": str(seen.conversation.id),
            "control": CONTROL[seen.conversation.status],
            "agent": seen.agent_name,
        }
    return {"conversation": conversation, "thinking": seen.thinking}


def line_as_json(line: Line, media_key: str) -> dict[str, Any]:
    message = line.message
    body: dict[str, Any] = {
        "id": str(message.id),
        "cursor": str(line.cursor),
        "conversation": str(message.conversation_id),
        "seq": message.seq,
        "author": message.author.value,
        "text": message.text,
        "sent_at": message.sent_at.isoformat(),
    }
    if line.withdrawn:
        body["withdrawn"] = True
    if line.attachments:
        body["files"] = [_file_as_json(one, media_key) for one in line.attachments]
    if message.author is Author.CONTACT:
        body["client_id"] = (line.external_id or "").rpartition(":")[2]
        return body | _code(message.text) if line.pressed else body
    if message.author is not Author.AGENT:
        body |= _code(message.text)
    if line.author_name:
        body["name"] = line.author_name
    if message.image:
        body["image"] = message.image
        # It is shown, so the link that stands for it elsewhere is not needed.
        body["text"] = message.text.replace(f"[Picture]({message.image})", "").strip()
    body["buttons"] = [{"id": button.id, "title": button.title, **_code(button.title)} for button in message.buttons]
    body["citations"] = [{"title": cited.title, "url": cited.url} for cited in message.citations]
    return body


def _code(text: str) -> dict[str, str]:
    code = wording.code_of(text)
    return {"code": code} if code else {}


def _file_as_json(attachment: dict[str, Any], media_key: str) -> dict[str, Any]:
    media_id = attachment.get("media_id")
    return {
        "name": attachment.get("file_name") or "",
        "kind": "image" if attachment.get("kind") == "image" else "document",
        "size": attachment.get("size") or 0,
        "url": media.address(UUID(media_id), media_key) if media_id else "",
    }
