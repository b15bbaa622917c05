"""What must hold before a customer is asked for more: there is a subscription to pause, the account is locked."""

from __future__ import annotations

from abc import abstractmethod

from actions.base import EndForm, Step
from actions.identity import CodeStep, EmailStep, IdentityFactStep
from actions.turn import Turn


class Check(Step):
    """Never asks for anything. It comes after two facts matched, so that it may read, and before the code, so that
    nobody fetches a code from their mail only to hear that there is nothing to do."""

    slot = ""

    @abstractmethod
    async def check(self, turn: Turn, customer_id: str) -> None:
        """Says what stands in the way and raises `EndForm`, or returns."""

    async def settle(self, turn: Turn) -> bool:
        record = await turn.services.verifications.get(turn.conversation_id)
        if record.customer_id is None:
            raise EndForm
        await self.check(turn, record.customer_id)
        return True


def confirmed_after(check: Check) -> list[Step]:
    """The steps of a customer confirmed by code, with a check before the code is sent."""
    return [EmailStep(), IdentityFactStep(), check, CodeStep()]
