"""The queues of the desk."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from deskhand.conversation.desk import Priority
from deskhand.conversation.people import Role
from deskhand.conversation.routing import Route
from deskhand.store.desk.inbox import Filters, View
from deskhand.store.desk.searching import search
from deskhand.store.desk_tables import teams
from tests.fakes.desk import Desk


async def restrict(desk: Desk, team: str) -> None:
    async with desk.db.begin() as connection:
        await connection.execute(update(teams).where(teams.c.name == team).values(restricted=True))


async def test_each_conversation_is_in_the_queues_that_it_belongs_to(desk: Desk):
    ann, ben = await desk.agent("Ann"), await desk.agent("Ben")
    await desk.write(who="with the assistant")
    waiting = await desk.waiting("waits")
    hers, his, asleep, done = [await desk.waiting(f"contact {number}") for number in range(4)]
    await desk.work.takeover(hers, ann)
    await desk.work.takeover(his, ben)
    for conversation_id in (asleep, done):
        await desk.work.takeover(conversation_id, ann)
    await desk.work.snooze(asleep, ann, desk.now.replace(year=2030))
    await desk.work.resolve(done, ann)

    found = {view: {row.conversation_id for row in await desk.queues.page(view, ann)} for view in View}
    assert found[View.WAITING] == {waiting}
    assert found[View.MINE] == {hers}
    assert found[View.OPEN] == {waiting, hers, his}
    assert found[View.SNOOZED] == {asleep}
    assert found[View.RESOLVED] == {done}
    assert len(found[View.ASSISTANT]) == 1
    counts = await desk.queues.counts(ann)
    assert counts.views == {"waiting": 1, "mine": 1, "open": 3, "snoozed": 1, "assistant": 1}


async def test_the_most_urgent_come_first_then_those_who_waited_longest(desk: Desk):
    ann = await desk.agent()
    first = await desk.waiting("one")
    second = await desk.waiting("two")
    urgent = await desk.waiting("three", route=Route("orders", Priority.URGENT))

    assert [row.conversation_id for row in await desk.queues.page(View.WAITING, ann)] == [urgent, first, second]


@pytest.mark.parametrize("view", [View.WAITING, View.OPEN])
async def test_pages_show_everything_once(desk: Desk, view: View):
    ann = await desk.agent()
    wanted = {await desk.waiting(f"contact {number}") for number in range(7)}
    seen, after = [], None
    for _ in range(4):
        rows = await desk.queues.page(view, ann, after=after, limit=2)
        seen += [row.conversation_id for row in rows]
        after = rows[-1].cursor

    assert len(seen) == 7
    assert set(seen) == wanted
    assert await desk.queues.page(view, ann, after=after, limit=2) == []


@pytest.mark.parametrize("cursor", ["x", "n1~n2~n3", "t2026~u1", "~~~", "n99999999999~t~u", "'; DROP TABLE x"])
async def test_a_made_up_cursor_begins_anew(desk: Desk, cursor: str):
    ann = await desk.agent()
    await desk.waiting()
    assert len(await desk.queues.page(View.WAITING, ann, after=cursor)) == 1


async def test_a_row_shows_what_the_customer_wrote_last_and_not_that_somebody_will_answer(desk: Desk):
    await desk.waiting(text="where is my tent?")
    (row,) = await desk.queues.page(View.WAITING, await desk.agent("Ann"))
    assert row.last_text == "where is my tent?"


async def test_a_row_shows_what_is_new_and_for_whom(desk: Desk):
    ann, ben = await desk.agent("Ann"), await desk.agent("Ben")
    conversation_id = await desk.waiting(text="where is my tent?")
    await desk.work.takeover(conversation_id, ann)
    await desk.work.read(conversation_id, ann, 99)
    await desk.write("hello? " + "x" * 500)

    (row,) = await desk.queues.page(View.MINE, ann)
    assert (row.unread, row.assignee_name, row.reason, row.channel) == (1, "Ann", "asked_for_person", "webchat")
    assert row.last_text.startswith("hello?")
    assert len(row.last_text) == 160
    (row,) = await desk.queues.page(View.OPEN, ben)
    assert row.unread == 3
    assert (await desk.queues.counts(ann)).unread == 1


async def test_what_was_read_stays_read(desk: Desk):
    ann = await desk.agent()
    conversation_id = await desk.waiting()
    await desk.work.read(conversation_id, ann, 2)
    await desk.work.read(conversation_id, ann, 1)
    (row,) = await desk.queues.page(View.WAITING, ann)
    assert row.unread == 0


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(channel="webchat"), 2),
        (Filters(channel="telegram"), 0),
        (Filters(team="billing"), 1),
        (Filters(reason="asked_for_person"), 2),
        (Filters(reason="anger"), 0),
        (Filters(priority=2), 1),
        (Filters(priority=2, team="orders"), 0),
        (Filters(language="de"), 0),
    ],
)
async def test_a_page_can_be_narrowed(desk: Desk, filters: Filters, found: int):
    ann = await desk.agent()
    await desk.waiting("one", route=Route("billing", Priority.HIGH))
    await desk.waiting("two", route=Route("orders"))

    assert len(await desk.queues.page(View.WAITING, ann, filters)) == found


async def test_restricted_teams_are_in_no_queue_count_or_search_of_others(desk: Desk):
    ann, mia = await desk.agent("Ann"), await desk.agent("Mia", teams=["accounts"])
    boss = await desk.agent("Boss", Role.ADMINISTRATOR)
    await restrict(desk, "accounts")
    conversation_id = await desk.waiting(text="my locker", route=Route("accounts"))
    contact_id = (await desk.get(conversation_id)).contact_id

    for agent, sees in ((ann, 0), (mia, 1), (boss, 1)):
        assert len(await desk.queues.page(View.WAITING, agent)) == sees
        assert (await desk.queues.counts(agent)).waiting == sees
        assert len(await desk.queues.of_contact(contact_id, agent)) == sees
        assert len(await search(desk.db, "locker", agent)) == sees
    assert await desk.queues.row(conversation_id, ann) is None
    assert await desk.queues.row(conversation_id, mia) is not None


async def test_search_finds_words_in_any_language_and_each_conversation_once(desk: Desk):
    ann = await desk.agent()
    conversation_id = await desk.write("Mein Zelt ist undicht", "one")
    await desk.write("Das Zelt, wie gesagt", "one")
    await desk.write("the stove is fine", "two")

    (hit,) = await search(desk.db, "zelt", ann)
    assert (hit.conversation_id, hit.text) == (conversation_id, "Das Zelt, wie gesagt")
    assert len(await search(desk.db, '"zelt ist"', ann)) == 1
    assert len(await search(desk.db, '"ist zelt"', ann)) == 0


@pytest.mark.parametrize("words", ["", "   ", "'", "a & | !", "\0", "%", '"'])
async def test_whatever_is_typed_searching_does_not_fail(desk: Desk, words: str):
    ann = await desk.agent()
    await desk.write("hello")
    assert await search(desk.db, words, ann) == []
