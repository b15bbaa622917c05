"""What became of a message on its way to the contact, by what became of its parts."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.store import changes

_REFRESH = text(
    """
    UPDATE deskhand.messages SET
        delivery = worst.state,
        delivery_cause = CASE WHEN worst.state IN ('failed', 'waiting') THEN worst.cause END,
        delivery_code = CASE WHEN worst.state IN ('failed', 'waiting') THEN worst.code END
    FROM (
        SELECT CASE state WHEN 'sending' THEN 'queued' ELSE state END AS state, cause, code
        FROM deskhand.sends WHERE message_id = :id AND position >= 0
        ORDER BY array_position(
            ARRAY['failed', 'waiting', 'queued', 'sending', 'sent', 'delivered', 'read'], state
        ), position
        LIMIT 1
    ) AS worst
    WHERE messages.id = :id
    RETURNING pg_notify(:channel, messages.conversation_id::text)
    """
)


async def refresh_message(connection: AsyncConnection, message_id: UUID) -> None:
    """What became of a message is what became of its parts: the worst of them, else the slowest."""
    await connection.execute(_REFRESH, {"id": message_id, "channel": changes.CHANNEL})
