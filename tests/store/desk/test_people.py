"""Accounts, sessions, sign-in limits and the log, on a real database."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from deskhand.conversation.outside import Person
from deskhand.conversation.people import LastAdministrator, NotPermitted, Role
from deskhand.store.desk.agents import AgentNotFound, Agents, EmailTaken
from deskhand.store.desk.audit import AuditLog
from deskhand.store.desk.first_administrator import let_in_administrator, make_first_administrator
from deskhand.store.desk.login_limits import PER_ACCOUNT, PER_ADDRESS, WINDOW, LoginLimits
from deskhand.store.desk.outside_people import OutsidePeople
from deskhand.store.desk.passwords import Passwords, WeakPassword, check_strength, one_time_password
from deskhand.store.desk.sessions import LONGEST, Sessions
from deskhand.store.people_tables import agent_sessions, agents, login_attempts

QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
PASSWORD = "correct horse battery staple"


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def people(db, clock):
    return Agents(db, passwords=QUICK, now=clock)


async def added(people: Agents, name: str = "Ann", role: Role = Role.AGENT, actor=None):
    return await people.add(actor, email=f"{name.lower()}@x.example", name=name, role=role, password=PASSWORD)


# -- accounts


async def test_somebody_of_an_outside_desk_who_does_many_things_at_once_is_one_person(db):
    for number in range(10):
        ida = Person(f"{number}", "Ida")
        known = await asyncio.gather(*(OutsidePeople(db, "chatwoot").known(ida) for _ in range(8)))
        assert len({one.id for one in known}) == 1
    renamed = await OutsidePeople(db, "chatwoot").known(Person("7", "Ida Lund"))
    assert (renamed.name, renamed.active) == ("Ida Lund", False)


async def test_an_account_is_found_by_its_address_however_it_is_typed(people):
    ann = await people.add(
        None, email=" Ann@X.example", name="Ann", role=Role.AGENT, password=PASSWORD, teams=["orders", "billing"]
    )
    assert await people.with_email("aNN@x.EXAMPLE ") == ann
    assert await people.verified("ANN@x.example", PASSWORD) == ann
    assert ann.teams == {"orders", "billing"}
    with pytest.raises(EmailTaken):
        await people.add(None, email="ann@x.example", name="B", role=Role.AGENT, password=PASSWORD)


async def test_the_password_is_kept_as_argon2id_only(db, people):
    await added(people)
    async with db.begin() as connection:
        kept = await connection.scalar(select(agents.c.password_hash))
    assert kept.startswith("$argon2id$")
    assert PASSWORD not in kept


async def test_a_hash_made_with_less_work_is_renewed_at_signing_in(db, people):
    await added(people)
    harder = Agents(db, passwords=Passwords(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)))
    assert await harder.verified("ann@x.example", PASSWORD) is not None
    async with db.begin() as connection:
        kept = await connection.scalar(select(agents.c.password_hash))
    assert "t=2" in kept
    assert await harder.verified("ann@x.example", PASSWORD) is not None


async def test_odd_passwords_are_wrong_and_break_nothing(people):
    await added(people)
    for odd in ("", "\0", "\ud800", "x" * 100_000):
        assert await people.verified("ann@x.example", odd) is None
    assert await people.verified("\0@x.example", PASSWORD) is None


async def test_a_letter_is_the_same_however_a_keyboard_writes_it(people):
    await people.add(None, email="zoe@x.example", name="Zoë", role=Role.AGENT, password="caf\u00e9 au lait, please")
    assert await people.verified("zoe@x.example", "cafe\u0301 au lait, please") is not None


async def test_two_administrators_cannot_send_away_each_other(people):
    ada, bea = await added(people, "Ada", Role.ADMINISTRATOR), await added(people, "Bea", Role.ADMINISTRATOR)
    told = await asyncio.gather(
        people.change(ada, bea.id, active=False), people.change(bea, ada.id, active=False), return_exceptions=True
    )
    assert sum(isinstance(one, NotPermitted | LastAdministrator) for one in told) == 1
    assert sum(one.active for one in await people.all() if one.role is Role.ADMINISTRATOR) == 1


async def test_who_was_demoted_meanwhile_may_not_go_on(people):
    ada, bea = await added(people, "Ada", Role.ADMINISTRATOR), await added(people, "Bea", Role.ADMINISTRATOR)
    await people.change(ada, bea.id, role=Role.AGENT)
    with pytest.raises(NotPermitted):
        await people.change(bea, ada.id, role=Role.AGENT)


async def test_an_account_that_is_not_there_is_said_to_be_so(people, db):
    ann = await added(people)
    with pytest.raises(AgentNotFound):
        await people.get(type(ann.id)(int=0))


def test_weak_passwords_are_refused():
    for weak in ("short", "aaaaaaaaaaaaaaaa", "ann@fernway.example", "x" * 300):
        with pytest.raises(WeakPassword):
            check_strength(weak, email="ann@fernway.example", name="Ann")
    check_strength(one_time_password(), email="ann@fernway.example", name="Ann")


# -- the first administrator


async def test_of_many_first_starts_one_makes_the_administrator(db):
    made = await asyncio.gather(*(make_first_administrator(db, "admin@x.example", passwords=QUICK) for _ in range(4)))
    [password] = [one for one in made if one is not None]
    people = Agents(db, passwords=QUICK)
    admin = await people.verified("admin@x.example", password)
    assert (admin.role, admin.must_change_password) == (Role.ADMINISTRATOR, True)
    assert await make_first_administrator(db, "admin@x.example", passwords=QUICK) is None


async def test_who_is_locked_out_is_let_in_again(db, people):
    ann, bob = await added(people), await added(people, "Bob", Role.ADMINISTRATOR)
    await people.change(bob, ann.id, active=False)
    password = await let_in_administrator(db, "ANN@x.example", "unused", passwords=QUICK)
    again = await people.verified("ann@x.example", password)
    assert (again.id, again.role, again.active, again.name) == (ann.id, Role.ADMINISTRATOR, True, "Ann")
    new = await let_in_administrator(db, "new@x.example", "New", passwords=QUICK)
    assert (await people.verified("new@x.example", new)).role is Role.ADMINISTRATOR


# -- sessions


async def test_a_session_ends_when_it_is_not_used(db, people, clock):
    sessions = Sessions(db, idle=timedelta(hours=2), now=clock)
    token, session = await sessions.open((await added(people)).id)
    clock.now += timedelta(hours=1, minutes=59)
    assert (await sessions.find(token))[1].id == session.id
    clock.now += timedelta(hours=1, minutes=59)
    assert await sessions.find(token) is not None
    clock.now += timedelta(hours=2, minutes=1)
    assert await sessions.find(token) is None


async def test_a_session_in_use_ends_after_its_longest_time(db, people, clock):
    sessions = Sessions(db, idle=timedelta(hours=24), now=clock)
    token, _ = await sessions.open((await added(people)).id)
    while clock.now < NOW + LONGEST - timedelta(hours=1):
        clock.now += timedelta(hours=6)
        alive = await sessions.find(token)
    assert alive is None
    clock.now = NOW + LONGEST + timedelta(seconds=1)
    assert await sessions.find(token) is None


async def test_the_database_does_not_hold_what_a_cookie_holds(db, people):
    token, _ = await Sessions(db).open((await added(people)).id)
    async with db.begin() as connection:
        kept = await connection.scalar(select(agent_sessions.c.token_hash))
    assert token.encode() not in kept
    assert len(kept) == 32


async def test_only_ones_own_sessions_can_be_ended(db, people):
    ann, eve = await added(people), await added(people, "Eve")
    sessions = Sessions(db)
    token, session = await sessions.open(ann.id)
    assert not await sessions.revoke(eve, session.id)
    assert await sessions.find(token) is not None
    assert await sessions.revoke(ann, session.id)
    assert await sessions.find(token) is None
    assert await sessions.find("nonsense\0\ud800") is None


# -- how often


async def test_tries_at_one_moment_are_counted_one_by_one(db, clock):
    limits = LoginLimits(db, "key", now=clock)
    waits = await asyncio.gather(*(limits.spend("ann@x.example", "10.0.0.1", None) for _ in range(PER_ACCOUNT + 5)))
    assert waits.count(0) == PER_ACCOUNT
    assert max(waits) == WINDOW.total_seconds()
    clock.now += WINDOW
    assert await limits.spend("ann@x.example", "10.0.0.1", None) == 0


async def test_a_known_browser_has_a_count_of_its_own(db, clock):
    limits = LoginLimits(db, "key", now=clock)
    for _ in range(PER_ACCOUNT):
        await limits.spend("ann@x.example", "10.0.0.1", None)
    assert await limits.spend("ann@x.example", "10.0.0.2", None) > 0
    assert await limits.spend("ann@x.example", "10.0.0.2", "device") == 0


async def test_one_address_tries_only_so_many_accounts(db, clock):
    limits = LoginLimits(db, "key", now=clock)
    waits = [await limits.spend(f"{number}@x.example", "10.0.0.1", None) for number in range(PER_ADDRESS + 1)]
    assert waits[:-1] == [0] * PER_ADDRESS
    assert waits[-1] > 0


async def test_right_passwords_use_nothing_up(db, clock):
    limits = LoginLimits(db, "key", now=clock)
    for _ in range(PER_ADDRESS + 1):
        assert await limits.spend("ann@x.example", "10.0.0.1", None) == 0
        await limits.forget("ann@x.example", "10.0.0.1", None)


async def test_no_address_is_kept_in_the_clear(db, clock):
    await LoginLimits(db, "key", now=clock).spend("ann@x.example", "10.0.0.1", None)
    async with db.begin() as connection:
        kept = (await connection.execute(select(login_attempts.c.key))).scalars().all()
        assert await connection.scalar(select(func.count()).select_from(login_attempts)) == 2
    assert all(b"ann" not in key and b"10.0" not in key for key in kept)


# -- the log


async def test_the_log_tells_who_did_what_and_no_password(db, people):
    ada = await added(people, "Ada", Role.ADMINISTRATOR)
    ann = await added(people, actor=ada)
    await people.change(ada, ann.id, role=Role.SUPERVISOR)
    await people.set_password(ada, ann.id, PASSWORD, must_change=True)
    entries = await AuditLog(db).page()
    assert [entry.action for entry in entries] == [
        "person.password_changed",
        "person.changed",
        "person.added",
        "person.added",
    ]
    assert [entry.agent_name for entry in entries] == ["Ada", "Ada", "Ada", None]
    assert entries[1].details == {"agent": str(ann.id), "changed": ["role"], "role": "supervisor"}
    assert PASSWORD not in str(entries)


async def test_what_is_refused_is_not_in_the_log(db, people):
    ann, bob = await added(people), await added(people, "Bob")
    with pytest.raises(NotPermitted):
        await people.change(ann, bob.id, active=False)
    assert {entry.action for entry in await AuditLog(db).page()} == {"person.added"}


async def test_the_log_is_read_page_by_page(db):
    log = AuditLog(db)
    for number in range(5):
        await log.add(None, "team.changed", details={"number": number})
    first = await log.page(limit=3)
    rest = await log.page(before=first[-1].id, limit=3)
    assert [entry.details["number"] for entry in [*first, *rest]] == [4, 3, 2, 1, 0]
    assert await log.page(kind="tea") == []
