"""The page of a conversation, and what an agent does there."""

from __future__ import annotations

from uuid import uuid4

import pytest

from deskhand.conversation.model import Author, Citation, Status
from deskhand.conversation.people import Role
from deskhand.store.conversations import Conversations
from deskhand.store.database import Database

HTMX = {"hx-request": "true"}
HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)">{{ 7 * 7 }}'


async def said(db: Database, conversation_id) -> list[str]:
    return [one.text for one in await Conversations(db).history(conversation_id) if one.author is Author.AGENT]


async def test_everything_that_was_said_and_the_packet_is_there(ann, talks):
    talk = await talks.waiting("Where is my tent?", summary="She wants to know where her tent is.")
    page = (await ann.page(f"/conversations/{talk}")).text
    for words in ("Where is my tent?", "AI assistant", "She wants to know where her tent is.", "Asked for a person"):
        assert words in page


async def test_takeover_reply_and_resolve(ann, talks, db):
    talk = await talks.waiting()
    await ann.page(f"/conversations/{talk}")
    taken = await ann.form(f"/conversations/{talk}/takeover")
    assert "Ann Arbor" in taken.text
    assert 'data-may-reply="yes"' in taken.text
    await ann.form(f"/conversations/{talk}/messages", text="It is on its way.", id=str(uuid4()))
    assert await said(db, talk) == ["It is on its way."]
    resolved = await ann.form(f"/conversations/{talk}/resolve", summary="Told where it is.")
    assert "Resolved by an agent" in resolved.text
    assert "Told where it is." in resolved.text
    assert (await Conversations(db).get(talk)).status is Status.RESOLVED


async def test_the_same_reply_sent_twice_is_said_once(ann, talks, db):
    talk, message = await talks.waiting(), str(uuid4())
    await ann.form(f"/conversations/{talk}/takeover")
    for _ in range(2):
        answer = await ann.post(
            f"/conversations/{talk}/messages",
            data={"text": "Once.", "id": message},
            headers={"accept": "application/json", "x-csrf-token": ann.csrf},
        )
        assert answer.status_code == 200
    assert await said(db, talk) == ["Once."]
    assert (await ann.get(f"/conversations/{talk}/messages/{message}")).status_code == 204
    assert (await ann.get(f"/conversations/{talk}/messages/{uuid4()}")).status_code == 404


async def test_the_same_note_sent_twice_is_kept_once(ann, talks):
    talk, note = await talks.waiting(), str(uuid4())
    for _ in range(2):
        await ann.form(f"/conversations/{talk}/notes", text="Careful with this one.", id=note)
    page = (await ann.page(f"/conversations/{talk}")).text
    assert page.count("Careful with this one.") == 1
    assert (await ann.get(f"/conversations/{talk}/notes/{note}")).status_code == 204


async def test_nobody_replies_without_control(ann, talks, db):
    talk = await talks.waiting()
    answer = await ann.post(
        f"/conversations/{talk}/messages",
        data={"text": "Hello", "id": str(uuid4())},
        headers={"accept": "application/json", "x-csrf-token": ann.csrf},
    )
    assert answer.status_code == 409
    assert "Take it over first" in answer.json()["error"]
    assert await said(db, talk) == []


async def test_the_second_of_two_agents_is_told_who_was_first(site, ann, talks):
    talk = await talks.waiting()
    ben = await site.signed_in("Ben Nevis")
    await ann.form(f"/conversations/{talk}/takeover")
    second = await ben.form(f"/conversations/{talk}/takeover")
    assert second.status_code == 409
    assert "Ann Arbor has this conversation" in second.text
    assert "Take over from Ann Arbor" in (await ben.page(f"/conversations/{talk}")).text
    forced = await ben.form(f"/conversations/{talk}/takeover", force="yes")
    assert 'data-may-reply="yes"' in forced.text
    assert 'data-may-reply="no"' in (await ann.page(f"/conversations/{talk}")).text


