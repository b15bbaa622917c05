"""Rasa asks every policy for a prediction, also when a rule is sure already: memory and learned policies have a lower
priority and cannot overrule it, and asking them takes most of the time of a turn.

A rule's sure prediction is noted on the tracker, and `AugmentedMemoizationPolicy` and `MemoizationPolicy` say nothing
then; so does `deskhand.policies.TransformerPolicy`. After an action was rejected they are asked as ever, because the
ensemble then takes that action out of all predictions, the rule's too.
"""

from __future__ import annotations

import functools
from typing import Any

from deskhand.runtime.import_hooks import when_imported


def apply() -> None:
    """Ask no policy that cannot win."""
    when_imported("rasa.core.policies.rule_policy", _note_what_is_sure)
    when_imported("rasa.core.policies.memoization", _ask_only_who_can_win)


def _note_what_is_sure(module: Any) -> None:
    from rasa.shared.core.events import ActionExecuted, ActionExecutionRejected

    from deskhand.policies.outranked import note_sure

    kinds = (ActionExecuted, ActionExecutionRejected)
    upstream_predict = module.RulePolicy.predict_action_probabilities

    @functools.wraps(upstream_predict)
    def predict(policy: Any, tracker: Any, *args: Any, **kwargs: Any) -> Any:
        prediction = upstream_predict(policy, tracker, *args, **kwargs)
        ended = (each for each in reversed(tracker.events) if isinstance(each, kinds))
        last = next(ended, None)
        if prediction.max_confidence >= 1.0 and not isinstance(last, ActionExecutionRejected):
            note_sure(tracker, prediction.policy_priority)
        return prediction

    module.RulePolicy.predict_action_probabilities = predict


def _ask_only_who_can_win(module: Any) -> None:
    from deskhand.policies.outranked import is_outranked

    upstream_predict = module.MemoizationPolicy.predict_action_probabilities

    @functools.wraps(upstream_predict)
    def predict(policy: Any, tracker: Any, domain: Any, *args: Any, **kwargs: Any) -> Any:
        if is_outranked(policy, tracker):
            return policy._prediction(policy._default_predictions(domain))
        return upstream_predict(policy, tracker, domain, *args, **kwargs)

    module.MemoizationPolicy.predict_action_probabilities = predict
