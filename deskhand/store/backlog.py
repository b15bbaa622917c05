"""How much waits, how long it has waited, and what is stuck."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import text

from deskhand.store.database import Database

_WAITING = text(
    """
    SELECT 'turns', count(*), min(at) FROM (
        SELECT sent_at AS at FROM deskhand.messages WHERE awaits_turn
        UNION ALL SELECT arrived_at FROM deskhand.turns WHERE state = 'running'
    ) AS waiting
    UNION ALL
    SELECT 'send_' || channel, count(*), min(queued_at) FROM deskhand.sends
    WHERE state IN ('queued', 'sending') GROUP BY channel
    """
)
_STUCK = text(
    """
    SELECT channel, state, count(*) FROM deskhand.sends WHERE state IN ('failed', 'waiting') GROUP BY channel, state
    """
)


@dataclass(frozen=True)
class Backlog:
    depths: Mapping[str, int]
    """By queue: `turns`, and `send_…` for each channel."""
    ages_seconds: Mapping[str, float]
    stuck: Mapping[tuple[str, str], int]
    """By channel and state: `failed` and `waiting`."""


async def read_backlog(db: Database) -> Backlog:
    async with db.begin() as connection:
        now = await connection.scalar(text("SELECT now()"))
        waiting = (await connection.execute(_WAITING)).all()
        stuck = (await connection.execute(_STUCK)).all()
    return Backlog(
        depths={queue: count for queue, count, _ in waiting},
        ages_seconds={queue: max(0.0, (now - oldest).total_seconds()) for queue, _, oldest in waiting if oldest},
        stuck={(channel, state): count for channel, state, count in stuck},
    )
