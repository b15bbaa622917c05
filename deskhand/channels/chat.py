"""One contact's conversation on a channel: store what was said, take the turn, store the answer.

Everything that needs an order holds the contact's lock for as long as it takes, so that a contact's message is
stored only when the one before has its answer. What follows a message in the store is therefore its answer.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from deskhand.channels import wording
from deskhand.channels.errors import ChannelError, TurnFailed
from deskhand.channels.serial import OneAtATime
from deskhand.channels.turns import Turns
from deskhand.channels.typed_text import as_words
from deskhand.conversation.model import (
    Author,
    Button,
    Conversation,
    Handoff,
    HandoffPacket,
    InboundMessage,
    Message,
    Reply,
    Status,
)
from deskhand.store.errors import ControlChanged

if TYPE_CHECKING:
    from deskhand.store.conversations import Received

log = logging.getLogger(__name__)

PAGE = 200


class ConversationStore(Protocol):
    """What a channel needs of `deskhand.store.conversations.Conversations`."""

    async def find(self, channel: str, contact_external_id: str) -> Conversation | None: ...
    async def open(self, channel: str, contact_external_id: str) -> Conversation: ...
    async def get(self, conversation_id: UUID) -> Conversation: ...
    async def receive(self, inbound: InboundMessage) -> Received: ...
    async def add_replies(
        self, conversation_id: UUID, control_token: int, replies: Sequence[Reply]
    ) -> list[Message]: ...
    async def received(self, channel: str, external_id: str) -> Received | None: ...
    async def offered_button(self, conversation_id: UUID, button_id: str) -> Button | None: ...
    async def add_system_line(self, conversation_id: UUID, text: str) -> Message: ...
    async def history(self, conversation_id: UUID, after_seq: int = 0, limit: int = PAGE) -> list[Message]: ...
    async def request_handoff(self, conversation_id: UUID, packet: HandoffPacket) -> Handoff: ...
    async def return_to_assistant(self, conversation_id: UUID) -> Conversation: ...


@dataclass(frozen=True)
class View:
    """A conversation as its contact may see it, from some message on."""

    conversation: Conversation | None
    messages: tuple[Message, ...] = ()
    own: Message | None = None
    """The stored form of the message that was just sent."""


class Chat:
    """A channel's conversations. Contacts are named by the channel's own external ids."""

    def __init__(self, channel: str, store: ConversationStore, turns: Turns) -> None:
        self.channel = channel
        self._store = store
        self._turns = turns
        self._contacts = OneAtATime()

    async def open(self, contact: str) -> View:
        """The contact's conversation from its first message. A new one starts with the assistant's greeting."""
        async with self._contacts.hold(contact):
            conversation = await self._store.find(self.channel, contact)
            if conversation is None:
                conversation = await self._store.open(self.channel, contact)
            messages = await self._all_messages(conversation.id)
            if not messages and conversation.status is Status.PENDING:
                await self._greet(conversation)
                messages = await self._all_messages(conversation.id)
            return View(conversation, tuple(messages))

    async def messages(self, contact: str, after_seq: int) -> View:
        """What was said after `after_seq`, at most `PAGE` messages."""
        conversation = await self._store.find(self.channel, contact)
        if conversation is None:
            return View(None)
        return View(conversation, tuple(await self._store.history(conversation.id, after_seq, PAGE)))

    async def say(self, contact: str, message_id: UUID, text: str) -> View:
        """Take a typed message: store it and, while the assistant has control, answer it.

        The same `message_id` again changes nothing and gives the same answer; if a crash left the message
        without one, it is answered now.
        """
        async with self._contacts.hold(contact):
            received = await self._store.receive(self._inbound(contact, message_id, text))
            return await self._answered(received, as_words(received.message.text))

    async def press(self, contact: str, message_id: UUID, button_id: str) -> View:
        """Take the press of a button that is on offer. Raises `ChannelError` (unknown_button)."""
        async with self._contacts.hold(contact):
            inbound = self._inbound(contact, message_id, "", button_id)
            received = await self._store.received(self.channel, inbound.external_id)
            if received is None:
                button = await self._on_offer(contact, button_id)
                received = await self._store.receive(replace(inbound, text=button.title))
            else:
                button = await self._offered_before(received, button_id)
            payload = button.payload if button.payload.startswith("/") else as_words(button.payload)
            return await self._answered(received, payload)

    async def return_to_assistant(self, contact: str) -> View:
        """Give control back to the assistant. Does nothing when it already has control."""
        async with self._contacts.hold(contact):
            conversation = await self._store.find(self.channel, contact)
            if conversation is None:
                raise ChannelError("no_conversation", "There is no conversation yet.", status=409)
            if conversation.status in (Status.OPEN, Status.SNOOZED):
                await self._store.return_to_assistant(conversation.id)
                await self._store.add_system_line(conversation.id, wording.BACK_WITH_ASSISTANT)
                conversation = await self._store.get(conversation.id)
            return View(conversation, tuple(await self._all_messages(conversation.id)))

    # -- answering

    async def _answered(self, received: Received, words: str) -> View:
        own, conversation = received.message, received.conversation
        after = await self._store.history(conversation.id, own.seq, PAGE)
        if conversation.status in (Status.OPEN, Status.SNOOZED):
            await self._tell_that_a_person_answers(conversation)
        elif conversation.status is Status.PENDING and not any(_answers(message) for message in after):
            await self._take_turn(conversation, own, words, again=received.duplicate)
        after = await self._store.history(conversation.id, own.seq, PAGE)
        return View(await self._store.get(conversation.id), (own, *after), own)

    async def _take_turn(self, conversation: Conversation, own: Message, words: str, *, again: bool) -> None:
        """`again`: the message was stored before, so a crash may have come before or after its turn."""
        try:
            taken = await self._turns.taken_before(conversation.id, own.id) if again else None
            replies = await self._turns.answer(conversation.id, words, own.id) if taken is None else taken
            current = await self._store.get(conversation.id)
            if not replies and current.control_token == conversation.control_token:
                # Rasa goes on without a word when the action server is down.
                raise TurnFailed("The turn gave no reply.")
        except TurnFailed as exc:
            log.error("A turn failed in conversation %s: %s", conversation.id, exc)
            replies = await self._apology(conversation, own, words)
        if replies:
            await self._store_replies(conversation, replies)

    async def _apology(self, conversation: Conversation, own: Message, words: str) -> list[Reply]:
        """One calm sentence and a way to a person; the second time in a row, the person."""
        recent = await self._store.history(conversation.id, max(0, own.seq - 3), 3)
        again = any(message.text == wording.TURN_FAILED for message in recent)
        if again or words == wording.PERSON_PAYLOAD:
            packet = HandoffPacket(
                reason="technical_failure",
                summary="The assistant could not answer because of a technical problem. Please read the messages.",
            )
            await self._store.request_handoff(conversation.id, packet)
            return [Reply(text=wording.PASSED_ON)]
        return [wording.turn_failed()]

    async def _store_replies(self, conversation: Conversation, replies: Sequence[Reply]) -> None:
        """Under the token from before the turn. The store lets a turn that handed over still say so."""
        try:
            await self._store.add_replies(conversation.id, conversation.control_token, replies)
        except ControlChanged:
            log.info("Replies withheld in conversation %s: a person took over.", conversation.id)

    async def _greet(self, conversation: Conversation) -> None:
        try:
            replies = await self._turns.start(conversation.id)
            if not replies:
                raise TurnFailed("The session start gave no greeting.")
        except TurnFailed as exc:
            log.error("No greeting in conversation %s: %s", conversation.id, exc)
            replies = [wording.greeting()]
        await self._store_replies(conversation, replies)

    async def _tell_that_a_person_answers(self, conversation: Conversation) -> None:
        """Once for each time that a person gets control, and not to somebody who is already talking to one."""
        for message in reversed(await self._all_messages(conversation.id)):
            if message.author is Author.AGENT or message.text == wording.PERSON_ANSWERS:
                return
            if message.author is Author.SYSTEM and message.text == wording.BACK_WITH_ASSISTANT:
                break
        await self._store.add_system_line(conversation.id, wording.PERSON_ANSWERS)

    # -- reading

    async def _all_messages(self, conversation_id: UUID) -> list[Message]:
        messages: list[Message] = []
        while True:
            page = await self._store.history(conversation_id, messages[-1].seq if messages else 0, PAGE)
            messages += page
            if len(page) < PAGE:
                return messages

    async def _on_offer(self, contact: str, button_id: str) -> Button:
        """The button, if it was offered since the contact's last message.

        A "Yes" from an hour ago must not confirm the question of now.
        """
        conversation = await self._store.find(self.channel, contact)
        messages = await self._all_messages(conversation.id) if conversation else []
        for message in reversed(messages):
            if message.author is Author.CONTACT:
                break
            for button in message.buttons:
                if button.id == button_id:
                    return button
        raise _unknown_button()

    async def _offered_before(self, received: Received, button_id: str) -> Button:
        """The button of a press that was stored before and is now sent again."""
        button = await self._store.offered_button(received.conversation.id, button_id)
        if button is None or button.title != received.message.text:
            raise _unknown_button()
        return button

    def _inbound(self, contact: str, message_id: UUID, text: str, button_id: str | None = None) -> InboundMessage:
        return InboundMessage(
            channel=self.channel,
            contact_external_id=contact,
            # Prefixed, so that nobody can name, and so read or block, another contact's message.
            external_id=f"{contact}:{message_id}",
            text=text,
            button_id=button_id,
        )


def _unknown_button() -> ChannelError:
    return ChannelError("unknown_button", "That choice is no longer open. Please use a newer one or type.", status=409)


def _answers(message: Message) -> bool:
    return message.author in (Author.ASSISTANT, Author.AGENT)
