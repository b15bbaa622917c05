"""Parts leave in order, as fast as the channel allows, and what cannot be sent can be seen."""

from __future__ import annotations

import asyncio
import time

from deskhand.channels.delivery.contracts import Cause, GiveUp, Limits, Part, SendResult, Sent, TryLater, UseTemplate
from deskhand.conversation.model import ContactReachable, DeliveryReport, DeliveryState, Reply
from deskhand.store.sends import Pace, Sends, pause_after
from tests.channels.delivery.conftest import World
from tests.patience import PATIENCE_SECONDS

STATES = "SELECT part->>'text', state, attempts, repeats, cause FROM deskhand.sends ORDER BY order_no, position"


async def answered(world: World, *replies: str) -> None:
    """Ann writes and is answered so."""

    async def answer(words: str) -> list[Reply]:
        return [Reply(reply) for reply in replies]

    world.assistant.answering = answer
    if not world.processes:
        await world.start()
    await world.write("hello")
    await world.settled()


async def test_parts_leave_in_order_over_messages_and_turns(world: World) -> None:
    await answered(world, "1|2|3", "4")
    await answered(world, "5|6")

    assert world.channel.texts() == ["1", "2", "3", "4", "5", "6"]


async def test_each_part_has_a_key_of_its_own_that_stays_over_tries(world: World) -> None:
    async def send(words: str, attempt: int) -> SendResult:
        return Sent("w") if attempt > 1 else TryLater(Cause.UNAVAILABLE, after_seconds=0.01)

    world.channel.sending = send
    await answered(world, "1|2")

    assert world.channel.keys[0] == world.channel.keys[1] != world.channel.keys[2]
    assert len(set(world.channel.keys)) == 2


async def test_a_part_that_fails_for_now_holds_up_those_after_it(world: World) -> None:
    async def send(words: str, attempt: int) -> SendResult:
        return TryLater(Cause.RATE_LIMITED, after_seconds=0.05) if (words, attempt) == ("1", 1) else Sent(None)

    world.channel.sending = send
    await answered(world, "1|2", "3")

    assert world.channel.texts() == ["1", "2", "3"]
    assert world.channel.tries == {"1": 2, "2": 1, "3": 1}


async def test_what_the_channel_asks_for_is_waited(world: World) -> None:
    moments: list[float] = []

    async def send(words: str, attempt: int) -> SendResult:
        moments.append(time.monotonic())
        return Sent(None) if attempt > 1 else TryLater(Cause.RATE_LIMITED, after_seconds=0.7)

    world.channel.sending = send
    await answered(world, "1")

    assert moments[1] - moments[0] >= 0.7


async def test_a_long_pause_is_no_work(world: World) -> None:
    """The place in the queue is given to others meanwhile."""

    async def send(words: str, attempt: int) -> SendResult:
        return Sent(None) if attempt > 1 else TryLater(Cause.RATE_LIMITED, after_seconds=2.5)

    world.channel.sending = send
    await answered(world, "1")

    assert world.channel.texts() == ["1"]


async def test_a_pause_of_the_whole_channel_holds_for_everybody(world: World) -> None:
    moments: dict[str, float] = {}

    async def send(words: str, attempt: int) -> SendResult:
        moments.setdefault(f"{words} {attempt}", time.monotonic())
        if (words, attempt) == ("1", 1):
            return TryLater(Cause.RATE_LIMITED, after_seconds=0.8, whole_channel=True)
        return Sent(None)

    world.channel.sending = send
    await world.start()

    async def answer(words: str) -> list[Reply]:
        return [Reply(words)]

    world.assistant.answering = answer
    await world.write("1", contact="ann")
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await world.count("SELECT count(*) FROM deskhand.channel_pace WHERE blocked_until IS NOT NULL"):
            await asyncio.sleep(0.01)
    await world.write("2", contact="ben")
    await world.settled()

    assert moments["2 1"] - moments["1 1"] >= 0.75


