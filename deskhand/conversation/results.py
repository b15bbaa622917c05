"""What the assistant's responses say was done, told or refused. Only what was said to the customer counts as having
happened: each response is said in one case alone, right after it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How an attempt ended."""

    DONE = "done"
    """Something was changed in the business's systems."""
    TOLD = "told"
    REFUSED = "refused"
    """The rules or how things are do not allow it."""
    FAILED = "failed"
    """A system did not answer, or the articles say nothing."""


@dataclass(frozen=True)
class Result:
    """What saying a response means."""

    words: str
    kind: Kind
    settles: str | None = None
    """The wish that nothing is open of afterwards."""


@dataclass(frozen=True)
class Said:
    """One message of the assistant, and what it answered."""

    response: str | None = None
    """Its name in `domain.yml`; None for a text of its own."""
    text: str = ""
    question: str = ""
    """What the customer had written."""
    sources: tuple[str, ...] = ()
    """Titles of the articles that it cites."""
    action: str | None = None
    """Which action said it."""


@dataclass(frozen=True)
class Attempt:
    """One thing that was tried, in words, and how it ended."""

    words: str
    kind: Kind
    settles: str | None = None


def _done(words: str, wish: str) -> Result:
    return Result(words, Kind.DONE, wish)


def _told(words: str, wish: str) -> Result:
    return Result(words, Kind.TOLD, wish)


def _refused(words: str) -> Result:
    return Result(words, Kind.REFUSED)


def _failed(words: str) -> Result:
    return Result(words, Kind.FAILED)


