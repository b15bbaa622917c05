"""From what customers write to what they are answered."""

from __future__ import annotations

import asyncio

from deskhand.channels import wording
from deskhand.channels.errors import TurnFailed
from deskhand.conversation.model import (
    Attachment,
    AttachmentKind,
    Button,
    HandoffPacket,
    InboundDeletion,
    Reply,
    Status,
)
from deskhand.store.turns import Turn, Turns
from tests.channels.delivery.conftest import World, inbound, world_on

PACKET = HandoffPacket(reason="asked_for_person", summary="…")


async def test_a_message_is_answered_and_the_answer_sent(world: World) -> None:
    await world.start()
    conversation_id = await world.write("where is my tent?")
    await world.settled()

    assert world.channel.texts() == ["re: where is my tent?"]
    assert await world.texts(conversation_id) == ["contact: where is my tent?", "assistant: re: where is my tent?"]


async def test_the_customer_sees_that_an_answer_is_being_written(world: World) -> None:
    async def answer(words: str) -> list[Reply]:
        while not world.channel.typing:
            await asyncio.sleep(0.01)
        return [Reply("Here it is.")]

    world.assistant.answering = answer
    await world.start()
    await world.write("where is my tent?")
    await world.settled()

    assert world.channel.typing == ["ann"]


async def test_what_was_written_while_nobody_ran_is_answered_later(world: World) -> None:
    await world.write("hello")
    await world.start()
    await world.settled()

    assert world.channel.texts() == ["re: hello"]


async def test_lines_within_the_pause_are_one_turn_in_the_order_they_were_written(db) -> None:
    async with world_on(db, turn_pause_seconds=0.4) as world:
        await world.start()
        await world.write("I ordered", order=1)
        await world.write("red one", order=3)
        await world.write("a tent, the", order=2)
        await world.settled()

        assert world.assistant.words == ["I ordered\na tent, the\nred one"]


async def test_lines_with_a_pause_between_are_turns_of_their_own(world: World) -> None:
    await world.start()
    await world.write("one")
    await world.settled()
    await world.write("two")
    await world.settled()

    assert world.channel.texts() == ["re: one", "re: two"]


async def test_somebody_who_never_pauses_is_answered_nevertheless(db) -> None:
    async with world_on(db, turn_pause_seconds=0.3) as world:
        await world.start()
        for number in range(14):
            await world.write(f"{number}")
            await asyncio.sleep(0.2)
        await world.settled()

        assert len(world.assistant.words) > 1
        assert "\n".join(world.assistant.words) == "\n".join(map(str, range(14)))


async def test_typed_payloads_stay_words(world: World) -> None:
    await world.start()
    await world.write("/restart")
    await world.settled()

    assert world.assistant.words == ["restart"]


async def offered(world: World) -> dict[str, str]:
    """What a customer is offered: titles to ids."""

    async def answer(words: str) -> list[Reply]:
        buttons = (Button("Yes", "/affirm"), Button("No", "/deny"))
        return [Reply("Sure?", buttons)] if words == "cancel it" else [Reply(f"re: {words}")]

    world.assistant.answering = answer
    await world.start()
    await world.write("cancel it")
    await world.settled()
    choices = await world.inbox.reply_choices("whatsapp", "ann")
    return {title: button_id for button_id, title in choices.items()}


async def test_a_pressed_button_means_its_payload(world: World) -> None:
    choices = await offered(world)
    await world.write("Yes", button_id=choices["Yes"])
    await world.settled()

    assert world.assistant.words == ["cancel it", "/affirm"]


async def test_a_button_from_before_the_last_message_means_nothing_any_more(world: World) -> None:
    choices = await offered(world)
    await world.write("wait")
    await world.settled()
    assert await world.inbox.reply_choices("whatsapp", "ann") == {}
    await world.write("Yes", button_id=choices["Yes"])
    await world.settled()

    assert world.assistant.words == ["cancel it", "wait"]
    assert world.channel.texts()[-1] == wording.CHOICE_CLOSED


