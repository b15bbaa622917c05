"""Rasa warns that a pipeline with our classifier learns no entities, or none with roles and groups, and `rasa test`
draws no histogram of its entities' confidences: Rasa knows the components that do by lists of its own classes.
"""

from __future__ import annotations

import functools
import warnings
from typing import Any

from deskhand.runtime.import_hooks import when_imported

ROLES_UNUSED = "You have defined training data with entities that have roles/groups, but"
"""The list behind this warning has no name that could be added to."""


def apply() -> None:
    """Put our classifier on the lists before a pipeline is checked, and before entities are scored."""
    when_imported("rasa.graph_components.validators.default_recipe_validator", _know_ours)
    when_imported("rasa.nlu.test", _plot_ours)


def _plot_ours(module: Any) -> None:
    module.EXTRACTORS_WITH_CONFIDENCES.add("TransformerClassifier")  # for the histogram of its confidences


def _know_ours(module: Any) -> None:
    upstream_validate = module.DefaultV1RecipeValidator.validate

    @functools.wraps(upstream_validate)  # Rasa reads the method's annotations
    def validate(validator: Any, importer: Any) -> Any:
        # Not sooner: the classifier's module imports Rasa's, and torch.
        from deskhand.nlu.transformer_classifier import TransformerClassifier

        if TransformerClassifier not in module.TRAINABLE_EXTRACTORS:
            module.TRAINABLE_EXTRACTORS.append(TransformerClassifier)
        with warnings.catch_warnings():
            if TransformerClassifier in validator._component_types:
                warnings.filterwarnings("ignore", message=ROLES_UNUSED)
            return upstream_validate(validator, importer)

    module.DefaultV1RecipeValidator.validate = validate
