"""When a conversation goes to a person. Decided here, in code, and by no model."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from deskhand.conversation.mood import Feeling, strain


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
    shares: Mapping[str, float] = field(default_factory=dict)
    """How likely the message is of each intent, as far as it was told."""
    feelings: Sequence[Feeling] = ()
    """How the customer's messages sound, the present one last."""


@dataclass(frozen=True)
class Thresholds:
    """How sure is sure enough, and how patient a customer has to be."""

    person: float = 0.4
    high_stakes: float = 0.4
    high_stakes_together: float = 0.4
    """Of all grave matters together, where the message may be of several: "fraud" is about money and an account."""
    anger: float = 0.6
    """How angry or distressed one message must sound, 0 to 1."""
    strain: float = 1.2
    """How heavy a conversation may become, see `mood.strain`: one angry message weighs 1."""
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
    r"\b(human|person|agent|representative|someone real|operator|advis[eo]r|member of staff|manager|supervisor)\b"
    r"|\b(hand|pass|put|transfer|connect) me (over|on|through|thro|thru|along|across)\b(?! hell)"
    r"|\b(speak|talk|chat) (to|with|2) (some|any)(one|body|1)\b(?! else'?s)"
    # A person can be asked for in languages that the assistant does not speak.
    r"|\b(mensch(en)?|mitarbeiter(in)?|berater(in)?|echten person|jemandem)\b[^.?!]{0,25}\b(sprechen|reden|schreiben)\b"
    r"|\bparler (à|a|avec) (un|une|quelqu)[^.?!]{0,20}\b(humain|personne|conseiller|conseillère|agent|un)\b"
    r"|\bhablar con (una persona|un agente|un humano|alguien)\b|\bparlare con (una persona|un operatore|qualcuno)\b",
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


