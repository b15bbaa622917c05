"""Ready-made replies."""

from __future__ import annotations

import re
from uuid import UUID, uuid4

from sqlalchemy import delete, insert, or_, select, true, update
from sqlalchemy.exc import IntegrityError

from deskhand.conversation.canned import VARIABLES, unknown_variables
from deskhand.conversation.desk import CannedReply
from deskhand.conversation.people import Agent, Role
from deskhand.store.database import Database
from deskhand.store.desk import audit
from deskhand.store.desk_tables import canned_replies
from deskhand.store.errors import StoreError
from deskhand.store.rows import AnyRow
from deskhand.store.texts import storable

_SHORTCUT = re.compile(r"[\w-]{1,40}")


class WrongCannedReply(StoreError):
    """It cannot be kept like this. The message says why."""


class CannedReplies:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def for_agent(self, agent: Agent) -> list[CannedReply]:
        """Those of the agent's teams and those for all, by shortcut; administrators see every one."""
        mine = or_(canned_replies.c.team.is_(None), canned_replies.c.team.in_(sorted(agent.teams)))
        query = select(canned_replies).where(true() if agent.role is Role.ADMINISTRATOR else mine)
        async with self._db.begin() as connection:
            found = await connection.execute(query.order_by(canned_replies.c.shortcut))
            return [_canned(row) for row in found]

    async def all(self) -> list[CannedReply]:
        async with self._db.begin() as connection:
            found = await connection.execute(select(canned_replies).order_by(canned_replies.c.shortcut))
            return [_canned(row) for row in found]

    async def get(self, reply_id: UUID) -> CannedReply | None:
        async with self._db.begin() as connection:
            found = await connection.execute(select(canned_replies).where(canned_replies.c.id == reply_id))
            row = found.one_or_none()
        return _canned(row) if row is not None else None

    async def save(
        self,
        actor: Agent,
        shortcut: str,
        title: str,
        text: str,
        *,
        language: str | None = None,
        team: str | None = None,
        reply_id: UUID | None = None,
    ) -> CannedReply:
        """Adds one, or changes the one with this id. Raises `WrongCannedReply`."""
        values = _checked(shortcut, title, text) | {"language": language or None, "team": team or None}
        try:
            async with self._db.begin() as connection:
                if reply_id is None:
                    added = insert(canned_replies).values(id=uuid4(), **values)
                    row = (await connection.execute(added.returning(canned_replies))).one_or_none()
                else:
                    changed = update(canned_replies).where(canned_replies.c.id == reply_id).values(**values)
                    row = (await connection.execute(changed.returning(canned_replies))).one_or_none()
                if row is None:
                    raise WrongCannedReply("There is no such reply any more.")
                await audit.write(connection, actor, "canned_reply.saved", details={"shortcut": row.shortcut})
                return _canned(row)
        except IntegrityError as exc:
            if "uq_canned_replies_shortcut" in str(exc.orig):
                raise WrongCannedReply(f"There is a reply /{values['shortcut']} already.") from exc
            if "fk_canned_replies_team" in str(exc.orig):
                raise WrongCannedReply("There is no such team.") from exc
            raise

    async def delete(self, actor: Agent, reply_id: UUID) -> None:
        """Does nothing if there is none."""
        async with self._db.begin() as connection:
            gone = await connection.execute(
                delete(canned_replies).where(canned_replies.c.id == reply_id).returning(canned_replies.c.shortcut)
            )
            shortcut = gone.scalar_one_or_none()
            if shortcut is not None:
                await audit.write(connection, actor, "canned_reply.deleted", details={"shortcut": shortcut})


def _checked(shortcut: str, title: str, text: str) -> dict[str, str | None]:
    shortcut, title, text = shortcut.strip().lstrip("/").lower(), title.strip(), text.strip()
    if not _SHORTCUT.fullmatch(shortcut):
        raise WrongCannedReply("A shortcut is one word of letters, digits, - and _, at most 40.")
    if not title or len(title) > 120:
        raise WrongCannedReply("A title has 1 to 120 characters.")
    if not text or len(text) > 4000:
        raise WrongCannedReply("A reply has 1 to 4000 characters.")
    if unknown := unknown_variables(text):
        raise WrongCannedReply(
            f"There is no {', '.join('{{' + name + '}}' for name in unknown)}. There are: "
            + ", ".join("{{" + name + "}}" for name in VARIABLES)
        )
    return {"shortcut": storable(shortcut), "title": storable(title), "text": storable(text)}


def _canned(row: AnyRow) -> CannedReply:
    return CannedReply(row.id, row.shortcut, row.title, row.text, row.language, row.team)