async def test_a_message_that_arrives_while_resolving_is_not_overlooked(ann, talks):
    talk = await talks.waiting()
    await ann.form(f"/conversations/{talk}/takeover")
    await talks.write("Wait, one more thing!")
    refused = await ann.form(f"/conversations/{talk}/resolve", seen="2")
    assert refused.status_code == 409
    assert "has just written something" in refused.text
    assert "Wait, one more thing!" in (await ann.page(f"/conversations/{talk}")).text


async def test_return_assign_snooze_wake_and_reopen(ann, site, talks, db):
    store = Conversations(db)
    ben = await site.person("Ben Nevis")
    talk = await talks.waiting()
    await ann.form(f"/conversations/{talk}/takeover")
    assert "until" in (await ann.form(f"/conversations/{talk}/snooze", until="tomorrow")).text
    assert (await store.get(talk)).status is Status.SNOOZED
    await ann.form(f"/conversations/{talk}/wake")
    assert (await store.get(talk)).status is Status.OPEN
    await ann.form(f"/conversations/{talk}/assign", to=f"agent:{ben.id}")
    assert (await store.get(talk)).assignee_id == ben.id
    await ann.form(f"/conversations/{talk}/takeover", force="yes")
    await ann.form(f"/conversations/{talk}/return")
    assert (await store.get(talk)).status is Status.PENDING
    await ann.form(f"/conversations/{talk}/takeover")
    await ann.form(f"/conversations/{talk}/resolve")
    await ann.form(f"/conversations/{talk}/reopen")
    reopened = await store.get(talk)
    assert (reopened.status, reopened.reopened) == (Status.OPEN, 1)


@pytest.mark.parametrize(
    ("act", "fields"),
    [
        ("snooze", {"until": "yesterday"}),
        ("snooze", {"at": "2020-01-01T10:00"}),
        ("snooze", {"at": "soon"}),
        ("assign", {"to": "nobody"}),
        ("assign", {"to": "team:no-such-team"}),
        ("assign", {"to": "agent:not-an-id"}),
        ("messages", {"text": "  "}),
        ("messages", {"text": "x" * 5000}),
        ("messages", {"text": "hi", "id": "1"}),
        ("priority", {"priority": "9"}),
    ],
)
async def test_what_makes_no_sense_is_refused_in_words(ann, talks, act, fields):
    talk = await talks.waiting()
    await ann.form(f"/conversations/{talk}/takeover")
    refused = await ann.form(f"/conversations/{talk}/{act}", **fields)
    assert refused.status_code in {404, 409}
    assert "Its number in the log" not in refused.text


async def test_markup_in_messages_and_names_is_text(ann, talks):
    talk = await talks.waiting(HOSTILE, summary=HOSTILE, crm_context={"name": HOSTILE}, slots={"order_number": HOSTILE})
    await ann.form(f"/conversations/{talk}/notes", text=HOSTILE)
    for address in (f"/conversations/{talk}", f"/conversations/{talk}/updates", "/inbox/waiting", "/search?q=7"):
        page = (await ann.page(address)).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "&lt;script&gt;alert(1)" in page


async def test_open_pages_get_only_what_may_have_changed(ann, talks):
    talk = await talks.waiting()
    part = await ann.get(f"/conversations/{talk}/updates", headers=HTMX)
    assert "<html" not in part.text
    assert 'data-into="log"' in part.text
    assert 'id="talk-head"' in part.text


async def test_another_teams_restricted_conversation_is_nowhere(ann, site, talks, db):
    await talks.restrict("billing")
    talk = await talks.waiting("My secret invoice", contact="dora")
    await talks.put_into_team(talk, "billing")
    for address in (
        f"/conversations/{talk}",
        f"/conversations/{talk}/updates",
        f"/conversations/{talk}/earlier?before=2",
        f"/conversations/{talk}/crm",
        f"/conversations/{talk}/canned",
        f"/conversations/{talk}/files/{uuid4()}/0",
    ):
        answer = await ann.get(address)
        assert answer.status_code == 404, address
        assert "secret" not in answer.text
    for act in ("takeover", "return", "wake", "reopen", "resolve", "notes", "messages", "draft", "read"):
        answer = await ann.form(f"/conversations/{talk}/{act}", text="x", seen="1")
        assert answer.status_code == 404, act
    for address in ("/inbox/waiting", "/inbox/open", "/search?q=invoice"):
        assert "secret invoice" not in (await ann.page(address)).text
    boss = await site.signed_in("Zoe Boss", Role.ADMINISTRATOR)
    assert "My secret invoice" in (await boss.page(f"/conversations/{talk}")).text


