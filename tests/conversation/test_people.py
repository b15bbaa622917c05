"""Who may do what at the desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from uuid import uuid4

import pytest

from deskhand.conversation.people import (
    Agent,
    LastAdministrator,
    NotPermitted,
    Role,
    check_adding,
    check_change,
    has_role,
    sees_team,
)

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def person(role: Role, **more) -> Agent:
    return Agent(uuid4(), f"{role}@x.example", role.title(), role, NOW, **more)


@pytest.mark.parametrize(("has", "wanted"), list(product(Role, Role)))
def test_roles_hold_those_below_them(has, wanted):
    order = list(Role)
    assert has_role(person(has), wanted) == (order.index(has) >= order.index(wanted))


MAY = {Role.AGENT: set(), Role.SUPERVISOR: {Role.AGENT}, Role.ADMINISTRATOR: set(Role)}


@pytest.mark.parametrize(("actor", "role"), list(product(Role, Role)))
def test_who_may_add_whom(actor, role):
    if role in MAY[actor]:
        check_adding(person(actor), role)
    else:
        with pytest.raises(NotPermitted):
            check_adding(person(actor), role)


@pytest.mark.parametrize(("actor", "role"), list(product(Role, Role)))
@pytest.mark.parametrize("change", [{"active": False}, {"name": "Other"}, {"teams": frozenset({"billing"})}, {}])
def test_who_may_change_whom(actor, role, change):
    before = person(role)
    after = replace(before, **change)
    if role in MAY[actor]:
        check_change(person(actor), before, after, other_administrators=1)
    else:
        with pytest.raises(NotPermitted):
            check_change(person(actor), before, after, other_administrators=1)


@pytest.mark.parametrize(("role", "wanted"), [(Role.AGENT, Role.SUPERVISOR), (Role.SUPERVISOR, Role.ADMINISTRATOR)])
def test_nobody_promotes_themselves(role, wanted):
    own = person(role)
    with pytest.raises(NotPermitted):
        check_change(own, own, replace(own, role=wanted), other_administrators=1)


def test_nobody_below_an_administrator_joins_a_team_by_themselves():
    for role in (Role.AGENT, Role.SUPERVISOR):
        own = person(role)
        with pytest.raises(NotPermitted):
            check_change(own, own, replace(own, teams=frozenset({"billing"})), other_administrators=1)


@pytest.mark.parametrize("role", Role)
def test_everybody_changes_their_own_name_and_colours(role):
    own = person(role)
    check_change(own, own, replace(own, name="New", language="de", sound=True), other_administrators=0)


@pytest.mark.parametrize("change", [{"active": False}, {"role": Role.SUPERVISOR}])
def test_the_last_administrator_cannot_go(change):
    own = person(Role.ADMINISTRATOR)
    with pytest.raises(LastAdministrator):
        check_change(own, own, replace(own, **change), other_administrators=0)
    check_change(own, own, replace(own, **change), other_administrators=1)


def test_restricted_teams_are_seen_by_their_members_and_administrators():
    restricted = frozenset({"billing"})
    assert not sees_team(person(Role.AGENT), "billing", restricted)
    assert not sees_team(person(Role.SUPERVISOR), "billing", restricted)
    assert sees_team(person(Role.AGENT, teams=frozenset({"billing"})), "billing", restricted)
    assert sees_team(person(Role.ADMINISTRATOR), "billing", restricted)
    assert sees_team(person(Role.AGENT), "orders", restricted)
    assert sees_team(person(Role.AGENT), None, restricted)
