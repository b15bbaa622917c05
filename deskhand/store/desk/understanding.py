"""What the assistant made of what contacts said: read from Rasa's event log when somebody wants to see it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.conversation.desk import Understanding
from deskhand.store.tables import tracker_events

MOST_EVENTS = 2000
"""Of the log's end: older turns are shown without."""
_NO_NEWS = frozenset({"action_listen", "action_session_start"})


async def understandings_of(
    connection: AsyncConnection, conversation_id: UUID, turn_ids: Collection[UUID]
) -> dict[UUID, Understanding]:
    """By turn. A turn that Rasa had no part in, such as a lone picture, has none."""
    if not turn_ids:
        return {}
    latest = (
        select(tracker_events.c.seq, tracker_events.c.data)
        .where(tracker_events.c.sender_id == str(conversation_id), tracker_events.c.type_name.in_(["user", "action"]))
        .order_by(tracker_events.c.seq.desc())
        .limit(MOST_EVENTS)
        .subquery()
    )
    found = await connection.execute(select(latest.c.data).order_by(latest.c.seq))
    return understandings_in((row.data for row in found), {str(one): one for one in turn_ids})


def understandings_in(events: Iterable[Mapping[str, Any]], turn_ids: Mapping[str, UUID]) -> dict[UUID, Understanding]:
    """`events`: of types "user" and "action", in order. `turn_ids`: as Rasa has them, and as we do."""
    parsed: dict[UUID, Mapping[str, Any]] = {}
    actions: dict[UUID | None, list[str]] = defaultdict(list)
    turn_id: UUID | None = None
    for event in events:
        if event.get("event") == "user" and event.get("message_id"):
            turn_id = turn_ids.get(str(event["message_id"]))
            if turn_id is not None:
                parsed[turn_id] = event.get("parse_data") or {}
        elif event.get("event") == "action" and event.get("name") not in _NO_NEWS:
            actions[turn_id].append(str(event.get("name")))
    return {turn_id: _understanding(turn_id, data, actions[turn_id]) for turn_id, data in parsed.items()}


def _understanding(turn_id: UUID, parsed: Mapping[str, Any], actions: Sequence[str]) -> Understanding:
    intent = parsed.get("intent") or {}
    confidence = intent.get("confidence")
    entities = [
        (str(one.get("entity")), str(one.get("value"))[:200])
        for one in parsed.get("entities") or ()
        if isinstance(one, Mapping)
    ]
    return Understanding(
        turn_id=turn_id,
        intent=intent.get("name"),
        confidence=float(confidence) if isinstance(confidence, int | float) else None,
        entities=tuple(entities),
        actions=tuple(actions),
    )