async def test_another_conversations_button_means_nothing(world: World) -> None:
    choices = await offered(world)
    await world.write("Yes", contact="ben", button_id=choices["Yes"])
    await world.settled()

    assert world.assistant.words == ["cancel it"]
    assert world.channel.texts("ben") == [wording.CHOICE_CLOSED]


async def test_a_button_between_lines_is_a_turn_of_its_own(world: World) -> None:
    choices = await offered(world)
    await world.inbox.take(
        [inbound("Yes", button_id=choices["Yes"], order=1), inbound("and", order=2), inbound("thanks", order=3)]
    )
    await world.settled()

    assert world.assistant.words == ["cancel it", "/affirm", "and\nthanks"]


async def test_a_picture_without_words_is_acknowledged_and_asked_about(world: World) -> None:
    world.channel.files["m1"] = b"a picture"
    await world.start()
    await world.write("", attachments=(Attachment(AttachmentKind.IMAGE, media_id="m1"),))
    await world.settled()

    assert world.assistant.words == []
    assert "your picture arrived" in world.channel.texts()[0]


async def test_a_picture_with_words_is_a_turn_over_the_words(world: World) -> None:
    world.channel.files["m1"] = b"a picture"
    await world.start()
    await world.write("it is broken", attachments=(Attachment(AttachmentKind.IMAGE, media_id="m1"),))
    await world.settled()

    assert world.assistant.words == ["it is broken"]


async def test_while_an_agent_has_control_messages_only_wait_for_them(world: World) -> None:
    await world.start()
    conversation_id = await world.write("hello")
    await world.settled()
    await world.conversations.request_handoff(conversation_id, PACKET)
    await world.write("are you there?")
    await world.settled()
    await world.write("anybody?")
    await world.settled()

    assert world.assistant.words == ["hello"]
    assert world.channel.texts() == ["re: hello", wording.PERSON_ANSWERS]


async def test_after_a_takeover_the_turn_that_is_being_taken_says_nothing(world: World) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def answer(words: str) -> list[Reply]:
        begun.set()
        await go_on.wait()
        return [Reply("too late")]

    world.assistant.answering = answer
    await world.start()
    conversation_id = await world.write("hello")
    await begun.wait()
    await take_over(world, conversation_id)
    go_on.set()
    await world.settled()

    assert world.channel.sent == []
    assert await world.texts(conversation_id) == ["contact: hello"]
    assert await world.rows("SELECT state FROM deskhand.turns") == [("withheld",)]


async def take_over(world: World, conversation_id) -> None:
    """As an agent does: no turn of the assistant's asked for it."""
    await world.count(
        "UPDATE deskhand.conversations SET status = 'open', control_token = control_token + 1 WHERE id = :id "
        "RETURNING 1",
        id=conversation_id,
    )


async def test_the_turn_that_hands_over_may_say_so(world: World) -> None:
    conversation_id = await world.write("a person, please")

    async def answer(words: str) -> list[Reply]:
        await world.conversations.request_handoff(conversation_id, PACKET)
        return [Reply("I have passed you on.")]

    world.assistant.answering = answer
    await world.start()
    await world.settled()

    assert world.channel.texts() == ["I have passed you on."]


async def test_a_turn_that_fails_is_tried_again(world: World) -> None:
    tries = []

    async def answer(words: str) -> list[Reply]:
        tries.append(words)
        if len(tries) < 3:
            raise TurnFailed("It raised KeyError.")
        return [Reply("at last")]

    world.assistant.answering = answer
    await world.start()
    await world.write("hello")
    await world.settled()

    assert world.channel.texts() == ["at last"]
    assert await world.rows("SELECT state, attempts FROM deskhand.turns") == [("done", 3)]


