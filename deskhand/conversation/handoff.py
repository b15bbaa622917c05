"""The packet that a person gets with a conversation. It states only what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from deskhand.conversation.escalation import Reason
from deskhand.conversation.model import Citation, HandoffPacket
from deskhand.conversation.mood import Feeling, overall, strain
from deskhand.conversation.results import Attempt, Kind, Said, attempts

WISHES = {
    "order_status": "to know where an order is",
    "cancel_order": "to cancel an order",
    "change_delivery_address": "to have an order sent to another address",
    "start_return": "to return something",
    "refund_status": "to know where a refund is",
    "reset_password": "to reset the password",
    "verify_account": "to verify the account",
    "unlock_account": "to unlock the account",
    "book_appointment": "to book a workshop appointment",
    "move_appointment": "to move a workshop appointment",
    "cancel_appointment": "to cancel a workshop appointment",
    "check_appointment": "to know when their workshop appointment is",
    "pause_subscription": "to pause the subscription",
    "resume_subscription": "to resume the subscription",
    "change_plan": "to change the subscription's plan",
    "cancel_subscription": "to cancel the subscription",
    "check_subscription": "to know about their subscription",
    "ask_question": "an answer to a question",
    "report_problem": "help with a product that does not work",
    "complain": "to complain",
    "dispute_charge": "to dispute a charge",
    "report_hacked_account": "help with an account that someone else may have used",
    "threaten_legal_action": "to take legal steps",
    "report_safety_issue": "to report something unsafe",
    "report_bereavement": "help after a death",
    "mention_vulnerability": "help, and told us of a difficult situation",
    "request_human": "to speak with a person",
}

WHY = {
    Reason.ASKED_FOR_PERSON: "asked for a person",
    Reason.ANGER: "is angry",
    Reason.BILLING_DISPUTE: "disputes a charge",
    Reason.ACCOUNT_SECURITY: "reports a security problem with the account",
    Reason.LEGAL_THREAT: "mentions legal steps",
    Reason.SAFETY: "reports a safety problem",
    Reason.BEREAVEMENT: "reports a death",
    Reason.VULNERABILITY: "is in a difficult situation",
    Reason.NO_PROGRESS: "was not understood several times in a row",
    Reason.REFUND_ABOVE_THRESHOLD: "wants a refund above what the assistant may give",
    Reason.IDENTITY_NOT_VERIFIED: "could not be identified",
    Reason.SYSTEM_UNAVAILABLE: "could not be helped because a system did not answer",
    Reason.OUTSIDE_RULES: "wants something that the rules do not allow the assistant to do",
}

SUGGESTIONS = {
    Reason.REFUND_ABOVE_THRESHOLD: "Check the items, then decide on the refund: the customer was told that you do.",
    Reason.IDENTITY_NOT_VERIFIED: "Identify the customer another way before anything is shown or changed.",
    Reason.ACCOUNT_SECURITY: "Lock the account, then check recent changes and orders.",
    Reason.SAFETY: "Ask whether anyone is hurt, tell them to stop using the product, and file a safety report.",
    Reason.SYSTEM_UNAVAILABLE: "Do it by hand, or ask the customer to come back when the system answers.",
    Reason.BILLING_DISPUTE: "Compare the payments with the orders and the subscription, then explain or refund.",
    Reason.LEGAL_THREAT: "Admit and promise nothing; pass it to whoever deals with legal matters, and say by when.",
    Reason.BEREAVEMENT: "Stop what still comes in that name, and ask for no more proof than is needed.",
    Reason.VULNERABILITY: "Take time, and ask what would help. If a life is in danger, say whom to call.",
    Reason.ANGER: "Say sorry for what went wrong, settle what is open first, and say what happens next and when.",
}
"""What an agent does first. What the articles say on what is open comes beside it."""

POLICY_QUESTIONS = {
    Reason.BILLING_DISPUTE: "I was charged twice",
    Reason.ACCOUNT_SECURITY: "I got a suspicious message and entered my password",
    Reason.SAFETY: "is there a product recall",
    Reason.REFUND_ABOVE_THRESHOLD: "how do refunds work",
    Reason.LEGAL_THREAT: "how do I make a complaint",
    Reason.ANGER: "how do I make a complaint",
}
"""What to look up in the articles where the reason says more than the wish."""

WISH_QUESTIONS = {
    "cancel_order": "can I cancel an order",
    "change_delivery_address": "can I change the delivery address of an order",
    "start_return": "how do I return something",
    "refund_status": "my refund has not arrived",
    "order_status": "my parcel is late or missing",
    "report_problem": "the product is faulty",
    "pause_subscription": "how do I pause my subscription",
    "change_plan": "how do I change my plan",
    "cancel_subscription": "how do I cancel my subscription",
    "book_appointment": "what does the workshop repair",
}


@dataclass(frozen=True)
class Told:
    """What the assistant knows of a conversation when it hands it over."""

    wishes: Sequence[str] = ()
    """Intents in the order in which they were expressed."""
    said: Sequence[Said] = ()
    """What the assistant said, in order."""
    under_way: str | None = None
    """The wish whose form was not finished."""
    waiting: Sequence[str] = ()
    """Wishes that the customer expressed beside others, and that nothing was done about yet."""
    last_words: str = ""
    agents_said: Sequence[str] = ()
    """To the customer, before the assistant had the conversation again."""
    changed_something: bool = False
    """A job that changes something came to its end, so the CRM may have changed, whatever was said."""
    feelings: Sequence[Feeling] = ()
    language: str | None = None
    """The customer's, as far as it is known: "en"."""


