"""Teams by name."""

from __future__ import annotations

from sqlalchemy import select

from deskhand.store.database import Database
from deskhand.store.desk_tables import teams


async def team_titles(db: Database) -> dict[str, str]:
    async with db.begin() as connection:
        found = await connection.execute(select(teams.c.name, teams.c.title).order_by(teams.c.title))
        return {row.name: row.title for row in found}
