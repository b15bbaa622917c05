"""Forgetting what is only needed while messages are on their way."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, update

from deskhand.store.database import Database
from deskhand.store.delivery_tables import early_reports, sends, turns


async def purge(db: Database, before: datetime) -> None:
    """Empties parts that were sent before then, and deletes reports about nothing and turns that ended.

    Messages, and what became of them, stay.
    """
    async with db.begin() as connection:
        await connection.execute(
            update(sends)
            .where(sends.c.finished_at < before, sends.c.part.is_not(None), sends.c.state.not_in(["queued", "sending"]))
            .values(part=None)
        )
        await connection.execute(delete(early_reports).where(early_reports.c.at < before))
        await connection.execute(delete(turns).where(turns.c.finished_at < before, turns.c.greeting.is_(False)))
