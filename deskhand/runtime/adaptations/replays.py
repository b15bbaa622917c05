"""Rasa replays a conversation from its first event for every copy of a tracker, and again for every policy at every
prediction: a turn gets slower with each turn before it.

- A copy takes over what the tracker's state is, instead of deriving it again.
- The states before the customer's last message are kept with the tracker; those of the present turn are derived anew
  each time, as events of the present turn may still change.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from deskhand.runtime.import_hooks import when_imported

_PAST = "_deskhand_past"
"""On a tracker: what is known of its past, for `prior_moments`."""


@dataclass(frozen=True)
class Moment:
    """What `states_for_tracker_history` wants to know of the tracker before one of its actions."""

    state: dict[str, Any]
    previous_action: Any
    follows_up_or_loops: bool
    hidden: bool


@dataclass(frozen=True)
class Past:
    """All moments before an event that was applied, and the tracker as it was then."""

    asked_for: tuple[int, bool]
    """The domain, by its identity, and whether unset slots are left out."""
    events: list[Any]
    moments: list[Moment]
    tracker: Any


def apply() -> None:
    """Keep what need not be derived again."""
    when_imported("rasa.shared.core.trackers", _copy_the_state)
    when_imported("rasa.shared.core.domain", _keep_past_states)


def _copy_the_state(module: Any) -> None:
    tracker = module.DialogueStateTracker
    tracker.copy = functools.wraps(tracker.copy)(copy_of)
    # A new tracker copies every slot of the domain, and a prediction makes dozens of them.
    module.copy = SimpleNamespace(copy=_copy_with_quick_slots, deepcopy=copy.deepcopy)


def _copy_with_quick_slots(value: Any) -> Any:
    from rasa.shared.core.slots import Slot

    return quick_copy(value) if isinstance(value, Slot) else copy.copy(value)


def copy_of(tracker: Any) -> Any:
    """As `DialogueStateTracker.copy`, without a replay."""
    twin = quick_copy(tracker)
    twin.slots = {name: quick_copy(slot) for name, slot in tracker.slots.items()}
    twin.events = tracker._create_events(tracker.events)
    twin.active_loop = copy.copy(tracker.active_loop)
    twin.sender_source = twin.model_id = twin.assistant_id = None  # which a replay leaves out
    return twin


def quick_copy(value: Any) -> Any:
    """What `copy.copy` gives for an object that keeps everything in its `__dict__`, several times faster."""
    twin = object.__new__(type(value))
    twin.__dict__.update(value.__dict__)
    return twin


def _keep_past_states(module: Any) -> None:
    constants = module.rasa.shared.core.constants

    @functools.wraps(module.Domain.states_for_tracker_history)
    def states_for_tracker_history(
        domain: Any,
        tracker: Any,
        omit_unset_slots: bool = False,
        ignore_rule_only_turns: bool = False,
        rule_only_data: dict[str, Any] | None = None,
    ) -> list[dict[str, Any]]:
        """As upstream's, whose comments hold here too."""
        states: list[dict[str, Any]] = []
        last_ml_action = None
        turn_was_hidden = False
        for moment in prior_moments(domain, tracker, omit_unset_slots):
            if ignore_rule_only_turns:
                if not turn_was_hidden:
                    last_ml_action = moment.previous_action
                if not moment.follows_up_or_loops:
                    turn_was_hidden = moment.hidden
                if turn_was_hidden:
                    continue
            # Policies write to the upper two levels of what they get.
            state = {key: dict(value) for key, value in moment.state.items()}
            if ignore_rule_only_turns:
                domain._remove_rule_only_features(state, rule_only_data)
                if states:
                    domain._substitute_rule_only_user_input(state, states[-1])
                if last_ml_action:
                    state[constants.PREVIOUS_ACTION] = last_ml_action
            states.append(domain._clean_state(state))
        return states

    module.Domain.states_for_tracker_history = states_for_tracker_history


def prior_moments(domain: Any, tracker: Any, omit_unset_slots: bool) -> list[Moment]:
    """One before each action that was applied, and one now."""
    from rasa.shared.core.events import UserUttered

    applied = tracker.applied_events()
    last_message = max((place for place, event in enumerate(applied) if isinstance(event, UserUttered)), default=0)
    past = _past_of(tracker, (id(domain), omit_unset_slots), applied)
    before = applied[len(past.events) : last_message]
    if before:
        replayed = copy_of(past.tracker)
        moments = [*past.moments, *_moments(domain, replayed, before, omit_unset_slots)]
        past = Past(past.asked_for, applied[:last_message], moments, replayed)
        setattr(tracker, _PAST, past)
    present = copy_of(past.tracker)
    moments = [*past.moments, *_moments(domain, present, applied[len(past.events) :], omit_unset_slots)]
    return [*moments, _moment(domain, present, omit_unset_slots, hidden=False)]


def _past_of(tracker: Any, asked_for: tuple[int, bool], applied: list[Any]) -> Past:
    """What is known, if it is still the beginning of what was applied."""
    past: Past | None = getattr(tracker, _PAST, None)
    if past is None or past.asked_for != asked_for or len(past.events) > len(applied):
        return Past(asked_for, [], [], tracker.init_copy())
    if all(known is event for known, event in zip(past.events, applied, strict=False)):
        return past
    return Past(asked_for, [], [], tracker.init_copy())


def _moments(domain: Any, replayed: Any, events: list[Any], omit_unset_slots: bool) -> Iterator[Moment]:
    """Those before the actions among `events`, all of which are applied to `replayed`."""
    from rasa.shared.core.events import ActionExecuted

    for event in events:
        if isinstance(event, ActionExecuted):
            yield _moment(domain, replayed, omit_unset_slots, hidden=event.hide_rule_turn)
        replayed.update(event)


def _moment(domain: Any, replayed: Any, omit_unset_slots: bool, *, hidden: bool) -> Moment:
    return Moment(
        state=domain.get_active_state(replayed, omit_unset_slots=omit_unset_slots),
        previous_action=domain._get_prev_action_sub_state(replayed),
        follows_up_or_loops=bool(replayed.followup_action or replayed.latest_action_name == replayed.active_loop_name),
        hidden=hidden,
    )