RESULTS: Mapping[str, Result] = {
    "utter_order_cancelled": _done("the order was cancelled", "cancel_order"),
    "utter_address_changed": _done("the delivery address was changed", "change_delivery_address"),
    "utter_return_refund_started": _done("a return for a refund was started", "start_return"),
    "utter_return_exchange_started": _done("a return for an exchange was started", "start_return"),
    "utter_link_sent": _done("a link for a new password was emailed", "reset_password"),
    "utter_account_verified": _done("the email address was verified", "verify_account"),
    "utter_account_unlocked": _done("the account was unlocked", "unlock_account"),
    "utter_appointment_booked": _done("a workshop appointment was booked", "book_appointment"),
    "utter_appointment_moved": _done("the workshop appointment was moved", "move_appointment"),
    "utter_appointment_cancelled": _done("the workshop appointment was cancelled", "cancel_appointment"),
    "utter_subscription_paused": _done("the subscription was paused", "pause_subscription"),
    "utter_subscription_resumed": _done("the subscription was resumed", "resume_subscription"),
    "utter_plan_changed": _done("the plan was changed", "change_plan"),
    "utter_plan_kept": _done("a change of plan was taken back", "change_plan"),
    "utter_subscription_cancelled": _done("the subscription was cancelled", "cancel_subscription"),
    "utter_your_appointment": _told("told when the workshop appointment is", "check_appointment"),
    "utter_your_appointments": _told("told when the workshop appointments are", "check_appointment"),
    "utter_return_awaiting_parcel": _told("told that we wait for the returned parcel", "refund_status"),
    "utter_return_received": _told("told that the returned parcel has arrived", "refund_status"),
    "utter_return_completed": _told("told that the refund was made", "refund_status"),
    "utter_exchange_received": _told("told that the parcel for the exchange has arrived", "refund_status"),
    "utter_exchange_completed": _told("told that the exchange was sent", "refund_status"),
    "utter_refund_of_cancelled_order": _told("told about the refund of a cancelled order", "refund_status"),
    "utter_no_orders": _refused("no order was found under their name"),
    "utter_order_not_found": _refused("the order number was not found among theirs"),
    "utter_no_changeable_order": _refused("none of their orders can be changed any more"),
    "utter_order_already_cancelled": _refused("the order had been cancelled before"),
    "utter_order_delivered_not_changeable": _refused("the order cannot be changed: it has been delivered"),
    "utter_order_dispatched_not_changeable": _refused("the order cannot be changed: it has been dispatched"),
    "utter_nothing_to_return": _refused("nothing of theirs can be returned"),
    "utter_already_returned": _refused("the item had been returned before"),
    "utter_return_not_delivered": _refused("it cannot be returned: it has not been delivered"),
    "utter_return_window_closed": _refused("it cannot be returned: the time for returns is over"),
    "utter_item_not_returnable": _refused("an item of the order cannot be returned"),
    "utter_refund_needs_person": _refused("the refund is above what the assistant may give"),
    "utter_no_returns": _refused("no return was found"),
    "utter_too_many_links": _refused("no further link for a new password could be sent: there were too many"),
    "utter_already_verified": _refused("the email address had been verified before"),
    "utter_not_locked": _refused("the account is not locked"),
    "utter_no_times_free": _refused("no free time was found at the workshop"),
    "utter_time_just_taken": _refused("the time at the workshop had just been taken"),
    "utter_no_appointments": _refused("no workshop appointment was found"),
    "utter_appointment_already_cancelled": _refused("the appointment had been cancelled before"),
    "utter_appointment_passed": _refused("the appointment is over"),
    "utter_no_subscription": _refused("there is no subscription"),
    "utter_pause_too_long": _refused("the pause is longer than the rules allow"),
    "utter_not_paused": _refused("the subscription is not paused"),
    "utter_cancelled_not_resumed": _refused("the subscription was cancelled, and cannot be resumed"),
    "utter_resume_too_late": _refused("the date for resuming is too late"),
    "utter_same_plan": _refused("they are on that plan already"),
    "utter_identity_mismatch": _refused("what they gave to identify themselves matched nobody"),
    "utter_code_wrong": _refused("the one-time code was wrong"),
    "utter_identity_locked": _refused("they were locked out after too many attempts to identify themselves"),
    "utter_too_many_codes": _refused("no further one-time code was sent: there were too many"),
    "utter_system_unavailable": _failed("a system did not answer"),
    "utter_system_unavailable_midway": _failed("a system did not answer in the middle of a change, which may be made"),
    "utter_subscription_changed_meanwhile": _failed("the subscription was changed by somebody else meanwhile"),
    "utter_cannot_look_up": _failed("the articles could not be looked up"),
    "utter_no_answer": _failed("the articles had no answer"),
    "utter_no_answer_in_form": _failed("the articles had no answer"),
    "utter_no_answer_to_problem": _failed("the articles had no answer"),
    "utter_unclear": _failed("they were not understood"),
    "utter_unclear_again": _failed("they were not understood"),
    "utter_unclear_in_form": _failed("they were not understood"),
    "utter_unclear_in_form_again": _failed("they were not understood"),
    "utter_stopped": Result("the customer stopped what was under way", Kind.TOLD),
    "utter_did_not_help": _failed("the answer did not help"),
}
IN_OWN_WORDS = {"action_order_status": _told("told where the order is", "order_status")}
"""What an action's texts mean that are no responses."""
_QUOTES = frozenset({"utter_no_answer", "utter_no_answer_in_form", "utter_no_answer_to_problem"})
"""Of these the customer's question belongs to what happened."""
_NUMBER = re.compile(r"\b[A-Z]{1,3}-[0-9]{3,}\b")
MOST_QUOTED = 120


def attempts(said: Sequence[Said]) -> list[Attempt]:
    """What was tried, in order, each once."""
    found: dict[Attempt, None] = {}
    for message in said:
        attempt = _attempt(message)
        if attempt is not None:
            found.pop(attempt, None)
            found[attempt] = None
    return list(found)


def _attempt(message: Said) -> Attempt | None:
    if message.sources:
        source = ", ".join(f"“{title}”" for title in message.sources)
        asked = f" on “{quoted(message.question)}”" if message.question else ""
        return Attempt(f"answered from the articles ({source}){asked}", Kind.TOLD, "ask_question")
    result = RESULTS.get(message.response) if message.response else IN_OWN_WORDS.get(message.action or "")
    if result is None:
        return None
    about = f" on “{quoted(message.question)}”" if message.response in _QUOTES and message.question else ""
    return Attempt(f"{result.words}{about}{_numbers(message.text)}", result.kind, result.settles)


def _numbers(text: str) -> str:
    """The order, return or appointment that a message names."""
    named = list(dict.fromkeys(_NUMBER.findall(text)))
    return f" ({', '.join(named[:3])})" if named else ""


def quoted(text: str) -> str:
    """A customer's words, cut to what a line bears."""
    words = " ".join(text.split())
    return words if len(words) <= MOST_QUOTED else f"{words[: MOST_QUOTED - 1].rstrip()}…"
