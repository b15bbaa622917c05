"""Whether the assistant runs, as far as the database can tell: its processes leave a sign of life there."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from deskhand.store.database import Database

SILENT_AFTER = timedelta(seconds=20)
"""Its workers show a sign of life every three seconds."""
BEHIND_AFTER = timedelta(minutes=2)
"""No turn takes that long to begin, unless nobody takes turns."""

_ALIVE = text(
    "SELECT EXISTS (SELECT FROM deskhand_queue.procrastinate_workers"
    " WHERE last_heartbeat > now() - CAST(:silent AS interval))"
)
_BEHIND = text(
    "SELECT EXISTS (SELECT FROM deskhand.messages WHERE awaits_turn AND sent_at < now() - CAST(:behind AS interval))"
)


async def assistant_runs(db: Database) -> bool:
    """Whether turns are taken and messages sent. Raises `DatabaseUnavailable`."""
    async with db.begin() as connection:
        if not await connection.scalar(_ALIVE, {"silent": SILENT_AFTER}):
            return False
        return not await connection.scalar(_BEHIND, {"behind": BEHIND_AFTER})
