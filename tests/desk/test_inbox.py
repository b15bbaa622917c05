"""The queues and search."""

from __future__ import annotations

import re

from deskhand.store.desk.inbox import Counts

HTMX = {"hx-request": "true"}


def rows_of(page: str) -> list[str]:
    """The ids of the conversations, in the order in which they are listed."""
    return re.findall(r'id="row-([0-9a-f-]{36})"', page)


async def test_who_waits_is_listed_with_the_reason_and_how_long(ann, talks):
    talk = await talks.waiting("Where is my tent?", reason="anger")
    page = (await ann.page("/")).text
    assert rows_of(page) == [str(talk)]
    assert "Where is my tent?" in page or "AI assistant" in page
    assert "Anger" in page
    assert 'data-sla="fine"' in page
    assert '<span class="count" data-count="waiting">1</span>' in page


async def test_each_queue_has_its_own(ann, talks):
    watched, _ = await talks.write("just asking", contact="dora")
    mine = await talks.waiting(contact="mona")
    await ann.form(f"/conversations/{mine}/takeover")
    waiting = await talks.waiting(contact="wanda")
    listed = {name: rows_of((await ann.page(f"/inbox/{name}")).text) for name in ("waiting", "mine", "assistant")}
    assert listed == {"waiting": [str(waiting)], "mine": [str(mine)], "assistant": [str(watched)]}
    assert set(rows_of((await ann.page("/inbox/open")).text)) == {str(mine), str(waiting)}


async def test_filters_narrow_and_nonsense_narrows_nothing(ann, talks):
    angry = await talks.waiting(contact="a", reason="anger")
    asked = await talks.waiting(contact="b")
    assert rows_of((await ann.page("/inbox/waiting?reason=anger")).text) == [str(angry)]
    assert rows_of((await ann.page("/inbox/waiting?reason=asked_for_person&channel=whatsapp")).text) == [str(asked)]
    assert rows_of((await ann.page("/inbox/waiting?channel=telegram")).text) == []
    assert len(rows_of((await ann.page("/inbox/waiting?priority=x&after=nonsense")).text)) == 2


def test_many_are_not_counted_one_by_one():
    assert Counts({"waiting": 100, "mine": 99}, 0).shown == {"waiting": "99+", "mine": "99"}


async def test_more_come_page_by_page_and_none_twice(ann, talks):
    there = {str(await talks.waiting(contact=f"c{number}")) for number in range(40)}
    first = await ann.page("/inbox/waiting")
    more = re.search(r'hx-get="(/inbox/waiting\?after=[^"]+)"', first.text)[1].replace("&amp;", "&")
    second = await ann.get(more, headers=HTMX)
    assert "<html" not in second.text
    assert len(rows_of(first.text)) == 25
    assert set(rows_of(first.text)) | set(rows_of(second.text)) == there
    assert len(rows_of(second.text)) == 15


async def test_a_page_that_is_brought_up_to_date_keeps_its_length(ann, talks):
    for number in range(60):
        await talks.waiting(contact=f"c{number}")
    part = await ann.get("/inbox/waiting?limit=60", headers=HTMX)
    assert len(rows_of(part.text)) == 60
    assert len(rows_of((await ann.get("/inbox/waiting?limit=-5", headers=HTMX)).text)) == 25


async def test_unread_is_shown_until_it_is_read(ann, talks):
    talk = await talks.waiting()
    await ann.form(f"/conversations/{talk}/takeover")
    assert 'class="item unread"' in (await ann.page("/inbox/mine")).text
    read = await ann.post(f"/conversations/{talk}/read", data={"seen": "9"}, headers={"x-csrf-token": ann.csrf})
    assert read.status_code == 204
    assert 'class="item unread"' not in (await ann.page("/inbox/mine")).text


async def test_search_finds_words_in_transcripts(ann, talks):
    talk = await talks.waiting("The zip of my rucksack is broken")
    await talks.waiting("Something else", contact="other")
    page = (await ann.page("/search?q=rucksack+zip")).text
    assert f"/conversations/{talk}#m-" in page
    assert "1 conversation" in page
    for odd in ("%22", "%00", "-", "'''", "a" * 500, "%F0%9F%98%80"):
        assert (await ann.get(f"/search?q={odd}")).status_code == 200