async def test_a_part_that_is_refused_is_seen_and_the_others_go_on(world: World) -> None:
    async def send(words: str, attempt: int) -> SendResult:
        return GiveUp(Cause.REFUSED, code="100", detail="too long") if words == "1" else Sent(None)

    world.channel.sending = send
    await answered(world, "1|2", "3")

    assert world.channel.texts() == ["2", "3"]
    (row,) = await world.rows(
        "SELECT text, delivery, delivery_cause, delivery_code FROM deskhand.messages WHERE delivery = 'failed'"
    )
    assert tuple(row) == ("1|2", "failed", "refused", "100")


async def test_a_message_that_a_channel_cannot_express_holds_up_nothing(world: World) -> None:
    await answered(world, "unspeakable", "2")

    assert world.channel.texts() == ["2"]
    assert [tuple(row)[1] for row in await world.rows(STATES)] == ["failed", "sent"]


async def test_a_connection_that_raises_is_tried_again(world: World) -> None:
    async def send(words: str, attempt: int) -> SendResult:
        if attempt == 1:
            raise KeyError("message")
        return Sent(None)

    world.channel.sending = send
    await answered(world, "1")

    assert world.channel.texts() == ["1"]


async def test_after_hours_of_trying_it_has_failed(world: World) -> None:
    await answered(world, "1")
    sends = Sends(world.db)
    await world.count("UPDATE deskhand.sends SET state = 'queued', queued_at = now() - interval '7 hours' RETURNING 1")
    (contact_id,) = (await world.rows("SELECT id FROM deskhand.contacts"))[0]
    due = await sends.next("whatsapp", contact_id, Pace(1000, 0, 1), lambda *_: [])
    await sends.later(due, "unavailable", "503", None, whole_channel=False)

    assert [tuple(row)[1:] for row in await world.rows(STATES)] == [("failed", 2, 0, "unavailable")]


def test_pauses_grow_up_to_five_minutes() -> None:
    assert [pause_after(attempts) for attempts in (1, 2, 3, 4, 40)] == [1, 2, 4, 8, 300]


async def test_who_blocked_us_is_sent_nothing_until_they_are_back(world: World) -> None:
    async def send(words: str, attempt: int) -> SendResult:
        return GiveUp(Cause.UNREACHABLE, code="403") if words == "1" else Sent(None)

    world.channel.sending = send
    await answered(world, "1", "2")
    assert world.channel.texts() == []
    assert [tuple(row)[1] for row in await world.rows(STATES)] == ["failed", "waiting"]

    await world.inbox.take([ContactReachable("whatsapp", "ann", reachable=True)])
    await world.settled()
    assert world.channel.texts() == ["2"]


async def test_outside_the_window_words_wait_and_one_template_goes_out(world: World) -> None:
    async def send(words: str, attempt: int) -> SendResult:
        if words == "template" or attempt > 1:
            return Sent(None)
        return UseTemplate(Part({"text": "template"}), code="131047")

    world.channel.sending = send
    await answered(world, "1", "2")
    assert world.channel.texts() == ["template"]
    waiting = await world.rows(
        "SELECT text, delivery_cause FROM deskhand.messages WHERE delivery = 'waiting' ORDER BY seq"
    )
    assert [tuple(row) for row in waiting] == [("1", "window_closed"), ("2", "window_closed")]

    world.channel.sending = None  # now the window is open
    await answered(world, "3")
    assert world.channel.texts() == ["template", "1", "2", "3"]


async def test_outside_the_window_without_a_template_words_wait(world: World) -> None:
    async def send(words: str, attempt: int) -> SendResult:
        return UseTemplate(None, code="131047")

    world.channel.sending = send
    await answered(world, "1")

    assert [tuple(row)[1] for row in await world.rows(STATES)] == ["waiting"]


async def test_a_call_whose_process_died_is_made_again_and_counted(world: World) -> None:
    await world.start()
    await answered(world, "1")
    await world.count("UPDATE deskhand.sends SET state = 'sending' RETURNING 1")
    await answered(world, "2")

    assert world.channel.texts() == ["1", "1", "2"]
    assert [tuple(row)[:4] for row in await world.rows(STATES)] == [("1", "sent", 2, 1), ("2", "sent", 1, 0)]


