"""Where a handoff goes, how urgent it is, and when somebody is there. Pure functions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from deskhand.conversation.desk import Priority
from deskhand.conversation.escalation import Reason

GENERAL = "general"
Hours = Mapping[int, tuple[time, time]]
"""From and until before, by weekday; Monday is 0. A day that is missing is closed."""
FARTHEST = timedelta(days=60)
"""Whoever is closed for longer than this has no next opening."""

TEAM_OF_REASON = {
    Reason.BILLING_DISPUTE: "billing",
    Reason.REFUND_ABOVE_THRESHOLD: "billing",
    Reason.ACCOUNT_SECURITY: "accounts",
    Reason.IDENTITY_NOT_VERIFIED: "accounts",
    Reason.BEREAVEMENT: "accounts",
    Reason.SAFETY: "technical",
    Reason.LEGAL_THREAT: GENERAL,
    Reason.VULNERABILITY: GENERAL,
}
"""Reasons that say by themselves who is to deal with it. With the others it is what the customer wants."""

TEAM_OF_WISH = {
    "order_status": "orders",
    "cancel_order": "orders",
    "change_delivery_address": "orders",
    "start_return": "orders",
    "refund_status": "billing",
    "dispute_charge": "billing",
    "pause_subscription": "billing",
    "resume_subscription": "billing",
    "change_plan": "billing",
    "cancel_subscription": "billing",
    "check_subscription": "billing",
    "reset_password": "accounts",
    "verify_account": "accounts",
    "unlock_account": "accounts",
    "report_hacked_account": "accounts",
    "report_bereavement": "accounts",
    "book_appointment": "technical",
    "move_appointment": "technical",
    "cancel_appointment": "technical",
    "check_appointment": "technical",
    "report_problem": "technical",
    "report_safety_issue": "technical",
}
"""Intents by team. Those that are missing say nothing about it."""

URGENT = frozenset({Reason.SAFETY, Reason.ACCOUNT_SECURITY, Reason.VULNERABILITY})
HIGH = frozenset({Reason.BILLING_DISPUTE, Reason.LEGAL_THREAT, Reason.BEREAVEMENT, Reason.ANGER})


@dataclass(frozen=True)
class Route:
    team: str = GENERAL
    priority: Priority = Priority.NORMAL


UNROUTED = Route()
"""For what comes without a topic."""


@dataclass(frozen=True)
class CustomerValue:
    """What the CRM says of an identified customer."""

    spent: Decimal = Decimal(0)
    subscribed: bool = False


def route(
    reason: str,
    wishes: Sequence[str],
    *,
    value: CustomerValue | None = None,
    valued_from: int = 500,
    teams: Collection[str] | None = None,
) -> Route:
    """Who is to deal with a handoff, and how soon.

    `wishes`: intents in the order in which they were expressed. `value`: None for somebody who is not identified.
    `valued_from`: who has spent so much, or subscribes, is served before others who wait for a usual reason.
    `teams`: those that there are; a team that is missing leaves its work to the general one.
    """
    team = _team(reason, wishes)
    if teams is not None and team not in teams:
        team = GENERAL
    return Route(team, _priority(reason, value, valued_from))


def _team(reason: str, wishes: Sequence[str]) -> str:
    if reason in TEAM_OF_REASON:
        return TEAM_OF_REASON[Reason(reason)]
    return next((TEAM_OF_WISH[wish] for wish in reversed(wishes) if wish in TEAM_OF_WISH), GENERAL)


def _priority(reason: str, value: CustomerValue | None, valued_from: int) -> Priority:
    if reason in URGENT:
        return Priority.URGENT
    if reason in HIGH:
        return Priority.HIGH
    valued = value is not None and (value.subscribed or value.spent >= valued_from)
    return Priority.HIGH if valued else Priority.NORMAL


def business_hours(days: Iterable[int], opens: time, closes: time) -> Hours:
    """The hours of a business that is open from and until the same times on some weekdays."""
    return dict.fromkeys(days, (opens, closes))


def is_open(here: datetime, hours: Hours, holidays: Collection[date] = ()) -> bool:
    """Whether somebody is there at `here`, given in the business's time zone."""
    if here.date() in holidays or here.weekday() not in hours:
        return False
    opens, closes = hours[here.weekday()]
    return opens <= here.time() < closes


def next_opening(here: datetime, hours: Hours, holidays: Collection[date] = ()) -> datetime | None:
    """The first moment from `here` on, in its time zone, at which somebody is there; None if there is none soon."""
    if is_open(here, hours, holidays):
        return here
    for ahead in range(FARTHEST.days):
        day = here.date() + timedelta(days=ahead)
        if day in holidays or day.weekday() not in hours:
            continue
        opens, closes = hours[day.weekday()]
        opening = datetime.combine(day, opens, here.tzinfo)
        if opens < closes and opening > here:
            return opening
    return None


ORDINALS = ("next", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def place_in_words(position: int) -> str:
    """Where somebody stands who is the `position`-th to be answered: "next", "second", … "number 11"."""
    return ORDINALS[position - 1] if position <= len(ORDINALS) else f"number {position}"
