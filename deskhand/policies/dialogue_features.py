"""What a policy sees of a dialogue: each turn as a bag of named features, and the examples to learn from.

A turn is what Rasa calls a state: the action before, the intent and entities of the message, slots and the active
form. Features are named rather than numbered, so that a model knows what it has learned whatever becomes of the
domain: a name that it has never seen is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rasa.shared.core.constants import (
    ACTION_LISTEN_NAME,
    ACTION_UNLIKELY_INTENT_NAME,
    ACTIVE_LOOP,
    PREVIOUS_ACTION,
    SLOTS,
    USER,
)
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ACTION_NAME, ENTITIES, INTENT

State = Mapping[str, Mapping[str, Any]]
Turn = Mapping[str, float]
"""The features of one turn: their names and values."""

BEGINNING = "beginning"
"""The feature of the empty turn before the first."""
COMMON_PIECES = frozenset({"action", "form", "utter", "validate"})
"""What names begin or end with, whatever they are about."""


@dataclass
class Examples:
    """Dialogues, and the action that follows each. Every different turn and every different example is kept once."""

    turns: list[Turn] = field(default_factory=list)
    dialogues: list[tuple[int, ...]] = field(default_factory=list)
    """For each dialogue the places of its turns in `turns`, the present one last."""
    actions: list[int] = field(default_factory=list)
    left_out: int = 0
    """How many actions depend on texts rather than on intents and action names."""

    def __post_init__(self) -> None:
        self._places = {_key(turn): place for place, turn in enumerate(self.turns)}
        self._known = set(zip(self.dialogues, self.actions, strict=True))

    def place(self, turn: Turn) -> int:
        """Where the turn is kept."""
        place = self._places.setdefault(_key(turn), len(self.turns))
        if place == len(self.turns):
            self.turns.append(turn)
        return place

    def add(self, dialogue: tuple[int, ...], action: int) -> None:
        """Keeps an example, if it is not known yet."""
        if (dialogue, action) not in self._known:
            self._known.add((dialogue, action))
            self.dialogues.append(dialogue)
            self.actions.append(action)


def _key(turn: Turn) -> frozenset[tuple[str, float]]:
    return frozenset(turn.items())


def examples_of(trackers: Iterable[DialogueStateTracker], domain: Domain, max_history: int | None) -> Examples:
    """An example for every action of the trackers that could have been predicted."""
    examples = Examples()
    for tracker in trackers:
        states = states_of(tracker, domain)
        textual = [_is_textual(state) for state in states]
        places = [examples.place(features_of(state)) for state in states]
        for number, event in enumerate(_actions(tracker), start=1):
            first = max(0, number - max_history) if max_history else 0
            if event.unpredictable:
                continue
            if event.action_name is None or any(textual[first:number]):
                examples.left_out += 1
            else:
                examples.add(tuple(places[first:number]), domain.index_for_action(event.action_name))
    return examples


def states_of(tracker: DialogueStateTracker, domain: Domain) -> list[State]:
    """The state before each action that counts, and the present one, as they will be when predicting.

    Rasa hides the happy path of a form from policies: a run of the form replaces the one before it, with all in
    between. The states that Rasa's training trackers keep do not reflect that, though their events do; where it
    makes a difference (a story that spells out what a form asks), states are made from the events.
    """
    if len(tracker.applied_events()) == len(tracker.events):
        states = tracker.past_states(domain)
    else:
        states = domain.states_for_tracker_history(tracker)
    return [state for state in states if _previous_action(state) != ACTION_UNLIKELY_INTENT_NAME]


def _actions(tracker: DialogueStateTracker) -> Iterator[ActionExecuted]:
    for event in tracker.applied_events():
        if isinstance(event, ActionExecuted) and event.action_name != ACTION_UNLIKELY_INTENT_NAME:
            yield event


def _previous_action(state: State) -> str | None:
    return state.get(PREVIOUS_ACTION, {}).get(ACTION_NAME)


def _is_textual(state: State) -> bool:
    """Whether the turn is known by what was said only."""
    said, did = state.get(USER), state.get(PREVIOUS_ACTION)
    return bool((said and not said.get(INTENT)) or (did and not did.get(ACTION_NAME)))


def features_of(state: State) -> dict[str, float]:
    """The features of a state. The message counts only in the turn in which it came, right after listening."""
    features: dict[str, float] = {}
    if action := _previous_action(state):
        features |= _named("action", action)
        user = state.get(USER, {})
        if action == ACTION_LISTEN_NAME and (intent := user.get(INTENT)):
            features |= _named("intent", intent)
            features |= {f"entity {entity}": 1.0 for entity in user.get(ENTITIES, ())}
    if loop := state.get(ACTIVE_LOOP, {}).get("name"):
        features |= _named("loop", loop)
    for slot, values in state.get(SLOTS, {}).items():
        features |= {f"slot {slot} {place}": float(value) for place, value in enumerate(values) if value}
    return features or {BEGINNING: 1.0}


def _named(kind: str, name: str) -> dict[str, float]:
    """A name, and the words it is made of: what was learned about one job says something about another whose name
    is made alike, as in the paper, where names are bags of words."""
    pieces = [piece for piece in name.split("_") if piece not in COMMON_PIECES]
    return {f"{kind} {name}": 1.0} | {f"{kind} ~{piece}": 1.0 for piece in pieces}


def feature_names(turns: Sequence[Turn]) -> list[str]:
    """Every feature of the turns, sorted."""
    return sorted({name for turn in turns for name in turn})
