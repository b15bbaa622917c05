"""What can go wrong in the store."""

from __future__ import annotations

from deskhand.errors import DeskhandError


class StoreError(DeskhandError):
    """Anything that the store refuses or fails to do."""


class DatabaseUnavailable(StoreError):
    """The database cannot be reached, or did not answer within its time limit."""


class DatabaseNotMigrated(StoreError):
    """The database's tables are older or newer than this program."""


class VectorsMissing(StoreError):
    """The database has no pgvector, or too old a one. The message says what to ask its administrator for."""


class ConversationNotFound(StoreError):
    """There is no conversation with this id."""


class ControlChanged(StoreError):
    """Somebody else has control of the conversation now: what the assistant wanted to say is not said."""


class AlreadyResolved(StoreError):
    """The conversation has its outcome, and a conversation has exactly one."""


class MessageIdTaken(StoreError):
    """Another contact's message has this id on this channel."""


class QuestionNotFound(StoreError):
    """There is no such question, or none any more: they are kept for some days only."""


class NotAnswered(StoreError):
    """The question got no answer, so no answer can have been wrong."""


class TooManyCodes(StoreError):
    """No further one-time code for now.

    `scope` is "conversation" or "customer". In the second case the contact must be told the same as if a code
    had been sent: a contact without an account never gets there, so the difference would tell.
    """

    def __init__(self, scope: str) -> None:
        super().__init__(f"Too many one-time codes for this {scope}.")
        self.scope = scope
