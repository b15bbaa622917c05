"""How many of a language model's tokens were used on which day, over all processes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import BigInteger, Column, Date, Table, delete, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from deskhand.store.database import Database
from deskhand.store.tables import SCHEMA, metadata

KEEP_DAYS = 400
"""A year and a bit, for whoever wonders what it costs."""

language_model_use = Table(
    "language_model_use",
    metadata,
    Column("day", Date, primary_key=True),
    Column("tokens", BigInteger, nullable=False),
    schema=SCHEMA,
)


class LanguageModelUse:
    """A day's budget: tokens are set aside before a request, and corrected after it. Days are UTC's."""

    def __init__(
        self, db: Database, tokens_per_day: int, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._db = db
        self._tokens_per_day = tokens_per_day
        self._now = now

    async def reserve(self, tokens: int) -> bool:
        """Sets tokens of today aside, unless that would be more than a day may use. Raises `DatabaseUnavailable`."""
        if tokens > self._tokens_per_day:
            return False
        use, today = language_model_use, self._now().date()
        statement = (
            upsert(use)
            .values(day=today, tokens=tokens)
            .on_conflict_do_update(
                index_elements=["day"],
                set_={"tokens": use.c.tokens + tokens},
                where=use.c.tokens + tokens <= self._tokens_per_day,
            )
        )
        async with self._db.begin() as connection:
            taken = (await connection.execute(statement.returning(use.c.tokens))).scalar_one_or_none()
            if taken == tokens:  # the first request of the day
                await connection.execute(delete(use).where(use.c.day < today - timedelta(days=KEEP_DAYS)))
        return taken is not None

    async def settle(self, reserved: int, used: int) -> None:
        """Puts what was used in the place of what was set aside. Raises `DatabaseUnavailable`."""
        use = language_model_use
        async with self._db.begin() as connection:
            await connection.execute(
                update(use).where(use.c.day == self._now().date()).values(tokens=use.c.tokens - reserved + used)
            )

    async def on(self, day: date) -> int:
        """Tokens used on a day. Raises `DatabaseUnavailable`."""
        async with self._db.begin() as connection:
            use = language_model_use
            return int(await connection.scalar(select(use.c.tokens).where(use.c.day == day)) or 0)
