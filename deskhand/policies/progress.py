"""How long a conversation has been getting nowhere, read from the tracker's events."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.core.constants import ACTION_DEFAULT_FALLBACK_NAME, REQUESTED_SLOT
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    BotUttered,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)

from deskhand.conversation.escalation import in_vain, says_again

HANDOFF_ACTION = "action_handoff"
HANDOFF_REASON = "handoff_reason"
LOST_INTENTS = frozenset({None, DEFAULT_NLU_FALLBACK_INTENT_NAME, "dont_know", "foreign_language", "out_of_scope"})
"""What a customer says whom the assistant does not get any further with."""
MAY_BE_REPEATED = frozenset({"affirm", "deny", "thank", "greet", "goodbye", "rate", "stop", "repeat_that"})
NO_ANSWER = frozenset({"utter_no_answer", "utter_no_answer_in_form", "utter_no_answer_to_problem"})
IN_VAIN = "in_vain"
"""Where `deskhand.nlu` leaves how probably a message says that the answer before missed, in the result of its parse."""
UTTER_ACTION = "utter_action"
"""Where the metadata of what was said has the response's name."""
ANSWER_INTENTS = frozenset({"inform", "correct", "affirm", "deny"})
"""What a customer says to answer a question. It helps only if it changes something."""


@dataclass
class Turn:
    """A customer's message, and what came of it."""

    message: UserUttered
    asked_before: object
    """The slot that a form had asked for when the message came."""
    events: list[Event] = field(default_factory=list)
    said_before: str = ""
    """The customer's message before."""

    def concerned(self, form: str) -> bool:
        """Whether the form ran or was rejected: both events carry its name."""
        return any(getattr(event, "action_name", None) == form for event in self.events)

    def slots(self) -> dict[str, object]:
        """The last value of each slot that was set in this turn."""
        return {event.key: event.value for event in self.events if isinstance(event, SlotSet)}

    def had_no_answer(self) -> bool:
        """Whether a question was asked that the articles have no answer to."""
        uttered = {event.metadata.get(UTTER_ACTION) for event in self.events if isinstance(event, BotUttered)}
        return not uttered.isdisjoint(NO_ANSWER)

    def says_again(self) -> bool:
        """Whether the customer had to say the same once more. A button may be pressed twice, and thanks be given."""
        text = self.message.text or ""
        return (
            self.message.intent_name not in MAY_BE_REPEATED and text[:1] != "/" and says_again(text, self.said_before)
        )

    def filled(self) -> bool:
        """Whether it left a slot filled that was not only for asking or for handing over."""
        slots = self.slots()
        return any(slots[name] is not None for name in slots.keys() - {REQUESTED_SLOT, HANDOFF_REASON})

    def was_lost(self) -> bool:
        """Whether the turn itself shows that it brought nothing: it left no slot filled, and the customer was not
        understood, got no answer, or gave an answer that the form rejected or asked for again."""
        if self.filled():
            return False
        if self.message.intent_name in LOST_INTENTS or ran(self.events, ACTION_DEFAULT_FALLBACK_NAME):
            return True
        if self.had_no_answer():
            return True
        asked = self.slots().get(REQUESTED_SLOT, self.asked_before)
        asked_again = asked is not None and asked == self.asked_before
        rejected = any(isinstance(event, ActionExecutionRejected) for event in self.events)
        return (asked_again or rejected) and self.message.intent_name in ANSWER_INTENTS

    def says_missed(self, again: bool) -> bool:
        """Whether the message says that the answer before missed, in so many words or by asking the same once more;
        `again`: of a customer who has got nowhere already."""
        probability = (self.message.parse_data or {}).get(IN_VAIN) or 0.0
        return in_vain(self.message.text or "", probability, again) or self.says_again()


def turns_without_progress(events: Iterable[Event], form: str | None) -> int:
    """How many of the latest turns in a row brought nothing, as far as is known.

    A turn shows it itself, or the message after it says so. Counting starts anew after a handoff and in a new session.
    While `form` is active, the present turn counts only after the form has had its say: what reads like nonsense may
    be the answer that it asked for.
    """
    turns = _turns(events)
    if form is not None and turns and not turns[-1].concerned(form):
        turns.pop()
    lost = [turn.was_lost() for turn in turns]
    missed = [False] * len(turns)
    """Of each message whether it says that the turn before was lost."""
    for place in range(1, len(turns)):
        missed[place] = turns[place].says_missed(again=lost[place - 1] or missed[place - 1])
        lost[place - 1] |= missed[place]
    if not turns or turns[-1].filled() or not (lost[-1] or missed[-1]):
        return 0
    last = len(turns) - 1 if lost[-1] else len(turns) - 2
    first = last
    while first > 0 and (lost[first - 1] or _between(turns, missed, first - 1)):
        first -= 1
    return last - first + 1


def _between(turns: Sequence[Turn], missed: Sequence[bool], place: int) -> bool:
    """Whether the customer says of the turns before and after this one that they missed. Then so did this one, unless
    it left a slot filled: not every way to say it is known."""
    return missed[place] and place + 2 < len(turns) and missed[place + 2] and not turns[place].filled()


def _turns(events: Iterable[Event]) -> list[Turn]:
    turns: list[Turn] = []
    asked: object = None
    said = ""
    for event in events:
        if isinstance(event, SessionStarted) or is_action(event, HANDOFF_ACTION):
            turns = []
        elif isinstance(event, UserUttered):
            turns.append(Turn(event, asked, said_before=said))
            said = event.text or ""
        elif turns:
            turns[-1].events.append(event)
        if isinstance(event, SlotSet) and event.key == REQUESTED_SLOT:
            asked = event.value
    return turns


def is_action(event: Event, name: str) -> bool:
    """Whether the event says that this action was executed."""
    return isinstance(event, ActionExecuted) and event.action_name == name


def ran(events: Iterable[Event], name: str) -> bool:
    """Whether this action was executed in these events."""
    return any(is_action(event, name) for event in events)


def since_message(events: Sequence[Event]) -> list[Event]:
    """The events after the customer's last message; all of them when there was none."""
    for index in range(len(events) - 1, -1, -1):
        if isinstance(events[index], UserUttered):
            return list(events[index + 1 :])
    return list(events)
