"""What can go wrong with an outside desk."""

from __future__ import annotations

from deskhand.errors import DeskhandError


class OutsideDeskError(DeskhandError):
    """Anything between us and an outside desk. Messages hold no personal data."""


class DeskUnavailable(OutsideDeskError):
    """The desk cannot be told now; it will be tried again."""

    def __init__(self, why: str, after_seconds: float | None = None) -> None:
        super().__init__(why)
        self.after_seconds = after_seconds
        """What the desk asked for; None: pauses that grow."""


class DeskRefused(OutsideDeskError):
    """The desk will never take it as it is."""


class CaseGone(OutsideDeskError):
    """Somebody has deleted the conversation at the desk."""


class WebhookRefused(OutsideDeskError):
    """What came is not the desk's, or cannot be read. `status` is what it is answered with, in HTTP."""

    def __init__(self, why: str, status: int) -> None:
        super().__init__(why)
        self.status = status


class NotSaid(OutsideDeskError):
    """What an agent of the desk wrote did not go to the customer. The message says why, for the agent."""
