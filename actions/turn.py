"""One turn as an action sees it: what the customer said, what is known so far, and what to answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import takewhile
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.services import Services

ANSWERS = {"inform", "correct", "affirm", "deny", "dont_know", "rate", "nlu_fallback", None}
"""Intents of messages that give what was asked for, rather than wanting something else."""
SURE = 0.55
"""From this confidence on another intent counts as wanting something else."""

READ_CHARACTERS = 1_000
"""What is said beyond this is not read by the forms. Some readers take time that grows with the square of the
length: a message of 4,000 characters would hold up everybody else for seconds."""

SERVED_LATER = "served_later"
"""In the result of a parse: the message is a wish that had waited, and was said by us for the customer."""

Button = Mapping[str, str]


@dataclass
class Turn:
    """Slots that an action sets are kept in `changes` and become events at the end."""

    tracker: Tracker
    dispatcher: CollectingDispatcher
    services: Services
    changes: dict[str, Any] = field(default_factory=dict)
    more_events: list[EventType] = field(default_factory=list)

    @property
    def conversation_id(self) -> str:
        return str(self.tracker.sender_id)

    @property
    def now(self) -> datetime:
        return self.services.now()

    @property
    def wishes(self) -> list[Mapping[str, Any]]:
        """All that a message with several wishes asks for, what is served first at the beginning; else nothing."""
        return list(self.tracker.latest_message.get("wishes") or [])

    @property
    def served_later(self) -> bool:
        """Whether the message is a wish that had waited."""
        return bool(self.tracker.latest_message.get(SERVED_LATER))

    @property
    def whole_text(self) -> str:
        """All that the customer typed; empty when they pressed a button, whose payload is not language."""
        text = str(self.tracker.latest_message.get("text") or "").strip()
        return "" if text.startswith("/") else text[:READ_CHARACTERS]

    @property
    def text(self) -> str:
        """What the customer typed of the wish that is served; of a message with one wish, all of it."""
        return str(self.wishes[0]["text"]).strip()[:READ_CHARACTERS] if self.wishes else self.whole_text

    @property
    def intent(self) -> str | None:
        return (self.tracker.latest_message.get("intent") or {}).get("name")

    @property
    def confidence(self) -> float:
        return float((self.tracker.latest_message.get("intent") or {}).get("confidence") or 0.0)

    @property
    def form(self) -> str | None:
        """The form that is under way."""
        return (self.tracker.active_loop or {}).get("name")

    @property
    def activating(self) -> bool:
        """Whether the active form began in this turn."""
        form = (self.tracker.active_loop or {}).get("name")
        for event in reversed(self.tracker.events):
            if event.get("event") == "user":
                return False
            if form and event.get("event") == "active_loop" and event.get("name") == form:
                return True
        return False

    @property
    def asked(self) -> str | None:
        """The slot that the customer was asked for. What another form asked for before this one does not count."""
        return None if self.activating else self.tracker.slots.get("requested_slot")

    @property
    def fresh(self) -> bool:
        """Whether the message was not dealt with yet in this turn. It was when a form comes back after an
        interruption: then it must not be read a second time."""
        before = [str(event.get("name")) for event in self.tracker.events if event.get("event") == "action"]
        # Rasa adds the form itself to the events before it asks for its validation.
        if before and before[-1] == (self.tracker.active_loop or {}).get("name"):
            before.pop()
        return not before or before[-1] == "action_listen"

    def did(self, action: str) -> bool:
        """Whether the action ran since the customer's message."""
        return any(event.get("event") == "action" and event.get("name") == action for event in self._in_turn())

    def was_set(self, slot: str) -> bool:
        """Whether the slot was set since the customer's message."""
        return any(event.get("event") == "slot" and event.get("name") == slot for event in self._in_turn())

    @property
    def form_ended(self) -> bool:
        """Whether a form came to its end since the customer's message, and none is active."""
        ended = (event.get("event") == "active_loop" and event.get("name") is None for event in self._in_turn())
        return self.form is None and any(ended)

    def _in_turn(self) -> Iterator[Mapping[str, Any]]:
        """The events since the customer's message, the latest first."""
        return takewhile(lambda event: event.get("event") != "user", reversed(self.tracker.events))

    def answers(self, *also: str) -> bool:
        """Whether the message can be an answer to what was asked. `also`: further intents that can be."""
        return self.intent in ANSWERS or self.intent in also or self.confidence < SURE

    @property
    def has_entities(self) -> bool:
        return bool(self.tracker.latest_message.get("entities"))

    def entities(self, name: str) -> list[str]:
        """The values of an entity in the wish that is served."""
        found = self.entities_of(self.wishes[0]) if self.wishes else self._all_entities()
        return [str(entity["value"])[:READ_CHARACTERS] for entity in found if entity.get("entity") == name]

    def entities_of(self, wish: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """The entities in the words of one wish of the message."""
        return [one for one in self._all_entities() if wish["start"] <= one.get("start", -1) < wish["end"]]

    def _all_entities(self) -> list[Mapping[str, Any]]:
        return list(self.tracker.latest_message.get("entities") or [])

    def get(self, slot: str) -> Any:
        return self.changes[slot] if slot in self.changes else self.tracker.slots.get(slot)

    def set(self, slot: str, value: Any) -> None:
        self.changes[slot] = value

    def say(self, response: str | None = None, *, text: str | None = None, **values: Any) -> None:
        """Adds a response of `domain.yml`, filled with `values`, or a text."""
        buttons: Sequence[Button] | None = values.pop("buttons", None)
        custom: Mapping[str, Any] | None = values.pop("custom", None)
        self.dispatcher.utter_message(
            text=text,
            response=response,
            buttons=[dict(button) for button in buttons] if buttons else None,
            json_message=dict(custom) if custom else None,
            **values,
        )

    def events(self) -> list[EventType]:
        return [SlotSet(slot, value) for slot, value in self.changes.items()] + self.more_events
