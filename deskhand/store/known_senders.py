"""The usual message in one statement: of a contact who is known, in the conversation that they are in.

A webhook is to be answered within milliseconds also while the process takes turns, and every statement of a
transaction waits for its place in the event loop. What is not usual (a new contact, a second id, a new conversation,
a snoozed one, one that an outside desk has, a repeated delivery, messages that wait to be sent) changes nothing and is
left to `receive_message`.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.conversation.model import InboundMessage
from deskhand.store import changes, rows
from deskhand.store.queue import TURN_QUEUE, TURN_TASK
from deskhand.store.receiving import Received
from deskhand.store.texts import storable, storable_name

# All parts see the database as it was before the statement, except for the rows that they lock: so the unique index
# decides about a repeated delivery, and the turn is queued in any case. A conversation that is being merged or
# resolved meanwhile does not match any more once its row is free.
_RECEIVE = text(
    """
    WITH sender AS (
        SELECT contact_id FROM deskhand.contact_identities
        WHERE channel = :channel AND external_id = :contact
        AND NOT EXISTS (
            SELECT FROM deskhand.messages WHERE channel = :channel AND external_id = :external_id
        )
        AND NOT EXISTS (
            SELECT FROM deskhand.sends
            WHERE sends.contact_id = contact_identities.contact_id AND sends.state = 'waiting'
        )
    ), conversation AS (
        UPDATE deskhand.conversations SET last_seq = last_seq + 1, last_message_at = :now,
            waiting_since = CASE WHEN conversations.status = 'open' THEN coalesce(waiting_since, :now) END
        FROM sender
        WHERE conversations.contact_id = sender.contact_id AND conversations.status = ANY (CAST(:statuses AS text[]))
        RETURNING conversations.*
    ), message AS (
        INSERT INTO deskhand.messages (
            id, conversation_id, seq, author, text, channel, external_id, button_id, sort_order, attachments,
            awaits_turn, sent_at
        )
        SELECT :id, id, last_seq, 'contact', :words, :channel, :external_id, CAST(:button_id AS text), :sort_order,
            CAST(:attachments AS jsonb), true, :now
        FROM conversation
        ON CONFLICT (channel, external_id) DO NOTHING
        RETURNING id, conversation_id, seq
    ), heard AS (
        UPDATE deskhand.contacts SET last_heard_at = :now, unreachable_at = NULL,
            name = coalesce(CAST(:name AS text), contacts.name)
        FROM conversation, message WHERE contacts.id = conversation.contact_id
    )
    SELECT conversation.*, message.id AS message_id, message.seq,
        pg_notify(:notify, conversation.id::text),
        deskhand_queue.procrastinate_defer_jobs_v1(ARRAY[ROW(
            CAST(:queue AS text), CAST(:task AS text), 0, 'turn ' || conversation.id, NULL,
            jsonb_build_object('conversation_id', conversation.id), NULL
        )::deskhand_queue.procrastinate_job_to_defer_v1])
    FROM conversation JOIN message ON message.conversation_id = conversation.id
    """
)


async def receive_from_known(connection: AsyncConnection, inbound: InboundMessage, now: datetime) -> Received | None:
    """None when it is not as usual. Nothing has changed then, but that a number of the conversation's may be left out,
    when the same message comes twice at once."""
    message_id = uuid4()
    found = await connection.execute(
        _RECEIVE,
        {
            "id": message_id,
            "channel": inbound.channel,
            "contact": storable(inbound.contact_external_id),
            "name": storable_name(inbound.contact_name),
            "external_id": storable(inbound.external_id),
            "words": storable(inbound.text),
            "button_id": storable(inbound.button_id) if inbound.button_id else None,
            "sort_order": inbound.order,
            "attachments": json.dumps([rows.storable_value(asdict(one)) for one in inbound.attachments]),
            "now": now,
            # What agents of an outside desk are to see has to be queued for it.
            "statuses": ["pending"] if changes.desk_is_outside() else ["pending", "open"],
            "notify": changes.CHANNEL,
            "queue": TURN_QUEUE,
            "task": TURN_TASK,
        },
    )
    row = found.one_or_none()
    if row is None:
        return None
    return Received(rows.conversation(row), rows.own_message(row, inbound, now), duplicate=False)
