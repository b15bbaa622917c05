"""How much of a language model a day may use. Kept in the database, as any number of processes share it."""

from __future__ import annotations

from typing import Protocol


class Budget(Protocol):
    async def reserve(self, tokens: int) -> bool:
        """Sets tokens of today aside, unless that would be more than a day may use. Raises `DatabaseUnavailable`."""
        ...

    async def settle(self, reserved: int, used: int) -> None:
        """Puts what was used in the place of what was set aside. Raises `DatabaseUnavailable`."""
        ...
