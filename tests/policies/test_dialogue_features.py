from __future__ import annotations

from pathlib import Path

from rasa.shared.core.events import ActionExecuted, ActiveLoop, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from deskhand.policies.dialogue_features import Examples, examples_of, features_of, states_of
from tests.policies.conftest import DOMAIN, STORIES, training_trackers

LISTEN = "action_listen"

HAPPY_PATH = """
version: "3.1"
stories:
  - story: a form that asks twice, spelled out
    steps:
      - intent: greet
      - action: utter_greet
      - intent: order_status
      - action: order_status_form
      - active_loop: order_status_form
      - intent: inform
      - action: order_status_form
      - intent: inform
      - action: order_status_form
      - active_loop: null
      - action: action_order_status
      - intent: thank
      - action: utter_welcome
"""

END_TO_END = """
version: "3.1"
stories:
  - story: told in texts
    steps:
      - intent: greet
      - action: utter_greet
      - user: "what a day"
      - bot: "Indeed"
"""


def described(examples: Examples) -> list[tuple[list[set[str]], str]]:
    """Each example with the names of its turns' features, but for their pieces."""
    names = [{name for name in turn if "~" not in name} for turn in examples.turns]
    return [
        ([names[place] for place in places], DOMAIN.action_names_or_texts[action])
        for places, action in zip(examples.dialogues, examples.actions, strict=True)
    ]


def test_a_state_has_a_name_for_everything_in_it() -> None:
    state = {
        "user": {"intent": "order_status", "entities": ("product",), "text": "where is my tent"},
        "prev_action": {"action_name": LISTEN},
        "active_loop": {"name": "order_status_form"},
        "slots": {"member": (1.0, 0.0), "mood": (0.0, 0.5)},
    }
    assert set(features_of(state)) == {
        "action action_listen",
        "action ~listen",
        "intent order_status",
        "intent ~order",
        "intent ~status",
        "entity product",
        "loop order_status_form",
        "loop ~order",
        "loop ~status",
        "slot member 0",
        "slot mood 1",
    }
    assert features_of(state)["slot mood 1"] == 0.5


def test_a_message_counts_only_in_the_turn_in_which_it_came() -> None:
    state = {"user": {"intent": "greet", "entities": ("product",)}, "prev_action": {"action_name": "utter_greet"}}
    assert set(features_of(state)) == {"action utter_greet", "action ~greet"}


def test_the_beginning_is_told_from_padding() -> None:
    assert features_of({}) == {"beginning": 1.0}


def test_every_action_of_a_story_is_an_example(tmp_path: Path) -> None:
    trackers = [t for t in training_trackers(tmp_path, STORIES) if not t.is_augmented]
    found = described(examples_of(trackers, DOMAIN, max_history=2))
    assert ([{"beginning"}], LISTEN) in found
    assert ([{"beginning"}, {"action action_listen", "intent greet"}], "utter_greet") in found
    assert ([{"action action_listen", "intent greet"}, {"action utter_greet"}], LISTEN) in found
    assert max(len(turns) for turns, _ in found) == 2


def test_the_same_example_is_kept_once(tmp_path: Path) -> None:
    examples = examples_of(training_trackers(tmp_path, STORIES), DOMAIN, max_history=3)
    pairs = list(zip(examples.dialogues, examples.actions, strict=True))
    assert len(pairs) == len(set(pairs))
    assert len({frozenset(turn.items()) for turn in examples.turns}) == len(examples.turns)


def test_actions_follow_their_own_turns_after_a_form_that_is_spelled_out(tmp_path: Path) -> None:
    trackers = [t for t in training_trackers(tmp_path, HAPPY_PATH) if not t.is_augmented]
    last_turns = {action: turns[-1] for turns, action in described(examples_of(trackers, DOMAIN, max_history=5))}
    assert last_turns["order_status_form"] >= {"intent order_status"}
    assert last_turns["action_order_status"] == {"action order_status_form"}
    assert last_turns["utter_welcome"] == {"action action_listen", "intent thank"}


def test_training_sees_what_predicting_will_see(tmp_path: Path) -> None:
    for tracker in training_trackers(tmp_path, HAPPY_PATH):
        plain = DialogueStateTracker.from_events("plain", tracker.events, DOMAIN.slots, domain=DOMAIN)
        assert [features_of(state) for state in states_of(tracker, DOMAIN)] == [
            features_of(state) for state in plain.past_states(DOMAIN)
        ]


def test_what_follows_a_text_is_left_out(tmp_path: Path) -> None:
    trackers = [t for t in training_trackers(tmp_path, END_TO_END) if not t.is_augmented]
    examples = examples_of(trackers, DOMAIN, max_history=5)
    assert {action for _, action in described(examples)} == {LISTEN, "utter_greet"}
    assert examples.left_out == 2


def test_an_unlikely_intent_leaves_no_trace() -> None:
    def events(*between: str) -> list[object]:
        acted = [ActionExecuted(name) for name in between]
        return [ActionExecuted(LISTEN), UserUttered("hi", {"name": "greet"}), *acted, ActionExecuted("utter_greet")]

    def examples(*between: str) -> Examples:
        tracker = DialogueStateTracker.from_events("a", events(*between), DOMAIN.slots, domain=DOMAIN)
        return examples_of([tracker], DOMAIN, max_history=5)

    assert described(examples("action_unlikely_intent")) == described(examples())


def test_a_form_at_work_is_a_feature() -> None:
    events = [ActionExecuted(LISTEN), UserUttered("", {"name": "order_status"}), ActionExecuted("order_status_form")]
    tracker = DialogueStateTracker.from_events("a", [*events, ActiveLoop("order_status_form")], DOMAIN.slots)
    assert "loop order_status_form" in features_of(states_of(tracker, DOMAIN)[-1])
