"""What a customer wants who waits for a person. Pure functions.

While nobody has taken over yet, the assistant may still do a few things: say where the customer stands, arrange a
callback, take the conversation back. Everything else that is written meanwhile is for the person.
"""

from __future__ import annotations

import json
import re
from enum import StrEnum

PLACE_PAYLOAD = "/request_human"
"""Asked again, `action_handoff` says where the customer stands."""
BACK_PAYLOAD = '/stop{"back": "assistant"}'
CALLBACK_PAYLOADS = {
    "phone": '/request_human{"callback_reach": "phone"}',
    "email": '/request_human{"callback_reach": "email"}',
}
QUESTION = '/inform{"callback_'
"""How the payload of every button begins with which the callback's form asks something."""


class Wish(StrEnum):
    PLACE = "place"
    BACK = "back"
    CALL = "call"
    EMAIL = "email"


_ASSISTANT = r"(?:the |your |this )?(?:bot|chat ?bot|robot|assistant|ai|machine|computer|fern)"
_BACK = re.compile(
    rf"\bback (?:to|with|on to) {_ASSISTANT}\b"
    rf"|\breturn (?:me )?to {_ASSISTANT}\b"
    rf"|\b(?:rather|instead) (?:talk|speak|chat|carry on|go on|continue|use) (?:to|with)?\s*{_ASSISTANT}\b"
    rf"|\b(?:carry on|go on|continue|talk|speak|chat) (?:to|with) {_ASSISTANT}\b"
    r"|\b(?:don'?t|do not|no longer|needn'?t) (?:need|want|have to have)? ?(?:a|the|to (?:talk|speak) to (?:a|the)) "
    r"(?:person|human|agent|advis[eo]r)(?: any ?more| after all| now)?\W*$"
    r"|^\W*(?:never ?mind|nvm|forget (?:it|about it)|cancel that)(?:[\s,.!]+(?:thanks|thank you|then|please))*\W*$"
    rf"|^\W*{_ASSISTANT}(?: please| pls)?\W*$",
    re.IGNORECASE,
)
_NOT_BACK = re.compile(
    rf"\b(?:don'?t|do not|not|never|no|stop) (?:\w+ ){{0,3}}(?:to|with) {_ASSISTANT}\b|\bno more {_ASSISTANT}\b",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\b(?:where|what number|which (?:place|position)|what(?:'?s| is) my (?:place|position))\b.{0,25}"
    r"\b(?:queue|line|list)\b"
    r"|\b(?:my|what) (?:place|position|number) in (?:the )?(?:queue|line)\b"
    r"|\bhow many (?:people )?(?:are )?(?:there )?(?:ahead|before|in front|in the queue)\b"
    r"|\bhow (?:much )?long(?:er)?\b.{0,30}\b(?:wait|take|queue|until|till|before|be|person|someone|somebody|agent)\b"
    r"|^\W*how (?:much )?long(?:er)?\W*$"
    r"|\bwhen (?:will|is|does) (?:a |an |the |some)?(?:person|human|agent|one|body|somebody|someone|anyone)\b"
    r"|^\W*(?:hello\W+)?(?:is )?(?:any(?:one|body)|some(?:one|body)) (?:there|here|around|coming)\W*$"
    r"|\bstill waiting\W*$"
    r"|\bam i (?:still )?(?:in the queue|in line|next|first)\b",
    re.IGNORECASE,
)
_NOT_WANTED = r"(?<!don't )(?<!dont )(?<!do not )(?<!not to )(?<!please not )(?<!never )"
_CALL = re.compile(
    rf"\b{_NOT_WANTED}(?:call|ring|phone|telephone)\s+(?:me|us)\b(?!\s+(?:a|an|mr|mrs|stupid|names)\b)"
    r"|\b(?:a|the|my) ?call ?-?back\b|\bcall ?-?back\b(?! (?:your|the) (?:driver|courier|parcel))"
    r"|\bgive (?:me|us) a (?:call|ring|bell|buzz)\b|\bcan (?:i|we) (?:get|have) a (?:phone )?call\b"
    r"|\bphone me\b",
    re.IGNORECASE,
)
_NO_CALL = re.compile(
    r"\b(?:don'?t|do not|no need to|never|stop|rather not|nobody|no ?one)\b[^.?!]{0,20}\b(?:call|ring|phone|callback)\b"
    r"|\b(?:called|rang|phoned|calls|rings)\b|\b(?:call|ring|phone)(?:ing)? (?:you|your|up)\b",
    re.IGNORECASE,
)
_EMAIL = re.compile(
    r"\b(?:e-?mail|write) (?:me|us)\b"
    r"|\b(?:answer|reply|response|get back to me|contact me)\b[^.?!]{0,20}\b(?:by|via|per|over|in an?) e-?mail\b"
    r"|\bby e-?mail (?:instead|please|would)\b|^\W*(?:by )?e-?mail(?: please| instead| is fine)?\W*$",
    re.IGNORECASE,
)
_NO_EMAIL = re.compile(r"\b(?:don'?t|do not|never|stop|nobody|no ?one|not)\b[^.?!]{0,20}\be-?mail", re.IGNORECASE)


def wish_while_waiting(text: str) -> Wish | None:
    """What the assistant may do for somebody who waits and types this; None for what a person has to read."""
    if len(text) > 200:
        return None
    if _BACK.search(text) and not _NOT_BACK.search(text):
        return Wish.BACK
    if wish := wish_for_callback(text):
        return wish
    return Wish.PLACE if _PLACE.search(text) else None


def wish_for_callback(text: str) -> Wish | None:
    """`CALL` or `EMAIL` when the text asks to be reached later that way."""
    if _CALL.search(text) and not _NO_CALL.search(text):
        return Wish.CALL
    if _EMAIL.search(text) and not _NO_EMAIL.search(text):
        return Wish.EMAIL
    return None


def payload_of(wish: Wish, text: str) -> str:
    """What Rasa is told of a wish that was typed. A callback's words may say when."""
    if wish is Wish.BACK:
        return BACK_PAYLOAD
    if wish is Wish.PLACE:
        return PLACE_PAYLOAD
    entities = {"callback_reach": "phone" if wish is Wish.CALL else "email", "callback_at": text}
    return f"/request_human{json.dumps(entities, ensure_ascii=False)}"


def is_for_assistant(payload: str) -> bool:
    """Whether a pressed button is the assistant's business although a person is awaited."""
    return payload.startswith((PLACE_PAYLOAD, BACK_PAYLOAD, QUESTION))
