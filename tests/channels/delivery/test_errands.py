"""What the assistant does for customers who wait for a person, from what they write to what they are answered."""

from __future__ import annotations

from deskhand.channels import wording
from deskhand.conversation.model import Button, HandoffPacket, Reply, Status
from deskhand.conversation.waiting import BACK_PAYLOAD, PLACE_PAYLOAD
from tests.channels.delivery.conftest import World

PACKET = HandoffPacket(reason="asked_for_person", summary="…")


async def waits(world: World):
    """Somebody who was handed over in the turn that told them so, with a button to go back."""
    conversation_id = await world.write("a person, please")

    async def answer(words: str) -> list[Reply]:
        if words == "a person, please":
            await world.conversations.request_handoff(conversation_id, PACKET)
            return [Reply("I have passed you on.", buttons=(Button("Back to Fern", BACK_PAYLOAD),))]
        return [Reply(f"re: {words}")]

    world.assistant.answering = answer
    await world.start()
    await world.settled()
    offered = await world.inbox.reply_choices("whatsapp", "ann")
    return conversation_id, {title: button_id for button_id, title in offered.items()}


async def test_who_asks_where_they_stand_is_told_and_still_waits(world: World) -> None:
    conversation_id, _ = await waits(world)
    await world.write("how long will it take?")
    await world.settled()
    assert world.assistant.words[-1] == PLACE_PAYLOAD
    assert world.channel.texts()[-1] == f"re: {PLACE_PAYLOAD}"
    assert (await world.conversations.get(conversation_id)).status is Status.OPEN


async def test_the_way_back_stays_open_after_something_was_written_for_the_person(world: World) -> None:
    conversation_id, buttons = await waits(world)
    await world.write("it is about my tent")
    await world.settled()
    assert world.channel.texts()[-1] == wording.PERSON_ANSWERS
    await world.write("Back to Fern", button_id=buttons["Back to Fern"])
    await world.settled()
    assert world.assistant.words[-1] == BACK_PAYLOAD
    assert ("contact", "it is about my tent") in world.assistant.told
    assert (await world.conversations.get(conversation_id)).status is Status.PENDING