async def test_a_channels_limit_holds_over_processes(world: World) -> None:
    world.channel.limits = Limits(per_second=20)
    moments: list[float] = []

    async def send(words: str, attempt: int) -> SendResult:
        moments.append(time.monotonic())
        return Sent(None)

    world.channel.sending = send
    await world.start()
    await world.start()
    began = time.monotonic()
    await asyncio.gather(*(world.write("hello", contact=f"c{number}") for number in range(30)))
    await world.settled()

    assert len(moments) == 30
    # A call may be late on a busy machine, and the next one is not: so each is held against the first.
    assert all(moment - began >= (number - 20) / 20 for number, moment in enumerate(sorted(moments)))


async def test_a_contacts_pace_holds_after_the_burst(world: World) -> None:
    world.channel.limits = Limits(per_second=1000, seconds_between=0.3, burst=3)
    moments: list[float] = []

    async def send(words: str, attempt: int) -> SendResult:
        moments.append(time.monotonic())
        return Sent(None)

    world.channel.sending = send
    await answered(world, "1|2|3|4|5")

    assert moments[2] - moments[0] < 0.3
    assert moments[4] - moments[0] >= 0.55


async def delivery_of(world: World) -> tuple[str, str | None]:
    (row,) = await world.rows("SELECT delivery, delivery_cause FROM deskhand.messages WHERE delivery IS NOT NULL")
    return tuple(row)


async def report(world: World, state: DeliveryState, **options) -> None:
    await world.inbox.take([DeliveryReport("whatsapp", "wamid", state, **options)])


async def test_reports_never_take_a_message_back(world: World) -> None:
    async def send(words: str, attempt: int) -> SendResult:
        return Sent("wamid")

    world.channel.sending = send
    await answered(world, "1")
    assert await delivery_of(world) == ("sent", None)
    await report(world, DeliveryState.READ)
    await report(world, DeliveryState.DELIVERED)
    await report(world, DeliveryState.SENT)

    assert await delivery_of(world) == ("read", None)


async def test_a_report_that_is_faster_than_our_note_is_kept(world: World) -> None:
    async def send(words: str, attempt: int) -> SendResult:
        await report(world, DeliveryState.DELIVERED)
        await report(world, DeliveryState.SENT)
        return Sent("wamid")

    world.channel.sending = send
    await answered(world, "1")

    assert await delivery_of(world) == ("delivered", None)
    assert await world.count("SELECT count(*) FROM deskhand.early_reports") == 0


async def test_a_report_of_a_failure_is_seen_with_its_cause(world: World) -> None:
    async def send(words: str, attempt: int) -> SendResult:
        return Sent("wamid")

    world.channel.sending = send
    await answered(world, "1")
    await report(world, DeliveryState.FAILED, cause="unreachable", code="131026")

    assert await delivery_of(world) == ("failed", "unreachable")


async def test_a_message_is_only_as_far_as_its_slowest_part(world: World) -> None:
    ids = iter(("wamid", "other"))

    async def send(words: str, attempt: int) -> SendResult:
        return Sent(next(ids))

    world.channel.sending = send
    await answered(world, "1|2")
    await report(world, DeliveryState.READ)

    assert await delivery_of(world) == ("sent", None)


async def test_who_was_overtaken_notes_nothing(world: World) -> None:
    await answered(world, "1")
    await world.count("UPDATE deskhand.sends SET state = 'queued' RETURNING 1")
    (contact_id,) = (await world.rows("SELECT id FROM deskhand.contacts"))[0]
    sends, pace = Sends(world.db), Pace(1000, 0, 1)
    dead = await sends.next("whatsapp", contact_id, pace, lambda *_: [])
    alive = await sends.next("whatsapp", contact_id, pace, lambda *_: [])
    assert alive.repeated
    await sends.sent(alive, "from the living")
    await sends.failed(dead, "refused", None, "from the dead")

    (row,) = await world.rows("SELECT state, external_id FROM deskhand.sends")
    assert tuple(row) == ("sent", "from the living")


async def test_agents_and_reminders_go_the_same_way(world: World) -> None:
    await answered(world, "1")
    conversation_id = (await world.rows("SELECT id FROM deskhand.conversations"))[0][0]
    await world.conversations.add_replies(conversation_id, 0, [Reply("a reminder")])
    await world.settled()

    assert world.channel.texts() == ["1", "a reminder"]
