"""Rasa warns that a pipeline with our classifier learns no entities: it knows the components that do by a list of its
own classes.
"""

from __future__ import annotations

import functools
from typing import Any

from deskhand.runtime.import_hooks import when_imported


def apply() -> None:
    """Put our classifier on the list before a pipeline is checked."""
    when_imported("rasa.graph_components.validators.default_recipe_validator", _know_ours)


def _know_ours(module: Any) -> None:
    upstream_validate = module.DefaultV1RecipeValidator.validate

    @functools.wraps(upstream_validate)  # Rasa reads the method's annotations
    def validate(validator: Any, importer: Any) -> Any:
        # Not sooner: the classifier's module imports Rasa's, and torch.
        from deskhand.nlu.transformer_classifier import TransformerClassifier

        if TransformerClassifier not in module.TRAINABLE_EXTRACTORS:
            module.TRAINABLE_EXTRACTORS.append(TransformerClassifier)
        return upstream_validate(validator, importer)

    module.DefaultV1RecipeValidator.validate = validate
