"""What Deskhand needs of a desk that is not its own.

Our own desk needs none of it: it reads and writes the same database, so there is nothing to tell it. For the others,
`reporting` tells what they do not know yet, and `hearing` does what they say by the calls that our desk makes, too.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from deskhand.conversation.outside import Begin, Brief, Heard, Line, Place, Standing


@dataclass(frozen=True)
class File:
    name: str
    mime_type: str
    content: bytes


ReadFile = Callable[[Line, int], Awaitable[File | None]]
"""The line's attachment at this place; None when it has no bytes, is too large, or cannot be had."""


class Desk(Protocol):
    """Each call tells one thing, and raises `DeskUnavailable` when that must be tried again, `DeskRefused` when it
    need not be, and `CaseGone`. `repeated`: it may have arrived before, and must not be there twice."""

    name: str

    async def begin(self, begin: Begin) -> tuple[str, Standing]:
        """Opens a case, or finds the one that was opened for this conversation: its id there, and who has it."""

    async def brief(self, case: str, brief: Brief, *, repeated: bool) -> None:
        """Shows agents, and nobody else, why they are wanted and what was said."""

    async def pass_on(self, case: str, line: Line, files: Sequence[File | None], *, repeated: bool) -> None:
        """Shows what the contact, the assistant or somebody at our own desk has said. `files`: one for each attachment,
        as far as it has bytes that can be had."""

    async def place(self, case: str, place: Place) -> None:
        """Says who has the conversation now. Said again, it changes nothing."""

    def read(self, headers: Mapping[str, str], body: bytes, token: str | None) -> Sequence[Heard]:
        """What a webhook tells. Empty for what is of no interest. Pure. Raises `WebhookRefused`."""

    async def close(self) -> None: ...
