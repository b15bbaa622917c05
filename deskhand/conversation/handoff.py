"""The packet that a person gets with a conversation. It states only what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time

from deskhand.conversation.escalation import Reason
from deskhand.conversation.model import HandoffPacket

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
}


def build_packet(
    reason: Reason,
    *,
    wishes: Sequence[str],
    done: Sequence[str],
    slots: Mapping[str, object],
    identity: str,
    crm_context: Mapping[str, object],
    last_words: str,
    tried_to_change: bool = False,
    open_wishes: Sequence[str] = (),
) -> HandoffPacket:
    """`wishes`: intents in the order in which they were expressed. `done`: what was carried out, in words.
    `tried_to_change`: a job that changes something came to its end, so the CRM may have changed. `open_wishes`: intents
    that the customer expressed beside others, and that nothing was done about yet."""
    wanted = [WISHES[intent] for intent in dict.fromkeys(wishes) if intent in WISHES and intent != "request_human"]
    wish = (
        f"The customer wants {', then '.join(wanted[-3:])}." if wanted else "The customer has not said what they want."
    )
    result = f" Done so far: {'; '.join(done)}." if done else ""
    result += " The CRM shows what has been changed." if tried_to_change else " Nothing has been changed."
    still = [WISHES[intent] for intent in dict.fromkeys(open_wishes) if intent in WISHES]
    result += f" Not begun yet: {'; '.join(still)}." if still else ""
    quote = f" Their last words: “{last_words[:300]}”" if last_words else ""
    return HandoffPacket(
        reason=reason.value,
        summary=f"{wish} Handed over because the customer {WHY[reason]}.{result}{quote}",
        tried=tuple(done),
        slots=dict(slots),
        crm_context=dict(crm_context),
        identity=identity,
        suggested_resolution=SUGGESTIONS.get(reason),
    )


def people_are_in(now: datetime, days: Sequence[int], opens: time, closes: time) -> bool:
    """Whether the desk is staffed at `now`, given in the business's time zone. Monday is day 0."""
    return now.weekday() in days and opens <= now.time() < closes