async def test_addresses_of_nothing_lead_nowhere(ann):
    for address in (f"/conversations/{uuid4()}", "/conversations/1", "/inbox/nonsense", "/conversations/%00"):
        assert (await ann.get(address)).status_code == 404


async def test_forms_of_other_sites_change_nothing(ann, talks, db):
    talk = await talks.waiting()
    answer = await ann.post(f"/conversations/{talk}/takeover", data={"csrf": "wrong"})
    assert answer.status_code == 403
    assert (await Conversations(db).get(talk)).assignee_id is None


async def test_ready_made_replies_are_filled_in(ann, site, talks):
    talk = await talks.waiting(crm_context={"name": "Cara Lane"}, slots={"order_number": "FW-204518"})
    agent = await site.desk.agents.with_email("ann@fernway.example")
    await talks.canned(
        agent, "where", "Where it is", "Hi {{contact.first_name}}, {{order.number}} is on its way. {{agent.name}}"
    )
    found = (await ann.get(f"/conversations/{talk}/canned?word=wh")).json()["choices"]
    assert found == [
        {"text": "Hi Cara, FW-204518 is on its way. Ann Arbor", "label": "/where", "hint": "Where it is"},
    ]
    assert (await ann.get(f"/conversations/{talk}/canned?word=zzz")).json()["choices"] == []


async def test_colleagues_are_found_for_a_mention(ann, site, talks):
    talk = await talks.waiting()
    await site.person("Ben Nevis")
    found = (await ann.get(f"/conversations/{talk}/colleagues?word=be")).json()["choices"]
    assert [choice["text"] for choice in found] == ["@Ben Nevis "]


async def test_earlier_messages_come_when_asked_for(ann, talks):
    talk = await talks.waiting("the very first")
    for number in range(205):
        await talks.write(f"line {number}")
    page = (await ann.page(f"/conversations/{talk}")).text
    assert "the very first" not in page
    before = page.split("earlier?before=")[1].split('"')[0]
    part = await ann.get(f"/conversations/{talk}/earlier?before={before}", headers=HTMX)
    assert "the very first" in part.text


async def test_the_packet_says_what_is_open_and_on_which_rule_the_suggestion_rests(ann, talks):
    talk = await talks.waiting(
        suggested_resolution="Check the items.",
        policy=Citation("Refunds <b>", "https://fernway.example/help/refunds"),
        open=("to return something",),
        mood="angry",
    )
    page = (await ann.page(f"/conversations/{talk}")).text
    assert (
        '<a href="https://fernway.example/help/refunds" target="_blank" rel="noopener noreferrer">Refunds &lt;b&gt;</a>'
        in page
    )
    assert "<dd>to return something</dd>" in page
    assert "<dd>Angry</dd>" in page


async def test_a_rule_without_a_safe_address_is_only_named(ann, talks):
    talk = await talks.waiting(suggested_resolution="Check.", policy=Citation("Refunds", "javascript:alert(1)"))
    page = (await ann.page(f"/conversations/{talk}")).text
    assert "Rule: Refunds" in " ".join(page.split())
    assert "javascript:" not in page


async def test_the_priority_is_set_by_an_agent_and_stands_in_the_log(ann, talks, site, db):
    talk = await talks.waiting()
    shown = await ann.form(f"/conversations/{talk}/priority", priority="1")
    assert "Ann Arbor set the priority: urgent" in " ".join(shown.text.split())
    assert (await Conversations(db).get(talk)).priority == 1
    (entry,) = [one for one in await site.desk.audit.page() if one.action == "conversation.prioritised"]
    assert (entry.conversation_id, entry.details) == (talk, {"priority": 1})
