"""Storing what the assistant says."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.conversation.model import Author, Message, Reply
from deskhand.store import rows
from deskhand.store.tables import buttons, messages
from deskhand.store.texts import storable


async def store_replies(
    connection: AsyncConnection,
    conversation_id: UUID,
    replies: Sequence[Reply],
    now: datetime,
    turn_id: UUID | None = None,
) -> list[Message]:
    """Within a transaction that holds the conversation's lock. Buttons get the ids that customers see."""
    if not replies:
        return []
    first_seq = await rows.next_seq(connection, conversation_id, len(replies), now)
    stored = [
        Message(
            id=uuid4(),
            conversation_id=conversation_id,
            seq=seq,
            author=Author.ASSISTANT,
            text=storable(reply.text),
            sent_at=now,
            buttons=tuple(replace(button, id=secrets.token_urlsafe(12)) for button in reply.buttons),
            citations=reply.citations,
            image=reply.image,
        )
        for seq, reply in enumerate(replies, first_seq)
    ]
    await connection.execute(
        insert(messages),
        [_message_row(message, reply, turn_id) for message, reply in zip(stored, replies, strict=True)],
    )
    offered = [row for message in stored for row in _button_rows(message)]
    if offered:
        await connection.execute(insert(buttons), offered)
    return stored


def _message_row(message: Message, reply: Reply, turn_id: UUID | None) -> dict[str, object]:
    return {
        "id": message.id,
        "conversation_id": message.conversation_id,
        "seq": message.seq,
        "author": message.author,
        "text": message.text,
        "citations": [asdict(citation) for citation in message.citations],
        "image": reply.image,
        "turn_id": turn_id,
        "sent_at": message.sent_at,
    }


def _button_rows(message: Message) -> list[dict[str, object]]:
    return [
        {
            "id": button.id,
            "conversation_id": message.conversation_id,
            "message_id": message.id,
            "position": position,
            "title": storable(button.title),
            "payload": storable(button.payload),
        }
        for position, button in enumerate(message.buttons)
    ]