@dataclass(frozen=True)
class Policy:
    """What the articles say on what is open."""

    text: str
    title: str
    url: str = ""


def build_packet(
    reason: Reason,
    told: Told,
    *,
    slots: Mapping[str, object],
    identity: str,
    crm_context: Mapping[str, object],
    policy: Policy | None = None,
) -> HandoffPacket:
    """States only what was said and done. `crm_context` is empty for somebody who is not identified."""
    tried = attempts(told.said)
    return HandoffPacket(
        reason=reason.value,
        summary=" ".join(facts(reason, told, identity)),
        tried=tuple(attempt.words for attempt in tried),
        slots=dict(slots),
        crm_context=dict(crm_context),
        identity=identity,
        suggested_resolution=_suggestion(reason, policy),
        policy=Citation(policy.title, policy.url) if policy else None,
        open=tuple(WISHES[wish] for wish in open_wishes(told, tried)),
        mood=overall(told.feelings).value,
        sentiment=-min(1.0, strain(told.feelings)) if told.feelings else None,
        language=told.language,
    )


def facts(reason: Reason, told: Told, identity: str) -> list[str]:
    """The summary, a sentence each."""
    tried = attempts(told.said)
    wanted = [WISHES[wish] for wish in dict.fromkeys(told.wishes) if wish in WISHES and wish != "request_human"]
    lines = [
        f"The customer wants {', then '.join(wanted[-3:])}." if wanted else "The customer has not said what they want.",
        f"Handed over because the customer {WHY[reason]}.",
        f"{IDENTITIES[identity]}." if identity in IDENTITIES else "",
        _listed("Done so far", [each for each in tried if each.kind is Kind.DONE]),
        _listed("Told", [each for each in tried if each.kind is Kind.TOLD]),
        _listed("In vain", [each for each in tried if each.kind in {Kind.REFUSED, Kind.FAILED}]),
        _agents_said(told),
        _changes(told, tried),
        _open(told, tried),
        f"Their last words: “{told.last_words[:300]}”" if told.last_words else "",
    ]
    return [line for line in lines if line]


IDENTITIES = {
    "none": "They have not been identified",
    "matched": "What they gave matches a customer, without a confirmation by a code",
    "confirmed": "They confirmed who they are by a code",
}


def _listed(title: str, tried: Sequence[Attempt]) -> str:
    words = list(dict.fromkeys(attempt.words for attempt in tried))
    return f"{title}: {'; '.join(words[-MOST_LISTED:])}." if words else ""


MOST_LISTED = 4
MOST_QUOTED = 2
LONGEST_QUOTED = 200


def _agents_said(told: Told) -> str:
    quoted = (f"“{words[:LONGEST_QUOTED]}”" for words in told.agents_said[-MOST_QUOTED:])
    return f"An agent had said: {' '.join(quoted)}" if told.agents_said else ""


def _changes(told: Told, tried: Sequence[Attempt]) -> str:
    if told.changed_something:
        return "The CRM shows what has been changed."
    return "" if any(attempt.kind is Kind.DONE for attempt in tried) else "Nothing has been changed."


def open_wishes(told: Told, tried: Sequence[Attempt]) -> list[str]:
    """What nothing has settled yet, in the order in which it was wished for."""
    settled = {attempt.settles for attempt in tried} - {told.under_way, *told.waiting}
    wished = [*told.wishes, *([told.under_way] if told.under_way else []), *told.waiting]
    return [
        wish
        for wish in dict.fromkeys(wished)
        if wish in WISHES and wish not in settled and wish not in NOTHING_TO_SETTLE
    ]


NOTHING_TO_SETTLE = frozenset({"request_human", "complain"})


def _open(told: Told, tried: Sequence[Attempt]) -> str:
    waiting = [WISHES[wish] for wish in dict.fromkeys(told.waiting) if wish in WISHES]
    unsettled = [WISHES[wish] for wish in open_wishes(told, tried) if WISHES[wish] not in waiting]
    begun = f"Open: {'; '.join(unsettled)}." if unsettled else ""
    later = f"Not begun yet: {'; '.join(waiting)}." if waiting else ""
    return " ".join(part for part in (begun, later) if part)


def _suggestion(reason: Reason, policy: Policy | None) -> str | None:
    first = SUGGESTIONS.get(reason)
    rule = f"“{policy.title}” says: {policy.text}" if policy else None
    return " ".join(part for part in (first, rule) if part) or None


def question_for_articles(reason: Reason, told: Told) -> str | None:
    """What an agent would look up: on the reason, else on what is open; None where no article can help."""
    if reason in POLICY_QUESTIONS:
        return POLICY_QUESTIONS[reason]
    unsettled = open_wishes(told, attempts(told.said))
    return next((WISH_QUESTIONS[wish] for wish in reversed(unsettled) if wish in WISH_QUESTIONS), None)


def people_are_in(now: datetime, days: Sequence[int], opens: time, closes: time) -> bool:
    """Whether the desk is staffed at `now`, given in the business's time zone. Monday is day 0."""
    return now.weekday() in days and opens <= now.time() < closes
