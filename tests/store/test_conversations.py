"""Conversations keep their promises when messages, agents and the assistant come at the same time."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from deskhand.conversation.model import (
    Author,
    Button,
    Citation,
    HandoffPacket,
    InboundMessage,
    Outcome,
    Reply,
    Status,
)
from deskhand.store.conversations import Conversations, Received
from deskhand.store.database import Database
from deskhand.store.errors import AlreadyResolved, ControlChanged, ConversationNotFound, MessageIdTaken

PACKET = HandoffPacket(
    reason="asked_for_person",
    summary="Jo wants to talk about order FW-200101.",
    tried=("order_status: told",),
    slots={"order_number": "FW-200101", "item_ids": ["1", "2"]},
    crm_context={"total": Decimal("234.50"), "delivered_on": date(2026, 3, 1)},
    identity="matched",
)


@pytest.fixture
def conversations(db: Database) -> Conversations:
    return Conversations(db)


def inbound(external_id: str = "m1", contact: str = "c1", text: str = "hello") -> InboundMessage:
    return InboundMessage("webchat", contact, external_id, text)


async def opened(conversations: Conversations) -> Received:
    return await conversations.receive(inbound())


async def test_first_message_opens_a_conversation_under_the_assistants_control(
    conversations: Conversations,
) -> None:
    received = await conversations.receive(inbound(text="where is my tent?"))

    assert received.conversation.status is Status.PENDING
    assert received.message.seq == 1
    assert received.message.author is Author.CONTACT
    assert not received.duplicate
    assert await conversations.history(received.conversation.id) == [received.message]


async def test_a_repeated_delivery_changes_nothing(conversations: Conversations) -> None:
    first = await conversations.receive(inbound())
    again = await conversations.receive(inbound(text="something else"))

    assert again.duplicate
    assert again.message == first.message
    assert len(await conversations.history(first.conversation.id)) == 1


async def test_concurrent_deliveries_of_one_message_store_it_once(conversations: Conversations) -> None:
    received = await asyncio.gather(*(conversations.receive(inbound()) for _ in range(20)))

    assert sum(not one.duplicate for one in received) == 1
    assert len({one.message.id for one in received}) == 1


async def test_concurrent_messages_of_a_new_contact_share_one_conversation_and_count_without_gaps(
    conversations: Conversations,
) -> None:
    received = await asyncio.gather(*(conversations.receive(inbound(f"m{i}")) for i in range(30)))

    assert len({one.conversation.id for one in received}) == 1
    history = await conversations.history(received[0].conversation.id)
    assert [message.seq for message in history] == list(range(1, 31))


async def test_another_contacts_message_id_is_refused_and_shows_nothing(conversations: Conversations) -> None:
    await conversations.receive(inbound("m1", contact="c1"))
    with pytest.raises(MessageIdTaken):
        await conversations.receive(inbound("m1", contact="c2"))


async def test_the_same_id_on_another_channel_is_another_message(conversations: Conversations) -> None:
    one = await conversations.receive(inbound())
    other = await conversations.receive(InboundMessage("whatsapp", "c1", "m1", "hello"))
    assert not other.duplicate
    assert other.conversation.contact_id != one.conversation.contact_id


async def test_replies_and_messages_at_once_are_numbered_without_gaps(conversations: Conversations) -> None:
    conversation = (await opened(conversations)).conversation
    replies = [Reply("one"), Reply("two")]
    await asyncio.gather(
        *(conversations.add_replies(conversation.id, 0, replies) for _ in range(10)),
        *(conversations.receive(inbound(f"x{i}")) for i in range(10)),
    )
    history = await conversations.history(conversation.id)
    assert [message.seq for message in history] == list(range(1, 32))


async def test_replies_keep_order_buttons_and_citations(conversations: Conversations) -> None:
    conversation = (await opened(conversations)).conversation
    stored = await conversations.add_replies(
        conversation.id,
        conversation.control_token,
        [
            Reply("Which one?", buttons=(Button("Tent", "/inform"), Button("Stove", '/inform{"product": "x"}'))),
            Reply("See this.", citations=(Citation("Returns", "/help/returns"),)),
        ],
    )
    history = await conversations.history(conversation.id, after_seq=1)
    assert history == stored
    assert [button.title for button in history[0].buttons] == ["Tent", "Stove"]
    assert all(len(button.id) >= 12 for button in history[0].buttons)
    assert history[1].citations == (Citation("Returns", "/help/returns"),)


async def test_a_button_is_found_only_in_the_conversation_that_offered_it(
    conversations: Conversations,
) -> None:
    mine = (await opened(conversations)).conversation
    other = (await conversations.receive(inbound("m2", contact="c2"))).conversation
    [reply] = await conversations.add_replies(mine.id, 0, [Reply("Sure?", (Button("Yes", "/affirm"),))])
    button = reply.buttons[0]

    assert await conversations.offered_button(str(mine.id), button.id) == button
    assert await conversations.offered_button(other.id, button.id) is None
    assert await conversations.offered_button(mine.id, "made\0up") is None


async def test_after_a_handoff_only_the_turn_that_asked_for_it_may_finish(
    conversations: Conversations,
) -> None:
    conversation = (await opened(conversations)).conversation
    await conversations.request_handoff(conversation.id, PACKET)

    await conversations.add_replies(conversation.id, conversation.control_token, [Reply("A person takes over.")])
    now = await conversations.get(conversation.id)
    assert now.status is Status.OPEN
    with pytest.raises(ControlChanged):
        await conversations.add_replies(conversation.id, now.control_token, [Reply("One more thing…")])


async def test_a_turn_that_began_before_a_takeover_and_return_cannot_speak(
    conversations: Conversations,
) -> None:
    conversation = (await opened(conversations)).conversation
    await conversations.request_handoff(conversation.id, PACKET)
    back = await conversations.return_to_assistant(conversation.id)

    assert back.status is Status.PENDING
    with pytest.raises(ControlChanged):
        await conversations.add_replies(conversation.id, conversation.control_token, [Reply("late")])
    await conversations.add_replies(conversation.id, back.control_token, [Reply("in time")])
    assert [message.text for message in await conversations.history(conversation.id)] == ["hello", "in time"]


async def test_handoff_packet_comes_back_whole_and_a_second_request_changes_nothing(
    conversations: Conversations,
) -> None:
    conversation = (await opened(conversations)).conversation
    handoffs = await asyncio.gather(*(conversations.request_handoff(conversation.id, PACKET) for _ in range(5)))
    assert len({handoff.id for handoff in handoffs}) == 1
    [waiting] = await conversations.handoffs()
    assert waiting.packet.tried == PACKET.tried
    assert waiting.packet.slots == PACKET.slots
    assert waiting.packet.crm_context == {"total": "234.50", "delivered_on": "2026-03-01"}
    assert (await conversations.get(conversation.id)).control_token == conversation.control_token + 1

    await conversations.return_to_assistant(conversation.id)
    assert await conversations.handoffs() == []
    assert len(await conversations.handoffs(open_only=False, conversation_id=conversation.id)) == 1


async def test_a_conversation_has_exactly_one_outcome(conversations: Conversations) -> None:
    conversation = (await opened(conversations)).conversation
    results = await asyncio.gather(
        *(conversations.resolve(conversation.id, outcome) for outcome in Outcome), return_exceptions=True
    )
    assert sum(isinstance(result, AlreadyResolved) for result in results) == 2
    with pytest.raises(AlreadyResolved):
        await conversations.request_handoff(conversation.id, PACKET)


async def test_a_message_after_the_end_opens_a_new_conversation(conversations: Conversations) -> None:
    first = (await opened(conversations)).conversation
    await conversations.resolve(first.id, Outcome.RESOLVED_BY_ASSISTANT)
    second = (await conversations.receive(inbound("m2"))).conversation
    assert second.id != first.id
    assert second.contact_id == first.contact_id


async def test_rating_is_kept_and_checked(conversations: Conversations) -> None:
    conversation = (await opened(conversations)).conversation
    assert (await conversations.rate(conversation.id, 4, "quick\0")).rating == 4
    with pytest.raises(ValueError, match="1 to 5"):
        await conversations.rate(conversation.id, 6)


async def test_times_are_aware_utc(conversations: Conversations) -> None:
    received = await opened(conversations)
    assert received.message.sent_at.utcoffset() == datetime.now(UTC).utcoffset()


@pytest.mark.parametrize("text", ["nul\0", "half \ud83d surrogate", "🏕️ مرحبا", ""])
async def test_any_text_can_be_stored(conversations: Conversations, text: str) -> None:
    received = await conversations.receive(inbound(text=text))
    assert len(received.message.text) == len(text)


@pytest.mark.parametrize("conversation_id", ["default", "8b6c7f0e-5d0d-4a0e-9d57-0d6a4c4f2b11", UUID(int=7)])
async def test_an_unknown_conversation_is_said_to_be_unknown(
    conversations: Conversations, conversation_id: UUID | str
) -> None:
    with pytest.raises(ConversationNotFound):
        await conversations.get(conversation_id)
    with pytest.raises(ConversationNotFound):
        await conversations.request_handoff(conversation_id, PACKET)
