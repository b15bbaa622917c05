"""What can go wrong in the store."""

from __future__ import annotations

from uuid import UUID

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


class TakenBy(StoreError):
    """A colleague has the conversation."""

    def __init__(self, agent_id: UUID, name: str) -> None:
        super().__init__(f"{name} has this conversation.")
        self.agent_id = agent_id
        self.name = name


class NotInControl(StoreError):
    """The agent does not have the conversation, and must take it over first."""


class ContactUnreachable(StoreError):
    """The contact blocked us or left, so nothing can be sent to them."""


class NewWords(StoreError):
    """The contact wrote something that the agent has not seen yet."""


class CannotTake(StoreError):
    """The agent or team that a conversation was to be given to cannot have it."""


class InAnotherConversation(StoreError):
    """The contact is in another conversation already, and is in one at a time."""

    def __init__(self, conversation_id: UUID) -> None:
        super().__init__("The contact is in another conversation by now. Please go on there.")
        self.conversation_id = conversation_id
