"""What a conversation's past is taken for: the same as with Rasa's replays, whatever happened in it."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActionReverted,
    ActiveLoop,
    BotUttered,
    DefinePrevUserUtteredFeaturization,
    EntitiesAdded,
    Event,
    FollowupAction,
    LoopInterrupted,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

DOMAIN = Domain.from_yaml(
    """
    version: "3.1"
    intents: [greet, order, thank]
    entities: [number]
    slots:
      number: {type: text, influence_conversation: true, mappings: [{type: custom}]}
      count: {type: float, min_value: 0, max_value: 9, mappings: [{type: custom}]}
      note: {type: text, influence_conversation: false, mappings: [{type: custom}]}
    forms:
      order_form: {required_slots: [number]}
    actions: [action_a, action_b]
    """
)
RULE_ONLY = {"rule_only_slots": ["count"], "rule_only_loops": ["order_form"]}

upstream_states = Domain.states_for_tracker_history.__wrapped__
upstream_copy = DialogueStateTracker.copy.__wrapped__


def said(chance: random.Random) -> Event:
    entities = [{"entity": "number", "value": "7"}] if chance.random() < 0.3 else []
    return UserUttered("words", {"name": chance.choice(DOMAIN.intents)}, entities)


def action(chance: random.Random) -> Event:
    name = chance.choice(["action_a", "action_b", "action_listen", "order_form", "order_form"])
    return ActionExecuted(name, hide_rule_turn=chance.random() < 0.3)


EVENTS: tuple[tuple[int, Callable[[random.Random], Event]], ...] = (
    (6, said),
    (10, action),
    (2, lambda chance: SlotSet(chance.choice(["number", "count", "note"]), chance.choice(["3", None]))),
    (2, lambda chance: ActiveLoop(chance.choice(["order_form", None]))),
    (3, lambda chance: DefinePrevUserUtteredFeaturization(chance.random() < 0.5)),
    (1, lambda _: EntitiesAdded([{"entity": "number", "value": "9"}])),
    (1, lambda _: ActionExecutionRejected("order_form")),
    (1, lambda _: LoopInterrupted(True)),
    (2, lambda _: BotUttered("answer")),
    (1, lambda _: FollowupAction("action_a")),
    (1, lambda _: UserUtteranceReverted()),
    (1, lambda _: ActionReverted()),
)


def random_event(chance: random.Random) -> Event:
    if chance.random() < 0.01:
        return chance.choice([Restarted, SessionStarted])()
    ((_, make),) = chance.choices(EVENTS, weights=[weight for weight, _ in EVENTS])
    return make(chance)


@pytest.mark.parametrize("seed", range(30))
def test_states_are_those_of_a_replay_after_every_event(seed: int) -> None:
    chance = random.Random(seed)
    tracker = DialogueStateTracker("someone", DOMAIN.slots)
    for _ in range(60):
        tracker.update(random_event(chance), DOMAIN)
        if chance.random() < 0.1:
            tracker = tracker.copy()
        for options in (
            {"omit_unset_slots": True},
            {"ignore_rule_only_turns": True, "rule_only_data": RULE_ONLY},
        ):
            mine = tracker.past_states(DOMAIN, **options)
            assert mine == upstream_states(DOMAIN, tracker, **options)


def test_what_a_policy_writes_to_its_states_is_not_kept() -> None:
    tracker = DialogueStateTracker("someone", DOMAIN.slots)
    chance = random.Random(1)
    for event in (ActionExecuted("action_listen"), said(chance), ActionExecuted("action_a"), said(chance)):
        tracker.update(event, DOMAIN)
    for state in tracker.past_states(DOMAIN):
        state.clear()
    assert tracker.past_states(DOMAIN) == upstream_states(DOMAIN, tracker)


@pytest.mark.parametrize("seed", range(10))
def test_a_copy_is_what_a_replay_would_make(seed: int) -> None:
    chance = random.Random(seed)
    tracker = DialogueStateTracker("someone", DOMAIN.slots)
    for _ in range(60):
        tracker.update(random_event(chance), DOMAIN)
    assert _content(tracker.copy()) == _content(upstream_copy(tracker))


def test_a_copy_goes_its_own_way() -> None:
    tracker = DialogueStateTracker("someone", DOMAIN.slots)
    tracker.update(ActiveLoop("order_form"), DOMAIN)
    before = _content(tracker)
    twin = tracker.copy()
    for event in (SlotSet("number", "5"), LoopInterrupted(True), UserUttered("more"), ActionExecuted("action_a")):
        twin.update(event, DOMAIN)
    assert _content(tracker) == before
    assert _content(twin) != before


def _content(tracker: DialogueStateTracker) -> dict[str, Any]:
    content = {name: value for name, value in vars(tracker).items() if name not in ("slots", "_deskhand_past")}
    # A replay forgets the followup that was carried out; a copy does not bring it back.
    content["events"] = list(tracker.events)
    return content | {"slots": {name: vars(slot) for name, slot in tracker.slots.items()}}
