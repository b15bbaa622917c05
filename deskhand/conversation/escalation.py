"""When a conversation goes to a person. Decided here, in code, and by no model."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a person takes over. The values are stored and shown in the desk."""

    ASKED_FOR_PERSON = "asked_for_person"
    ANGER = "anger"
    BILLING_DISPUTE = "billing_dispute"
    ACCOUNT_SECURITY = "account_security"
    LEGAL_THREAT = "legal_threat"
    SAFETY = "safety"
    BEREAVEMENT = "bereavement"
    VULNERABILITY = "vulnerability"
    NO_PROGRESS = "no_progress"
    # asked for by an action, through the slot `handoff_reason`
    REFUND_ABOVE_THRESHOLD = "refund_above_threshold"
    IDENTITY_NOT_VERIFIED = "identity_not_verified"
    SYSTEM_UNAVAILABLE = "system_unavailable"
    OUTSIDE_RULES = "outside_rules"
    """The customer wants what the business's rules do not allow the assistant to do."""


@dataclass(frozen=True)
class Signals:
    """What one turn tells. `confidence` is of the intent, 0 to 1."""

    intent: str | None = None
    confidence: float = 0.0
    text: str = ""
    turns_without_progress: int = 0
    requested_reason: str | None = None
    """A reason that an action asked for."""


@dataclass(frozen=True)
class Thresholds:
    """How sure is sure enough, and how patient a customer has to be."""

    person: float = 0.5
    high_stakes: float = 0.5
    turns_without_progress: int = 3


HIGH_STAKES = {
    "dispute_charge": Reason.BILLING_DISPUTE,
    "report_hacked_account": Reason.ACCOUNT_SECURITY,
    "threaten_legal_action": Reason.LEGAL_THREAT,
    "report_safety_issue": Reason.SAFETY,
    "report_bereavement": Reason.BEREAVEMENT,
    "mention_vulnerability": Reason.VULNERABILITY,
}

GOES_TO_A_PERSON = frozenset({*HIGH_STAKES, "request_human"})
"""Intents that must not wait behind another wish of the same message."""

# A person must be reachable even when the model misses it. Narrow on purpose: "is a real person packing my
# order?" is not a wish for one.
_PERSON = re.compile(
    r"^\W*(agent|human|person|representative|operator|real person|someone|staff|advisor|adviser)"
    r"(,? ?(please|pls|plz|now))?\W*$"
    r"|\b(speak|talk|chat|connect me|transfer me|put me through|pass me)\b[^.?!]{0,20}"
    r"\b(human|person|agent|representative|someone real|operator|advis[eo]r|member of staff|manager|supervisor)\b",
    re.IGNORECASE,
)
_NOT_A_PERSON = re.compile(r"\b(don'?t|do not|no need to|rather not)\b[^.?!]{0,25}\b(speak|talk|chat)\b", re.IGNORECASE)
_ANGER = re.compile(
    r"\b(i'?m|i am|im|so|absolutely|beyond|fucking|really|very|bloody) (furious|livid|fuming|disgusted|enraged)\b"
    r"|\b(sick and tired|had enough of (this|you|your)|fed up with (this|you|your))\b"
    r"|\b(worst (company|service|shop|customer service|experience)|absolute joke|utter(ly)? (useless|disgrace\w*))\b"
    r"|\b(disgraceful|a disgrace|never (buy|shop|order)\w* (from|with|here) (you )?again)\b"
    r"|\bf+u+c+k+ (you|off|this|ur|your)\b",
    re.IGNORECASE,
)


# High stakes are too grave to depend on a model alone. Each pattern leaves little room for another meaning.
_GRAVE = (
    (
        re.compile(
            r"\b(kill myself|killing myself|end my life|suicid\w*|self.?harm\w*|don'?t want to (live|be alive))\b", re.I
        ),
        Reason.VULNERABILITY,
    ),
    (
        re.compile(
            r"\b(gas (is )?leak\w*|leak\w* gas|smell\w* (of )?gas|caught (on )?fire|on fire|explod\w+|blew up"
            r"|electric(al)? shock|electrocuted|burn(t|ed) (my|his|her|our|me|him)|carbon monoxide"
            r"|battery.{0,20}(smok\w+|swell\w*|swollen)|(smok\w+|swollen).{0,12}battery)\b",
            re.I,
        ),
        Reason.SAFETY,
    ),
    (
        re.compile(
            r"\b(my|our|the) (late )?(mum|mother|dad|father|husband|wife|partner|son|daughter|brother|sister|nan"
            r"|gran\w*|uncle|aunt|friend)\b.{0,20}\b(died|passed away|has passed|deceased)\b|\bbereave\w*",
            re.I,
        ),
        Reason.BEREAVEMENT,
    ),
    (
        re.compile(r"\b(solicitor|small claims|legal action|take you to court|sue you|suing you|my lawyer)\b", re.I),
        Reason.LEGAL_THREAT,
    ),
)


def decide(signals: Signals, thresholds: Thresholds = Thresholds()) -> Reason | None:
    """Why this turn must go to a person, or None. What an action asked for counts first, then what is at stake,
    then what the customer wants and feels."""
    if signals.requested_reason:
        return Reason(signals.requested_reason)
    high_stakes = HIGH_STAKES.get(signals.intent or "")
    if high_stakes is not None and signals.confidence >= thresholds.high_stakes:
        return high_stakes
    for pattern, reason in _GRAVE:
        if pattern.search(signals.text):
            return reason
    if _wants_person(signals, thresholds):
        return Reason.ASKED_FOR_PERSON
    if _ANGER.search(signals.text):
        return Reason.ANGER
    if signals.turns_without_progress >= thresholds.turns_without_progress:
        return Reason.NO_PROGRESS
    return None


def _wants_person(signals: Signals, thresholds: Thresholds) -> bool:
    if signals.intent == "request_human" and signals.confidence >= thresholds.person:
        return True
    return bool(_PERSON.search(signals.text)) and not _NOT_A_PERSON.search(signals.text)
