"""From rows to the values of `deskhand.conversation.model`, and back."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.conversation.model import (
    Author,
    Button,
    Citation,
    Conversation,
    Handoff,
    HandoffPacket,
    InboundMessage,
    Message,
    Outcome,
    Status,
)
from deskhand.store.tables import buttons, conversations
from deskhand.store.texts import storable

AnyRow = Row[tuple[Any, ...]]


def conversation(row: AnyRow) -> Conversation:
    return Conversation(
        id=row.id,
        contact_id=row.contact_id,
        status=Status(row.status),
        control_token=row.control_token,
        opened_at=row.opened_at,
        outcome=Outcome(row.outcome) if row.outcome else None,
        rating=row.rating,
        resolved_at=row.resolved_at,
        rating_comment=row.rating_comment,
        team=row.team,
        priority=row.priority,
        assignee_id=row.assignee_id,
        snoozed_until=row.snoozed_until,
        waiting_since=row.waiting_since,
        last_message_at=row.last_message_at,
        last_seq=row.last_seq,
        reopened=row.reopened,
        first_response_at=row.first_response_at,
        language=row.language,
    )


def message(row: AnyRow, offered: Sequence[Button] = ()) -> Message:
    return Message(
        id=row.id,
        conversation_id=row.conversation_id,
        seq=row.seq,
        author=Author(row.author),
        text=row.text,
        sent_at=row.sent_at,
        buttons=tuple(offered),
        citations=tuple(Citation(**citation) for citation in row.citations),
        image=row.image,
        reaction=row.reaction or "",
    )


def own_message(row: AnyRow, inbound: InboundMessage, now: datetime) -> Message:
    """The message that was just stored of what a channel received: `row` has its ids and its number."""
    return Message(
        id=row.message_id,
        conversation_id=row.id,
        seq=row.seq,
        author=Author.CONTACT,
        text=storable(inbound.text),
        sent_at=now,
    )


def button(row: AnyRow) -> Button:
    return Button(title=row.title, payload=row.payload, id=row.id)


def handoff(row: AnyRow) -> Handoff:
    packet = dict(row.packet)
    packet["tried"] = tuple(packet.get("tried", ()))
    packet["open"] = tuple(packet.get("open", ()))
    packet["policy"] = Citation(**packet["policy"]) if packet.get("policy") else None
    return Handoff(
        id=row.id,
        conversation_id=row.conversation_id,
        packet=HandoffPacket(**packet),
        requested_at=row.requested_at,
        closed_at=row.closed_at,
        team=row.team,
        priority=row.priority,
        sentiment=row.sentiment,
        language=row.language,
    )


def packet_data(packet: HandoffPacket) -> dict[str, Any]:
    """A packet as JSON data. What JSON has no form for, such as a date or an amount, is written as text."""
    data: dict[str, Any] = json.loads(json.dumps(asdict(packet), default=_as_text, ensure_ascii=False))
    return {key: storable_value(value) for key, value in data.items()}


async def buttons_of(connection: AsyncConnection, message_ids: Sequence[UUID]) -> dict[UUID, list[Button]]:
    if not message_ids:
        return {}
    found = await connection.execute(
        select(buttons).where(buttons.c.message_id.in_(message_ids)).order_by(buttons.c.position)
    )
    offered: dict[UUID, list[Button]] = defaultdict(list)
    for row in found:
        offered[row.message_id].append(button(row))
    return offered


_COUNT = (
    update(conversations)
    .where(conversations.c.id == bindparam("conversation"))
    .values(
        last_seq=conversations.c.last_seq + bindparam("count"),
        last_message_at=func.coalesce(
            bindparam("now", type_=conversations.c.last_message_at.type), conversations.c.last_message_at
        ),
    )
    .returning(conversations.c.last_seq)
)


async def next_seq(connection: AsyncConnection, conversation_id: UUID, count: int, now: datetime | None = None) -> int:
    """The first of `count` new numbers for messages, which are of `now`: without it, of an earlier time.

    The conversation's row is locked from then on.
    """
    last = await connection.execute(_COUNT, {"conversation": conversation_id, "count": count, "now": now})
    return int(last.scalar_one()) - count + 1


def _as_text(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID | Enum):
        return str(value)
    raise TypeError(f"A handoff packet cannot hold a {type(value).__name__}.")


def storable_value(value: Any) -> Any:
    """JSON data with every text made fit for PostgreSQL."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(key): storable_value(item) for key, item in value.items()}
    return [storable_value(item) for item in value] if isinstance(value, list) else value