async def test_a_poisonous_message_gets_one_apology_and_a_person_and_holds_up_nobody(world: World) -> None:
    async def answer(words: str) -> list[Reply]:
        if words != "poison":
            return [Reply(f"re: {words}")]
        while not world.channel.texts("ann"):  # Ann is answered before
            await asyncio.sleep(0.01)
        raise TurnFailed("It raised RecursionError.")

    world.assistant.answering = answer
    await world.start()
    conversation_id = await world.write("poison", contact="mallory")
    await world.write("hello", contact="ann")
    await world.settled()

    assert world.channel.texts("mallory") == [wording.PASSED_ON]
    assert (await world.conversations.get(conversation_id)).status is Status.OPEN
    (handoff,) = await world.conversations.handoffs()
    assert handoff.packet.reason == "technical_failure"


async def test_a_turn_without_a_word_is_apologised_for_and_the_second_in_a_row_is_handed_over(world: World) -> None:
    async def answer(words: str) -> list[Reply]:
        return []

    world.assistant.answering = answer
    await world.start()
    await world.write("hello")
    await world.settled()
    await world.write("hello?")
    await world.settled()

    assert world.channel.texts() == [wording.TURN_FAILED, wording.PASSED_ON]
    assert world.assistant.words == ["hello", "hello?"]


async def test_a_turn_that_was_taken_and_not_stored_is_not_taken_again(world: World) -> None:
    """The process died between Rasa's end and the transaction of the replies."""
    conversation_id = await world.write("cancel it")
    turn = await Turns(world.db).begin(conversation_id, 0, wording.PERSON_ANSWERS)
    assert isinstance(turn, Turn)
    await world.assistant.answer(conversation_id, "cancel it", turn.id)
    await world.start()
    await world.settled()

    assert world.assistant.words == ["cancel it"]
    assert world.channel.texts() == ["re: cancel it"]


async def test_who_was_given_up_for_dead_stores_nothing(world: World) -> None:
    conversation_id = await world.write("hello")
    turns = Turns(world.db)
    first = await turns.begin(conversation_id, 0, "")
    second = await turns.begin(conversation_id, 0, "")
    assert isinstance(first, Turn)
    assert isinstance(second, Turn)

    assert await turns.settle(first, [Reply("from the dead")]) is None
    assert await turns.settle(second, [Reply("from the living")]) is not None
    assert await world.texts(conversation_id) == ["contact: hello", "assistant: from the living"]


async def test_a_turn_whose_process_dies_each_time_is_given_up(world: World) -> None:
    conversation_id = await world.write("deadly")
    for _ in range(3):
        await Turns(world.db).begin(conversation_id, 0, "")
    await world.start()
    await world.settled()

    assert world.assistant.words == []
    assert world.channel.texts() == [wording.PASSED_ON]


async def test_a_conversation_that_is_opened_gets_one_greeting(world: World) -> None:
    await world.start()
    opened = await asyncio.gather(*(world.inbox.open("webchat", "visitor") for _ in range(5)))
    await world.settled()

    (conversation_id,) = {one.id for one in opened}
    assert world.assistant.greeted == [conversation_id]
    assert await world.texts(conversation_id) == ["assistant: Hi, I'm an AI assistant."]


async def test_what_was_taken_back_before_its_turn_is_not_answered(world: World) -> None:
    await world.write("never mind", external_id="m1")
    await world.inbox.take([InboundDeletion("whatsapp", "ann", "m1")])
    await world.start()
    await world.settled()

    assert world.assistant.words == []


async def test_two_processes_answer_everybody_once_and_in_order(world: World) -> None:
    async def answer(words: str) -> list[Reply]:
        await asyncio.sleep(0.005)
        return [Reply(f"re: {line}") for line in words.splitlines()]

    world.assistant.answering = answer
    await world.start()
    await world.start()
    contacts = [f"contact {number}" for number in range(20)]

    async def chat(contact: str) -> None:
        for number in range(6):
            message = inbound(f"{number}", contact, order=number)
            await asyncio.gather(*(world.inbox.take([message]) for _ in range(3)))

    await asyncio.gather(*(chat(contact) for contact in contacts))
    await world.settled()

    for contact in contacts:
        assert world.channel.texts(contact) == [f"re: {number}" for number in range(6)]
