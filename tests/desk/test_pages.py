"""The desk's smaller pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from deskhand.conversation.desk import CallbackWay
from deskhand.conversation.model import HandoffPacket, InboundMessage, Outcome
from deskhand.conversation.people import Role
from deskhand.store.conversations import Conversations
from deskhand.store.desk.callbacks import Callbacks
from deskhand.store.questions import Questions
from deskhand.store.tables import conversations

FOR_ALL = ("/account", "/password", "/callbacks", "/questions", "/overview", "/canned")
FOR_SUPERVISORS = ("/people", "/teams", "/audit", "/teams/billing")
BAD_NAME = "<script>alert(1)</script>"


async def handed_over(db, *, team: str | None = None, name: str = "Eve Miller", reason: str = "anger") -> UUID:
    """A conversation that waits for an agent."""
    store = Conversations(db)
    inbound = InboundMessage("webchat", f"visitor-{uuid4().hex}", uuid4().hex, "Where is my tent?")
    received = await store.receive(inbound)
    packet = HandoffPacket(reason, "Wants to know where the tent is.", crm_context={"name": name})
    await store.request_handoff(received.conversation.id, packet)
    if team:
        async with db.begin() as connection:
            await connection.execute(
                update(conversations).where(conversations.c.id == received.conversation.id).values(team=team)
            )
    return received.conversation.id


async def contact_of(db, conversation_id: UUID) -> UUID:
    return (await Conversations(db).get(conversation_id)).contact_id


NOBODYS = UUID(int=1)


@pytest.mark.parametrize("address", FOR_ALL)
async def test_everybody_opens_the_pages_for_all(site, address):
    client = await site.signed_in()
    await client.page(address)


@pytest.mark.parametrize("address", FOR_SUPERVISORS)
async def test_pages_for_supervisors_are_not_for_agents(site, address):
    agent, supervisor = await site.signed_in("Ann"), await site.signed_in("Sue", Role.SUPERVISOR)
    assert (await agent.get(address, follow_redirects=True)).status_code == 403
    await supervisor.page(address)


@pytest.mark.parametrize("address", [*FOR_ALL, *FOR_SUPERVISORS, "/contacts/x", "/people/x", "/canned/x"])
async def test_no_page_is_for_who_is_not_signed_in(site, address):
    answer = await site.client().get(address, follow_redirects=True)
    assert "Sign in to" in answer.text


@pytest.mark.parametrize("address", ["/contacts/x", "/people/x", "/canned/x", "/teams/none", f"/people/{NOBODYS}"])
async def test_what_is_not_there_is_said_to_be_so(site, address):
    client = await site.signed_in("Sue", Role.SUPERVISOR)
    answer = await client.get(address)
    assert answer.status_code == 404
    assert "There is no such page" in answer.text


# -- people


async def test_a_supervisor_adds_an_agent_who_signs_in_with_the_password_shown_once(site):
    boss = await site.signed_in("Sue", Role.SUPERVISOR)
    await boss.page("/people")
    shown = await boss.form("/people/", email="new@fernway.example", name=BAD_NAME, role="agent", team="billing")
    assert BAD_NAME not in shown.text
    password = shown.text.split('<code class="once">')[1].split("<")[0]
    newcomer = site.client()
    assert (await newcomer.sign_in("new@fernway.example", password)).status_code == 303
    added = await site.desk.agents.with_email("NEW@fernway.example")
    assert (added.teams, added.must_change_password) == (frozenset({"billing"}), True)
    again = await boss.page(f"/people/{added.id}")
    assert password not in again.text
    assert "Billing" in (await boss.page("/people")).text


async def test_an_address_is_only_given_once(site):
    boss = await site.signed_in("Sue", Role.SUPERVISOR)
    answer = await boss.form("/people/", email="SUE@fernway.example", name="Other", role="agent")
    assert answer.status_code == 409
    assert "Somebody else signs in with this email address." in answer.text


async def test_a_supervisor_cannot_touch_supervisors_nor_make_one(site):
    boss = await site.signed_in("Sue", Role.SUPERVISOR)
    other = await site.person("Tom", Role.SUPERVISOR)
    for address, fields in (
        (f"/people/{other.id}", {"name": "Tom", "role": "agent"}),
        (f"/people/{other.id}/password", {}),
        ("/people/", {"email": "x@fernway.example", "name": "X", "role": "administrator"}),
    ):
        assert (await boss.form(address, **fields)).status_code == 403
    assert (await site.desk.agents.get(other.id)) == other


async def test_an_agent_cannot_lock_out_a_supervisor(site):
    agent = await site.signed_in("Ann")
    boss = await site.person("Sue", Role.SUPERVISOR)
    for address in (f"/people/{boss.id}", f"/people/{boss.id}/password"):
        assert (await agent.form(address, name="Sue", role="agent")).status_code == 403
    assert (await site.client().sign_in("sue@fernway.example")).status_code == 303


async def test_the_last_administrator_stays(site):
    admin = await site.signed_in("Ada", Role.ADMINISTRATOR)
    own = await site.desk.agents.with_email("ada@fernway.example")
    answer = await admin.form(f"/people/{own.id}", name="Ada", role="agent", active="on")
    assert answer.status_code == 403
    assert "last administrator" in answer.text
    second = await site.person("Bea", Role.ADMINISTRATOR)
    await admin.form(f"/people/{own.id}", name="Ada", role="agent", active="on")
    assert (await site.desk.agents.get(own.id)).role is Role.AGENT
    assert (await site.desk.agents.get(second.id)).role is Role.ADMINISTRATOR


# -- teams and ready replies


async def test_a_teams_hours_and_holidays_are_kept(site):
    boss = await site.signed_in("Sue", Role.SUPERVISOR)
    await boss.page("/teams/billing")
    hours = {f"opens_{day}": "10:00" for day in range(5)} | {f"closes_{day}": "16:30" for day in range(5)}
    wrong = await boss.form("/teams/billing", title="Bills", own_hours="on", opens_0="17:00", closes_0="09:00")
    assert wrong.status_code == 422
    await boss.form(
        "/teams/billing", title="Bills", own_hours="on", restricted="on", holidays="2026-12-25\n2026-12-26", **hours
    )
    page = await boss.page("/teams/billing")
    assert 'value="16:30"' in page.text
    assert "2026-12-25\n2026-12-26" in page.text
    assert "restricted" in page.text


async def test_ready_replies_are_written_by_supervisors_and_read_by_their_teams(site):
    boss, agent = await site.signed_in("Sue", Role.SUPERVISOR), await site.signed_in("Ann")
    await boss.form("/canned/", shortcut="/hello", title="Hello", text=f"Hello {{{{contact.name}}}} {BAD_NAME}")
    await boss.form("/canned/", shortcut="secret", title="Billing only", text="For billing", team="billing")
    bad = await boss.form("/canned/", shortcut="x", title="X", text="{{contact.salary}}")
    assert (bad.status_code, "contact.salary" in bad.text) == (422, True)
    shown = await agent.page("/canned")
    assert "/hello" in shown.text
    assert "Billing only" not in shown.text
    assert BAD_NAME not in shown.text
    assert (await agent.form("/canned/", shortcut="y", title="Y", text="Y")).status_code == 403


# -- callbacks, contacts, questions


async def test_a_callback_is_done_once(site, db):
    first, second = await site.signed_in("Ann"), await site.signed_in("Bob")
    conversation = await handed_over(db, name=BAD_NAME)
    soon = datetime.now(UTC) - timedelta(minutes=5)
    wanted = await Callbacks(db).arrange(conversation, soon, CallbackWay.PHONE, "+44 20 7946 0000", "After lunch")
    page = await first.page("/callbacks")
    assert "tel:+442079460000" in page.text
    assert BAD_NAME not in page.text
    assert "due" in page.text
    await first.form(f"/callbacks/{wanted.id}/done", outcome="Talked to her")
    late = await second.form(f"/callbacks/{wanted.id}/done", outcome="Me too")
    assert late.status_code == 409
    done = await second.page("/callbacks")
    assert "Talked to her" in done.text
    assert "Me too" not in done.text
    entries = await site.desk.audit.page(kind="callback")
    assert [entry.agent_name for entry in entries] == ["Ann"]


async def test_another_teams_restricted_conversations_leave_no_trace(site, db):
    boss = await site.signed_in("Sue", Role.ADMINISTRATOR)
    await boss.form("/teams/billing", title="Billing", restricted="on")
    outside, inside = await site.signed_in("Ann"), await site.signed_in("Bob", teams=["billing"])
    conversation = await handed_over(db, team="billing")
    wanted = await Callbacks(db).arrange(conversation, None, CallbackWay.EMAIL, "eve@example.com", "")
    contact = await contact_of(db, conversation)
    assert (await outside.get(f"/contacts/{contact}")).status_code == 404
    assert "eve@example.com" not in (await outside.page("/callbacks")).text
    assert (await outside.form(f"/callbacks/{wanted.id}/done", outcome="x")).status_code == 404
    assert "Eve Miller" in (await inside.page(f"/contacts/{contact}")).text
    assert "eve@example.com" in (await inside.page("/callbacks")).text


async def test_a_contacts_page_tells_their_history(site, db):
    client = await site.signed_in()
    conversation = await handed_over(db)
    await Conversations(db).resolve(conversation, Outcome.RESOLVED_BY_AGENT)
    page = await client.page(f"/contacts/{await contact_of(db, conversation)}")
    for words in ("Eve Miller", "Web chat", "Resolved by an agent", "Anger", "Wants to know where the tent is."):
        assert words in page.text


async def test_open_questions_are_gathered_and_seen_to(site, db):
    client = await site.signed_in()
    for text in ("Do you ship to Norway?", "do you ship to norway", "Is it vegan?"):
        await Questions(db).record(text, answered=False)
    page = await client.page("/questions")
    assert page.text.count("/reviewed") == 2
    first = page.text.split("/questions/")[1].split("/reviewed")[0]
    after = await client.form(f"/questions/{first}/reviewed")
    assert "Is it vegan?" in after.text
    assert "norway" not in after.text.lower()


# -- overview and log


async def test_the_overview_counts(site, db):
    store = Conversations(db)
    by_agent, by_assistant = await handed_over(db), await handed_over(db, reason="safety")
    await handed_over(db)
    await store.resolve(by_agent, Outcome.RESOLVED_BY_AGENT)
    await store.rate(by_agent, 5)
    await store.return_to_assistant(by_assistant)
    await store.resolve(by_assistant, Outcome.RESOLVED_BY_ASSISTANT)
    client = await site.signed_in()
    page = (await client.page("/overview")).text
    assert "50%" in page
    assert "1 of 2 resolved" in page
    assert "5 of 5" in page
    assert page.index("Anger") < page.index("Safety")


async def test_the_overview_of_nothing(site):
    page = await (await site.signed_in()).page("/overview?days=30")
    assert "None was." in page.text


async def test_what_was_done_is_in_the_log(site):
    boss = await site.signed_in("Sue", Role.SUPERVISOR)
    await boss.form("/people/", email="new@fernway.example", name="New", role="agent")
    await boss.form("/teams/", name="night", title="Night")
    page = (await boss.page("/audit")).text
    for action in ("person.added", "team.added", "session.opened"):
        assert action in page
    assert "127.0.0.1" in page
    only = (await boss.page("/audit?kind=team")).text
    assert "team.added" in only
    assert "person.added" not in only
    await boss.page("/audit?before=99999999999999999999999&agent=")
