"""Telling an outside desk what it does not know yet of a conversation, in order and each thing once."""

from __future__ import annotations

import asyncio
import logging
from uuid import UUID

from deskhand.conversation.outside import Begin, Brief, Line, PassOn, Place
from deskhand.desks.errors import CaseGone, DeskRefused
from deskhand.desks.port import Desk, File, ReadFile
from deskhand.store.desk.outside import Cases, Due, Soon

log = logging.getLogger(__name__)


class Reporter:
    def __init__(self, cases: Cases, desk: Desk, read_file: ReadFile) -> None:
        self._cases = cases
        self._desk = desk
        self._read_file = read_file

    async def report(self, conversation_id: UUID) -> None:
        """Until the desk knows all. Raises `DeskUnavailable`, upon which it is to be called again; then it goes on
        where it was."""
        while True:
            due = await self._cases.next(conversation_id)
            if due is None:
                return
            if isinstance(due, Soon):
                await asyncio.sleep(due.seconds)
                continue
            try:
                await self._tell(due)
            except CaseGone:
                log.warning("Conversation %s was deleted at %s. It is begun anew there.", due.case, self._desk.name)
                await self._cases.forget(conversation_id)
            except DeskRefused as exc:
                # What it refuses today it refuses tomorrow. The next thing must not wait for it for ever.
                log.error("%s refused something of conversation %s: %s", self._desk.name, conversation_id, exc)
                if isinstance(due.telling, Begin):
                    raise
                await self._cases.told(due)

    async def _tell(self, due: Due) -> None:
        match due.telling:
            case Begin():
                case, standing = await self._desk.begin(due.telling)
                await self._cases.begun(due.conversation_id, case, standing)
                return
            case Brief():
                await self._desk.brief(due.case, due.telling, repeated=due.repeated)
            case PassOn(line):
                files = await self._files(line)
                await self._desk.pass_on(due.case, line, files, repeated=due.repeated)
            case Place():
                await self._desk.place(due.case, due.telling)
        await self._cases.told(due)

    async def _files(self, line: Line) -> list[File | None]:
        return [await self._read_file(line, place) for place in range(len(line.attachments))]