_RELATIVE = (
    "(mum|mam|mom|mother|dad|father|husband|wife|partner|fianc[eé]e?|son|daughter|brother|sister|nan|gran\\w*|uncle|aunt"
    "|friend|neighbour|boy|girl)"
)
_BODY = (
    r"(\w+ )?(hands?|fingers?|thumbs?|arms?|wrists?|legs?|foot|feet|face|eyes?|lips?|mouth|tongue|skin|hair|son"
    r"|daughter|kids?|child|baby|dog|cat)"
)
_OVERHEATED = r"(smok(es|ed|ing)|swell\w*|swollen|bulg\w+|puffed up|melt(s|ed|ing))"

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
            r"|electric(al)? shock|electrocuted|carbon monoxide(?! (alarm|detector|monitor|sensor)s)"
            rf"|burn(t|ed) (me|him|(my|his|her|our) {_BODY})"
            rf"|(battery|batteries|power ?bank|charger)\b.{{0,30}}{_OVERHEATED}"
            rf"|{_OVERHEATED}.{{0,12}}(battery|power ?bank|charger)"
            r"|hiss(es|ing)\b[^?]{0,80}\b(smells?|stinks)|(smells?|stinks)\b[^?]{0,80}\bhiss(es|ing))\b",
            re.I,
        ),
        Reason.SAFETY,
    ),
    (
        re.compile(
            # "my dad's torch died", "my wife says it died"
            rf"\b(my|our|the) {_RELATIVE}\b((?!['’]s\b|\bsa(ys|id)\b).){{0,20}}"
            r"\b(died|passed away|has passed|deceased)\b"
            rf"|\b(my|our|his|her|their) late {_RELATIVE}\b|\bi('m| am|'ve been| was left) a widow(er)?\b"
            r"|\bstill-?born\b|\bbereaved\b",
            re.I,
        ),
        Reason.BEREAVEMENT,
    ),
    (
        re.compile(
            r"\b(small claims|legal action|(take|taking|see) you (to|in) court|sue you|suing you|letter before action"
            r"|(hear|letter) from (my|our) (solicitor|lawyer)s?"
            r"|(my|our) (solicitor|lawyer)s? (has|have|is|are|will|says?|said|shall|would|thinks?|advise\w*)"
            r"|(instruct\w*|seen|spoke\w* to|contact\w*|call\w*|ring\w*|rung|rang) (a|my|our) (solicitor|lawyer)"
            r"|(report\w*|complain\w*|complaint|writ\w+|rung|rang|ring\w*)\b[^.?!]{0,30}\b(to|with|at)? ?"
            r"(trading standards|the ombudsman|the ico|the information commissioner))\b",
            re.I,
        ),
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
    if likely := _likely_grave(signals.shares, thresholds):
        return likely
    if _wants_person(signals, thresholds):
        return Reason.ASKED_FOR_PERSON
    if _is_angry(signals, thresholds):
        return Reason.ANGER
    if signals.turns_without_progress >= thresholds.turns_without_progress:
        return Reason.NO_PROGRESS
    return None


_IN_VAIN = re.compile(
    r"\b(that|this)( i|')?s not (it|the question|the one)\b"
    r"|\b(not|isn'?t|wasn'?t) what i('m| am|'ve| have|'d)? (asked|ask|asking|meant|mean|said|say|looking|after)\b"
    r"|\b(you|u)('re| are|r)? (still )?(not|n'?t) (getting|understanding|listening|reading|answering|helping)\b"
    r"|\b(you|u) (still )?(don'?t|do not|didn'?t|did not|never|haven'?t) (\w+ )?"
    r"(get (it|me|that|what)|understand|understood|listen|read|answer)"
    r"|\bmis(sing the point|underst\w+)\b|\bno,? (that'?s|it'?s) (still )?(wrong|not (it|that|right))\b"
    r"|\bnothing to do with (my|what|that)\b|\bstill (wrong|not (it|right|that|what))\b"
    r"|\byou'?ve got (it|that|me) wrong\b"
    r"|\bi (already|just) (told|said|asked|explained|answered)\b"
    r"|^\W*(no\W+)?not (that|that one|this|either)\b[\w ]{0,10}$",
    re.IGNORECASE,
)


IN_VAIN_FROM = 0.5
"""From this probability on a message says that the answer before missed."""
IN_VAIN_AGAIN_FROM = 0.2
"""Likewise of a customer who has got nowhere already, and so is likelier to say so."""


def in_vain(text: str, probability: float = 0.0, again: bool = False) -> bool:
    """Whether a customer says that what they were answered is not what they wanted: by words that leave no doubt, or
    as the assistant learned it."""
    return probability >= (IN_VAIN_AGAIN_FROM if again else IN_VAIN_FROM) or bool(_IN_VAIN.search(text))


_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_SMALL = re.compile(
    r"a|an|and|are|at|be|do|i|in|is|it|me|my|no|not|of|ok|on|or|please|that|the|this|to|want|was|with|yes|you|your|again"
    r"|said|just|mean|meant|\d+"
)
MOSTLY_THE_SAME = 0.6


def says_again(text: str, before: str) -> bool:
    """Whether a message says in vain what the one before said: nobody repeats what has been answered."""
    now, then = _content(text), _content(before)
    return bool(now and then) and len(now & then) >= MOSTLY_THE_SAME * len(now | then)


def _content(text: str) -> set[str]:
    words = {re.split("['’]", word.lower())[0] for word in _WORD.findall(text)}
    return {word for word in words if not _SMALL.fullmatch(word)}


def _likely_grave(shares: Mapping[str, float], thresholds: Thresholds) -> Reason | None:
    """The likeliest of the grave matters, if one of them is likely at all."""
    grave = {intent: share for intent, share in shares.items() if intent in HIGH_STAKES}
    if not grave or sum(grave.values()) < thresholds.high_stakes_together:
        return None
    return HIGH_STAKES[max(grave, key=lambda intent: grave[intent])]


def _is_angry(signals: Signals, thresholds: Thresholds) -> bool:
    """By one message that says so, or by several that do not yet. One that is calm again is no reason."""
    complains = sum(signals.shares.get(intent, 0.0) for intent in ("complain", "insult"))
    if _ANGER.search(signals.text) or (complains >= UPSET and _shouts(signals.text)):
        return True
    if not signals.feelings:
        return False
    if _is_bare_insult(signals) and strain(signals.feelings[:-1]) < thresholds.anger:
        return False
    present = signals.feelings[-1]
    if present.angry + present.distressed >= thresholds.anger:
        return True
    upset = present.annoyed + present.angry + present.distressed >= UPSET
    return upset and strain(signals.feelings) >= thresholds.strain


def _is_bare_insult(signals: Signals) -> bool:
    """A few words at the assistant, which answers them calmly and offers a person. The second one counts."""
    words = len(signals.text.split())
    return signals.intent == "insult" and words <= MOST_BARE and not _AT_BUSINESS.search(signals.text)


MOST_BARE = 5
"""Words. A longer insult is more than a moment's temper."""
_AT_BUSINESS = re.compile(
    r"\b(your|this|what an?|of an?) ([\w-]+ ){0,2}(company|business|shop|store|firm|outfit|staff|people)\b"
    r"|\b(you|u) (\w+ )?(people|lot|guys|folks?|bunch|shower)\b|\byous\b"
    r"|\b(lot|all) of (you|yous|ye|u|them)\b",
    re.IGNORECASE,
)
"""What insults those who are behind the assistant, and so is more than annoyance with a machine."""


def _shouts(text: str) -> bool:
    return len(text.split()) >= FEWEST_SHOUTED and text.isupper()


FEWEST_SHOUTED = 3
UPSET = 0.5
"""From this share on a message is not calm."""


def _wants_person(signals: Signals, thresholds: Thresholds) -> bool:
    if signals.intent == "request_human" and signals.confidence >= thresholds.person:
        return True
    return bool(_PERSON.search(signals.text)) and not _NOT_A_PERSON.search(signals.text)
