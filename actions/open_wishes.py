"""Several wishes in one message: the first is served, the others wait their turn in a slot.

What waits is said again for the customer when its turn comes: Rasa gets the sentence as a message of its own, so that
whatever rule answers its intent answers it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rasa_sdk.events import ActionExecuted, UserUttered

from actions.turn import SERVED_LATER, Turn

SLOT = "open_wishes"
OFFER = "next_wish"
CLOSING_OFFERS = frozenset({"anything_else", "did_it_help"})
"""What the assistant asks at the end of a job. It waits until nothing else is open."""
MOST_OPEN = 4
MOST_QUOTED = 80
_JOINING = ("and", "also", "plus", "then", "but", "oh", "n", "&")

OpenWish = Mapping[str, Any]
"""`intent`, `text`, `confidence`, `entities`; `told`: the customer knows that it waits; `asked`: whether to go on
with it was asked."""


def open_wishes(turn: Turn) -> list[OpenWish]:
    """Those that wait, the next one first."""
    return list(turn.get(SLOT) or [])


def notice(turn: Turn, *, served: bool = True, under_way: str | None = None) -> None:
    """Keeps what the customer's message wishes for beside what is served now. Once in a turn.

    `served` says that the first wish is being served; otherwise it waits like the others. `under_way`: the wish that
    was being served when the message came; to say it once more is no new one.
    """
    if SLOT in turn.changes or turn.was_set(SLOT):
        return
    beside = [wish for wish in turn.wishes[1 if served else 0 :] if wish["intent"] != under_way]
    new = [_open_wish(turn, wish) for wish in beside]
    old = [wish for wish in open_wishes(turn) if not _said_again(turn, wish)]
    if new or len(old) != len(open_wishes(turn)):
        turn.set(SLOT, [*old, *new][:MOST_OPEN])


def _open_wish(turn: Turn, wish: Mapping[str, Any]) -> OpenWish:
    return {
        "intent": wish["intent"],
        "text": quoted(wish["text"]),
        "confidence": wish["confidence"],
        "entities": [dict(entity) for entity in turn.entities_of(wish)],
    }


def quoted(text: str) -> str:
    """The words of a wish without what joined it to the one before."""
    words = text.strip(" \t\n,;.:-–—&+").split()
    while words and words[0].lower().strip(",;.") in _JOINING:
        words.pop(0)
    while words and words[-1].lower().strip(",;.") in _JOINING:
        words.pop()
    return " ".join(words).rstrip(" ,;.")


def _said_again(turn: Turn, wish: OpenWish) -> bool:
    """Whether the customer has now asked for it by themselves, with nothing under way."""
    by_themselves = not turn.served_later and (turn.form is None or turn.activating)
    return by_themselves and wish["intent"] == turn.intent


def tell_what_waits(turn: Turn, place: int) -> None:
    """Tells once that it was seen and comes later: before the messages from `place` on, as these ask something."""
    waiting = open_wishes(turn)
    untold = [wish for wish in waiting if not wish.get("told")]
    if not untold:
        return
    turn.set(SLOT, [{**wish, "told": True} for wish in waiting])
    turn.say("utter_wish_waits", wish=" … ".join(f"“{_short(wish)}”" for wish in untold))
    messages = turn.dispatcher.messages
    messages.insert(place, messages.pop())


def _short(wish: OpenWish) -> str:
    text = str(wish["text"])
    return text if len(text) <= MOST_QUOTED else f"{text[:MOST_QUOTED].rsplit(' ', 1)[0]} …"


def go_on(turn: Turn, starts_a_job: frozenset[str]) -> None:
    """At the end of a job: goes on with the next open wish, or asks whether to. `starts_a_job`: such intents.

    What was said a moment ago needs no asking, nor does a question. A job that was told to wait is asked about, once:
    meanwhile it may have become clear, or unwanted.
    """
    waiting = open_wishes(turn)
    following = next((wish for wish in waiting if not wish.get("asked")), None)
    if following is None:
        return
    _without_closing_offers(turn)
    if not following.get("told") or following["intent"] not in starts_a_job:
        turn.say("utter_next_wish", wish=_short(following))
        say_for_customer(turn, following)
        return
    turn.set(SLOT, [{**wish, "asked": True} if wish is following else wish for wish in waiting])
    turn.say("utter_ask_next_wish", wish=_short(following), custom={"offer": OFFER})


def _without_closing_offers(turn: Turn) -> None:
    def closes(message: Mapping[str, Any]) -> bool:
        return (message.get("custom") or {}).get("offer") in CLOSING_OFFERS

    turn.dispatcher.messages[:] = [message for message in turn.dispatcher.messages if not closes(message)]


def say_for_customer(turn: Turn, wish: OpenWish) -> None:
    """Takes the wish off the list, and says it as though the customer had just said it alone."""
    turn.set(SLOT, [other for other in open_wishes(turn) if other != wish] or None)
    parsed = {
        "text": wish["text"],
        "intent": {"name": wish["intent"], "confidence": wish["confidence"]},
        "entities": [dict(entity) for entity in wish["entities"]],
        SERVED_LATER: True,
    }
    turn.more_events += [ActionExecuted("action_listen"), UserUttered(wish["text"], parsed)]


def asked_about(turn: Turn) -> OpenWish | None:
    """The wish that the customer was asked about last."""
    return next((wish for wish in reversed(open_wishes(turn)) if wish.get("asked")), None)


def drop(turn: Turn, wishes: Sequence[OpenWish]) -> None:
    """Takes wishes off the list that the customer no longer has."""
    turn.set(SLOT, [wish for wish in open_wishes(turn) if wish not in wishes] or None)
