"""The Rasa component that understands messages. Thin: the model is in the modules beside it."""

from __future__ import annotations

import logging
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import (
    ENTITIES,
    INTENT,
    INTENT_RANKING_KEY,
    METADATA,
    METADATA_EXAMPLE,
    METADATA_INTENT,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from deskhand import encoders
from deskhand.conversation.escalation import GOES_TO_A_PERSON
from deskhand.encoders import int8
from deskhand.encoders.weights import find_weights
from deskhand.nlu import persistence, wish_settings
from deskhand.nlu.fingerprint import source_digest
from deskhand.nlu.joint_model import Example
from deskhand.nlu.tags import Label, LabelledSpan, Span
from deskhand.nlu.training import Hyperparameters, TrainedModel, train
from deskhand.nlu.understanding import FoundEntity, Understanding, understand

logger = logging.getLogger(__name__)

FALLBACK = "fallback"
WISHES = "wishes"
"""Where the result of a parse has the wishes of a message with several."""
MOOD = "mood"
"""Where the result of a parse has the shares of the moods, and the metadata of an example its mood."""
IN_VAIN = "in_vain"
"""Where the result of a parse has the probability that the answer before missed, and the metadata of an example whether
it says so."""
RANKING_LENGTH = "ranking_length"
INT8 = "int8"
FINETUNING_FRACTION = "finetuning_epoch_fraction"
"""Rasa adds it to the settings for `rasa train --finetune`."""


@DefaultV1Recipe.register(
    [DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR],
    is_trainable=True,
)
class TransformerClassifier(GraphComponent, IntentClassifier, EntityExtractorMixin):  # type: ignore[misc]
    """Intents and entities from one fine-tuned transformer.

    Predicts `nlu_fallback` by itself, below limits that training found on messages held out of it; no
    `FallbackClassifier` is needed. Settings: those of `Hyperparameters`, `fallback` (false: never predict
    `nlu_fallback`), `ranking_length`, `int8` (false: serve in 32-bit floats whatever the CPU), `wishes` (intents of
    which one message may hold several) and `one_at_a_time` (entity → those of them that deal with one such thing at
    a time).
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """Some tokenizer must come before: entities are made of its tokens."""
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Every setting with its default."""
        return {**asdict(Hyperparameters()), FALLBACK: True, RANKING_LENGTH: 10, INT8: True, **wish_settings.DEFAULTS}

    @staticmethod
    def required_packages() -> list[str]:
        """What must be installed."""
        return ["torch", "tokenizers", "safetensors"]

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Training is repeated when our code or the encoder's weights change."""
        weights = find_weights(config.get("weights", Hyperparameters.weights))
        code = source_digest(Path(__file__).parent, Path(encoders.__file__).parent)
        return f"{weights.sha256} {code} {sorted(GOES_TO_A_PERSON)}"

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        self._config = {**self.get_default_config(), **config}
        self._model_storage = model_storage
        self._resource = resource
        self._trained: TrainedModel | None = None
        self._terms = wish_settings.terms_of(self._config)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TransformerClassifier:
        """An untrained component. Raises `InvalidConfigException` for a setting that does not exist."""
        unknown = set(config) - set(cls.get_default_config()) - {FINETUNING_FRACTION}
        if unknown:
            raise InvalidConfigException(
                f"TransformerClassifier has no setting {', '.join(sorted(map(repr, unknown)))} (config.yml). "
                f"It has: {', '.join(sorted(cls.get_default_config()))}."
            )
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> TransformerClassifier:
        """The trained component; an untrained one if training had nothing to learn from."""
        component = cls.create(config, model_storage, resource, execution_context)
        try:
            with model_storage.read_from(resource) as folder:
                if execution_context.is_finetuning:
                    component._prepare_to_learn_anew(persistence.load_hyperparameters(folder))
                else:
                    component._trained = persistence.load(folder)
                    component._make_fast(component._trained)
                    component._terms = wish_settings.load_limit(component._terms, folder)
        except ValueError as exc:
            logger.debug("Nothing stored for %s: %s", resource.name, exc)
        return component

    def _make_fast(self, trained: TrainedModel) -> None:
        if self._config[INT8] and int8.is_worth_it():
            int8.quantize(trained.model.encoder)
            if trained.model.pretrained is not None:
                int8.quantize(trained.model.pretrained)

    def _prepare_to_learn_anew(self, before: Hyperparameters) -> None:
        logger.warning(
            "TransformerClassifier always learns from its base weights anew: continuing from a trained "
            "model forgets intents. --finetune saves no time here."
        )
        if self._config.get(FINETUNING_FRACTION, 1.0) != 1.0:
            self._config["epochs"] = before.epochs  # Rasa has cut them to the fraction

    def train(self, training_data: TrainingData) -> Resource:
        """Learns from all examples with a text and an intent or entities, and stores the result."""
        examples = [_example(message) for message in training_data.nlu_examples if message.get(TEXT)]
        examples = [example for example in examples if example.intent or example.entities]
        if not examples:
            logger.warning("TransformerClassifier has no examples to learn from.")
            return self._resource
        self._trained = train(examples, self._hyperparameters())
        self._terms = wish_settings.learn_limit(self._trained, examples, self._terms)
        with self._model_storage.write_to(self._resource) as folder:
            persistence.save(self._trained, folder)
            wish_settings.save_limit(self._terms, folder)
        return self._resource

    def _hyperparameters(self) -> Hyperparameters:
        return Hyperparameters(**{field.name: self._config[field.name] for field in fields(Hyperparameters)})

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds intent, ranking and entities to messages with a text."""
        for message in messages:
            text = message.get(TEXT)
            if text is not None and self._trained is not None:
                found = understand(self._trained, text, _words(message))
                if wishes := wish_settings.wishes_in(self._trained, text, found, self._terms):
                    found = wish_settings.led_by(wishes[0], found)
                    message.set(WISHES, wish_settings.as_output(wishes, text), add_to_output=True)
                if found.mood:
                    message.set(MOOD, dict(found.mood), add_to_output=True)
                if found.in_vain is not None:
                    message.set(IN_VAIN, found.in_vain, add_to_output=True)
                self._add_intent(message, found)
                self._add_entities(message, found.entities, text)
        return messages

    def _add_intent(self, message: Message, found: Understanding) -> None:
        assert self._trained is not None
        if not self._trained.model.intents:
            return
        ranking = [{"name": name, "confidence": share} for name, share in found.ranking]
        if not found.understood and self._config[FALLBACK]:
            best_share = found.ranking[0][1] if found.ranking else 0.0
            # What is like nothing in training may still be nearer to one intent than to the others; the ranking
            # stays in order.
            doubt = max(1.0 - best_share, best_share)
            ranking.insert(0, {"name": DEFAULT_NLU_FALLBACK_INTENT_NAME, "confidence": doubt})
        best = ranking[0] if ranking else {"name": None, "confidence": 0.0}
        message.set(INTENT, dict(best), add_to_output=True)
        message.set(INTENT_RANKING_KEY, ranking[: self._config[RANKING_LENGTH]], add_to_output=True)

    def _add_entities(self, message: Message, entities: tuple[FoundEntity, ...], text: str) -> None:
        found = self.add_extractor_name([_rasa_entity(entity, text) for entity in entities])
        message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)


def _words(message: Message) -> tuple[Span, ...]:
    return tuple((token.start, token.end) for token in message.get(TOKENS_NAMES[TEXT], []))


def _example(message: Message) -> Example:
    entities = tuple(
        LabelledSpan(
            entity["start"],
            entity["end"],
            Label(entity["entity"], entity.get("role") or "", entity.get("group") or ""),
        )
        for entity in message.get(ENTITIES) or []
        if entity.get("extractor") in (None, TransformerClassifier.__name__)
    )
    mood = _marked(message, MOOD)
    return Example(
        text=message.get(TEXT),
        words=_words(message),
        intent=message.get(INTENT),
        entities=entities,
        mood=None if mood is None else str(mood),
        in_vain=_marked(message, IN_VAIN) is True,
    )


def _marked(message: Message, name: str) -> object:
    """What a designer wrote as `metadata: {mood: …, in_vain: …}` on the example or on all of a block."""
    metadata = message.get(METADATA) or {}
    for level in (METADATA_EXAMPLE, METADATA_INTENT):
        labels = metadata.get(level)
        if isinstance(labels, dict) and labels.get(name) is not None:
            return labels[name]
    return None


def _rasa_entity(entity: FoundEntity, text: str) -> dict[str, Any]:
    label = entity.label
    rasa: dict[str, Any] = {
        "entity": label.entity,
        "start": entity.start,
        "end": entity.end,
        "value": text[entity.start : entity.end],
        "confidence_entity": entity.confidence,
    }
    for name, value in (("role", label.role), ("group", label.group)):
        if value:
            rasa[name] = value
            rasa[f"confidence_{name}"] = entity.confidence
    return rasa
