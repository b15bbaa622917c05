"""A pipeline with our classifier learns entities, and Rasa knows it."""

from __future__ import annotations

import contextlib
import typing
import warnings
from typing import Any

import pytest
from rasa.engine.graph import GraphSchema, SchemaNode
from rasa.graph_components.validators import default_recipe_validator as upstream
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from deskhand.nlu.transformer_classifier import TransformerClassifier

ENTITY = {"entity": "colour", "start": 4, "end": 8, "value": "blue"}
DATA = TrainingData([Message({"text": "the blue one", "intent": "inform", "entities": [ENTITY]})])


@pytest.fixture(autouse=True)
def as_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = [kind for kind in upstream.TRAINABLE_EXTRACTORS if kind is not TransformerClassifier]
    monkeypatch.setattr(upstream, "TRAINABLE_EXTRACTORS", theirs)


def warned(*classes: type[Any]) -> bool:
    nodes = {
        kind.__name__: SchemaNode(needs={}, uses=kind, constructor_name="create", fn="train", config={})
        for kind in classes
    }
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        upstream.DefaultV1RecipeValidator(GraphSchema(nodes))._warn_if_some_training_data_is_unused(DATA)
    return any("does not include an entity extractor" in str(one.message) for one in caught)


def test_rasa_does_not_know_our_classifier_by_itself() -> None:
    assert warned(TransformerClassifier)


def test_with_the_adaptation_it_does_and_still_warns_where_there_is_none() -> None:
    nothing: Any = None
    with contextlib.suppress(AttributeError):  # there is no importer; ours has been added by then
        upstream.DefaultV1RecipeValidator(GraphSchema({})).validate(nothing)
    assert not warned(TransformerClassifier)
    assert warned()


def test_rasa_still_finds_the_annotations_that_it_checks() -> None:
    validate: Any = upstream.DefaultV1RecipeValidator.validate
    assert typing.get_type_hints(validate)["return"] is TrainingDataImporter
