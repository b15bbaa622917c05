"""What a channel refuses, in words that are fit for a customer."""

from __future__ import annotations

from deskhand.errors import DeskhandError


class ChannelError(DeskhandError):
    """A request that a channel does not carry out. The message may be shown to the customer.

    `code` is what programs compare; it never changes its meaning. `status` is the HTTP status.
    """

    def __init__(self, code: str, message: str, *, status: int = 400, retry_after_seconds: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.retry_after_seconds = retry_after_seconds


class TurnFailed(DeskhandError):
    """The assistant could not take a turn. The message names the cause without the customer's words."""


class MediaUnavailable(DeskhandError):
    """What a customer sent beside words cannot be had: gone, too large, or of a type that is not taken."""
