"""The policy above all others: hands the conversation to a person when `conversation.escalation` says so."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

from rasa.core.constants import POLICY_PRIORITY, RULE_POLICY_PRIORITY
from rasa.core.policies.policy import Policy, PolicyPrediction, confidence_scores_for
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import INTENT_RANKING_KEY

from deskhand.conversation.escalation import Reason, Signals, Thresholds, decide
from deskhand.conversation.mood import Feeling, feeling_of
from deskhand.policies.progress import (
    HANDOFF_ACTION,
    HANDOFF_REASON,
    is_action,
    ran,
    since_message,
    turns_without_progress,
)

logger = logging.getLogger(__name__)

MOOD = "mood"
"""Where `deskhand.nlu` leaves how a message sounds, in the result of its parse."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class EscalationPolicy(Policy):  # type: ignore[misc]
    """Predicts `action_handoff`, and after it that the turn ends.

    The reason is in the slot `handoff_reason` when the action runs. Settings: the fields of `Thresholds`.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Every setting with its default."""
        limits = Thresholds()
        return {
            POLICY_PRIORITY: RULE_POLICY_PRIORITY + 4,
            **asdict(limits),
        }

    def __init__(self, config: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        config = {**self.get_default_config(), **config}
        super().__init__(config, *args, **kwargs)
        if self.priority <= RULE_POLICY_PRIORITY:
            raise InvalidConfigException("EscalationPolicy needs a priority above RulePolicy's (config.yml).")
        self._thresholds = Thresholds(**{limit.name: config[limit.name] for limit in fields(Thresholds)})

    def train(self, training_trackers: list[TrackerWithCachedStates], domain: Domain, **kwargs: Any) -> Resource:
        """Nothing to learn: the decision is code. Raises `InvalidConfigException` if the action is missing."""
        if HANDOFF_ACTION not in domain.action_names_or_texts:
            raise InvalidConfigException(f"EscalationPolicy needs {HANDOFF_ACTION} among the domain's actions.")
        return self._resource

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """All or nothing: `action_handoff`, the end of its turn, or no opinion."""
        events = list(tracker.events)
        if ran(since_message(events), HANDOFF_ACTION):
            return self._certain(ACTION_LISTEN_NAME, domain, [])
        reason = self._reason(tracker, events)
        if reason is None:
            return self._prediction(self._default_predictions(domain))
        return self._certain(HANDOFF_ACTION, domain, [SlotSet(HANDOFF_REASON, reason.value)])

    def _certain(self, action: str, domain: Domain, events: list[Event]) -> PolicyPrediction:
        # RulePolicy's prediction of an active form overrules everything that is not a "no user prediction".
        return self._prediction(
            confidence_scores_for(action, 1.0, domain), optional_events=events, is_no_user_prediction=True
        )

    def _reason(self, tracker: DialogueStateTracker, events: list[Event]) -> Reason | None:
        message = tracker.latest_message
        if message is None:
            return None
        signals = Signals(
            intent=message.intent_name,
            # Messages in stories come without a confidence; they are meant.
            confidence=float(message.intent.get("confidence") or 1.0),
            text=message.text or "",
            turns_without_progress=turns_without_progress(events, tracker.active_loop_name),
            requested_reason=_requested_reason(events),
            shares=_shares(message),
            feelings=feelings(events),
        )
        return decide(signals, self._thresholds)


def _shares(message: UserUttered) -> dict[str, float]:
    ranking = (message.parse_data or {}).get(INTENT_RANKING_KEY) or []
    return {str(each.get("name")): float(each.get("confidence") or 0.0) for each in ranking}


def feelings(events: Sequence[Event]) -> list[Feeling]:
    """How the customer's messages since the last handoff sound. A pressed button sounds like nothing."""
    found: list[Feeling] = []
    for event in events:
        if isinstance(event, SessionStarted) or is_action(event, HANDOFF_ACTION):
            found = []
        elif isinstance(event, UserUttered):
            found.append(feeling_of((event.parse_data or {}).get(MOOD), event.text))
    return found


def _requested_reason(events: list[Event]) -> str | None:
    """The reason that an action left in the slot since the last handoff."""
    for event in reversed(events):
        if is_action(event, HANDOFF_ACTION):
            return None
        if isinstance(event, SlotSet) and event.key == HANDOFF_REASON:
            return _known(event.value)
    return None


def _known(value: object) -> str | None:
    if value is None or value in set(Reason):
        return value  # type: ignore[return-value]
    logger.error("An action set %s to something that is no reason for a handoff.", HANDOFF_REASON)
    return Reason.OUTSIDE_RULES.value
