"""Goes on with a form after an answer that interrupted it, without a rule for each form and each question."""

from __future__ import annotations

from typing import Any

from rasa.core.constants import POLICY_PRIORITY, RULE_POLICY_PRIORITY
from rasa.core.policies.policy import Policy, PolicyPrediction, confidence_scores_for
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import Domain
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

RETURN_ACTION = "action_return_to_form"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class FormReturnPolicy(Policy):  # type: ignore[misc]
    """Predicts the active form right after `action_return_to_form`. Without an active form it has no opinion."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Above RulePolicy, whose rules end the turn there, and below the escalation policy."""
        return {POLICY_PRIORITY: RULE_POLICY_PRIORITY + 2}

    def train(self, training_trackers: list[TrackerWithCachedStates], domain: Domain, **kwargs: Any) -> Resource:
        """Nothing to learn."""
        return self._resource

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """The active form, or no opinion."""
        form = tracker.active_loop_name
        if form is None or tracker.latest_action_name != RETURN_ACTION:
            return self._prediction(self._default_predictions(domain))
        return self._prediction(confidence_scores_for(form, 1.0, domain), is_no_user_prediction=True)
