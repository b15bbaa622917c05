"""What a turn looked like: what the customer did and saw, and what Rasa's tracker tells of it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Event = Mapping[str, Any]


@dataclass(frozen=True)
class Reply:
    """One message that the customer was shown."""

    text: str
    author: str = "assistant"
    buttons: Mapping[str, str] = field(default_factory=dict)
    """Ids by title."""
    sources: tuple[str, ...] = ()
    """`title address` of each article that is cited."""


@dataclass(frozen=True)
class Turn:
    """One thing that the customer did, and what came of it. The first turn is the opening of the chat."""

    said: str
    """The words as they were sent, or `[a button's title]`; empty for the opening."""
    replies: tuple[Reply, ...] = ()
    events: tuple[Event, ...] = ()
    refused: str | None = None
    """What the chat answered instead of taking the message."""
    slots: Mapping[str, Any] = field(default_factory=dict)
    """All slots as they are after the turn."""
    form: str | None = None
    """The form that is active after the turn."""

    @property
    def uttered(self) -> list[str]:
        """The names of the responses that were said, in order."""
        return [name for event in self.events if (name := response_name(event))]

    @property
    def executed(self) -> list[str]:
        return [str(event.get("name")) for event in self.events if event.get("event") == "action"]

    @property
    def slot_events(self) -> dict[str, Any]:
        """The last value of each slot that was set in the turn."""
        return {str(event["name"]): event.get("value") for event in self.events if event.get("event") == "slot"}

    @property
    def understood(self) -> tuple[str, float] | None:
        """The intent and its confidence."""
        for event in self.events:
            if event.get("event") == "user":
                intent = (event.get("parse_data") or {}).get("intent") or {}
                return str(intent.get("name")), float(intent.get("confidence") or 0.0)
        return None

    @property
    def entities(self) -> list[str]:
        """`name=value` of each entity that was found."""
        found = [e for event in self.events if event.get("event") == "user" for e in _entities(event)]
        return [f"{entity.get('entity')}={entity.get('value')}" for entity in found]

    @property
    def offered(self) -> dict[str, str]:
        """The ids of the buttons on offer after the turn, by title."""
        return {title: button for reply in self.replies for title, button in reply.buttons.items()}

    @property
    def told(self) -> str:
        """Everything that the customer read in this turn."""
        lines = [line for reply in self.replies for line in (reply.text, *reply.sources)]
        return "\n".join([*lines, *([self.refused] if self.refused else [])])


def _entities(event: Event) -> list[Mapping[str, Any]]:
    return list((event.get("parse_data") or {}).get("entities") or [])


def response_name(event: Event) -> str | None:
    """The response of domain.yml that a "bot" event says, if it says one."""
    name = (event.get("metadata") or {}).get("utter_action") if event.get("event") == "bot" else None
    return str(name) if name else None


def slots_after(events: Sequence[Event]) -> dict[str, Any]:
    """Slots as all these events leave them: a new session and a restart begin with none."""
    slots: dict[str, Any] = {}
    for event in events:
        match event.get("event"):
            case "slot":
                slots[str(event["name"])] = event.get("value")
            case "restart" | "session_started":
                slots = {}
    return slots


def form_after(events: Sequence[Event]) -> str | None:
    """The form that is active after all these events."""
    form: str | None = None
    for event in events:
        match event.get("event"):
            case "active_loop":
                form = event.get("name")
            case "restart" | "session_started":
                form = None
    return form


def shown(turns: Sequence[Turn]) -> Iterator[str]:
    """The conversation as lines for a person."""
    for turn in turns:
        if turn.said:
            yield f"  customer  {_short(turn.said)}"
        for reply in turn.replies:
            first, *more = reply.text.split("\n")
            yield f"  {reply.author:<9} {first}"
            yield from (f"            {line}" for line in more)
            yield from (f"            ({source})" for source in reply.sources)
            if reply.buttons:
                yield f"            [{'] ['.join(reply.buttons)}]"
        if turn.refused:
            yield f"  (refused) {turn.refused}"


def _short(said: str) -> str:
    return said if len(said) <= 300 else f"{said[:200]} … ({len(said)} characters)"
