"""Those who work at the desk, and what each of them may do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from deskhand.errors import DeskhandError


class Role(StrEnum):
    AGENT = "agent"
    """Answers customers."""
    SUPERVISOR = "supervisor"
    """Also sees what everybody did, and looks after agents, teams and ready-made replies."""
    ADMINISTRATOR = "administrator"
    """Also looks after supervisors and administrators."""


RANK = {Role.AGENT: 0, Role.SUPERVISOR: 1, Role.ADMINISTRATOR: 2}


class Theme(StrEnum):
    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class NotPermitted(DeskhandError):
    """This person may not do this. The message says who may."""


class LastAdministrator(NotPermitted):
    """Nobody would be left who can look after everybody."""


@dataclass(frozen=True)
class Agent:
    id: UUID
    email: str
    """What they sign in with."""
    name: str
    """What customers and colleagues see."""
    role: Role
    created_at: datetime
    teams: frozenset[str] = field(default_factory=frozenset)
    active: bool = True
    must_change_password: bool = False
    language: str | None = None
    """Of the desk's own words. None: as the browser asks."""
    theme: Theme = Theme.SYSTEM
    sound: bool = False
    last_seen_at: datetime | None = None


def has_role(agent: Agent, role: Role) -> bool:
    """Whether this person is that, or more."""
    return RANK[agent.role] >= RANK[role]


def may_look_after(actor: Agent, role: Role) -> bool:
    """Whether this person may add, change, send away or give a new password to somebody of that role.

    Supervisors look after agents only, so that nobody below an administrator can lock out a supervisor.
    """
    if actor.role is Role.ADMINISTRATOR:
        return True
    return actor.role is Role.SUPERVISOR and role is Role.AGENT


def check_change(actor: Agent, before: Agent, after: Agent, *, other_administrators: int) -> None:
    """Raises `NotPermitted` unless `actor` may make this of a colleague's account, or of their own.

    `other_administrators` counts those who can sign in, without the person in question.
    """
    if (before.role, before.active, before.teams) != (after.role, after.active, after.teams):
        for role in (before.role, after.role):
            _require_to_look_after(actor, role)
    elif actor.id != before.id:
        _require_to_look_after(actor, before.role)
    was = before.active and before.role is Role.ADMINISTRATOR
    stays = after.active and after.role is Role.ADMINISTRATOR
    if was and not stays and other_administrators == 0:
        raise LastAdministrator("This is the last administrator. Make somebody else one first.")


def check_adding(actor: Agent, role: Role) -> None:
    """Raises `NotPermitted` unless `actor` may add somebody of that role."""
    _require_to_look_after(actor, role)


def _require_to_look_after(actor: Agent, role: Role) -> None:
    if may_look_after(actor, role):
        return
    if actor.role is Role.SUPERVISOR:
        raise NotPermitted("Only an administrator may look after supervisors and administrators.")
    raise NotPermitted("Only a supervisor or an administrator may do this.")


def sees_team(agent: Agent, team: str | None, restricted: frozenset[str]) -> bool:
    """Whether conversations of this team are shown to this person. Restricted teams are for their members only,
    and for administrators, who could make themselves members."""
    return team not in restricted or team in agent.teams or agent.role is Role.ADMINISTRATOR
