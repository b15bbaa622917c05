"""A mailbox in the database, for trying the assistant out without a mail server."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import insert, select

from deskhand.mail.messages import message
from deskhand.store.database import Database
from deskhand.store.tables import mailbox

SENDER = "deskhand@localhost"


@dataclass(frozen=True)
class Mail:
    id: int
    to: str
    subject: str
    text: str
    sent_at: datetime


class DevelopmentMailbox:
    """Keeps mail instead of sending it. A `Mailer`."""

    def __init__(self, db: Database, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._db = db
        self._now = now

    async def send(self, to: str, subject: str, text: str) -> None:
        """Raises `MailNotSent` for what a mail server would not take either."""
        message(SENDER, to, subject, text)
        async with self._db.begin() as connection:
            await connection.execute(insert(mailbox).values(to=to, subject=subject, text=text, sent_at=self._now()))

    async def latest(self, limit: int = 50) -> Sequence[Mail]:
        """The newest first."""
        async with self._db.begin() as connection:
            found = await connection.execute(select(mailbox).order_by(mailbox.c.id.desc()).limit(limit))
            return [Mail(row.id, row.to, row.subject, row.text, row.sent_at) for row in found]
