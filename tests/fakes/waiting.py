"""The line of those who wait for a person, and callbacks, in memory."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from deskhand.conversation.desk import CallbackWay, Team
from deskhand.store.desk.line import Place


class FakeLine:
    """Nobody waits until `position` is set."""

    def __init__(self) -> None:
        self.position: int | None = None
        self.team = Team("orders", "Orders")

    async def place(self, conversation_id: UUID | str) -> Place | None:
        return None if self.position is None else Place(self.position, self.team)


class FakeCallbacks:
    """Keeps what was arranged: when, how, and where."""

    def __init__(self) -> None:
        self.arranged: list[tuple[datetime | None, CallbackWay, str]] = []

    async def arrange(
        self, conversation_id: UUID | str, wanted_at: datetime | None, way: CallbackWay, reach: str = "", note: str = ""
    ) -> Any:
        self.arranged.append((wanted_at, way, reach))
