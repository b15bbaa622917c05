"""Writes a data set as an ordinary Rasa project, the same for both sides but for the pipeline."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader, RasaYAMLWriter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from benchmarks.data_sets import Sentence
from benchmarks.errors import BenchmarkError

DESKHAND, STOCK = "deskhand", "stock"
SIDES = (DESKHAND, STOCK)

CONFIG_OF_PROJECT = Path(__file__).resolve().parent.parent / "config.yml"

STOCK_PIPELINE: tuple[dict[str, Any], ...] = (
    {"name": "WhitespaceTokenizer"},
    {"name": "RegexFeaturizer"},
    {"name": "LexicalSyntacticFeaturizer"},
    {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
    {"name": "DIETClassifier", "epochs": 100, "constrain_similarities": True},
    {"name": "EntitySynonymMapper"},
)
"""Rasa 3.6's default pipeline, without ResponseSelector: there are no answers to select."""

STOCK_FALLBACK: dict[str, Any] = {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1}
"""The rest of the default pipeline, with its default limits. Only where refusing is measured."""

SEEDED = ("DIETClassifier", "TransformerClassifier")


def pipeline_of(side: str, *, refusing: bool, seed: int) -> list[dict[str, Any]]:
    """The components of one side. Deskhand's are those of the project's config.yml, which always can refuse."""
    if side == DESKHAND:
        components = yaml.safe_load(CONFIG_OF_PROJECT.read_text(encoding="utf-8"))["pipeline"]
    else:
        components = [*STOCK_PIPELINE, STOCK_FALLBACK] if refusing else [*STOCK_PIPELINE]
    seeded = [
        {**component, "random_seed": seed} if component["name"].split(".")[-1] in SEEDED else dict(component)
        for component in components
    ]
    if not any("random_seed" in component for component in seeded):
        raise BenchmarkError(f"No component of {side}'s pipeline takes a seed. Known ones: {', '.join(SEEDED)}.")
    return seeded


def write_project(folder: Path, train: Sequence[Sentence], pipeline: Sequence[dict[str, Any]]) -> None:
    """Writes config.yml, domain.yml and nlu.yml.

    Raises `BenchmarkError` when a sentence would not be read back as it is, e.g. one with the brackets of Rasa's
    annotations in it.
    """
    intents = sorted({sentence.intent for sentence in train if sentence.intent})
    entities = sorted({span.entity for sentence in train for span in sentence.entities})
    config = {"recipe": "default.v1", "assistant_id": "benchmark", "language": "en", "pipeline": list(pipeline)}
    domain = {"version": "3.1", "intents": intents, "entities": entities}
    (folder / "config.yml").write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")
    (folder / "domain.yml").write_text(yaml.safe_dump(domain, sort_keys=False), encoding="utf-8")
    text = RasaYAMLWriter().dumps(TrainingData(training_examples=[_message(sentence) for sentence in train]))
    _check_read_back(text, train)
    (folder / "nlu.yml").write_text(text, encoding="utf-8")


def _message(sentence: Sentence) -> Message:
    entities = []
    for span in sentence.entities:
        start, end = sentence.characters(span)
        entities.append({"entity": span.entity, "start": start, "end": end, "value": sentence.text[start:end]})
    return Message.build(text=sentence.text, intent=sentence.intent, entities=entities)


def _check_read_back(text: str, train: Sequence[Sentence]) -> None:
    read = {_content(message) for message in RasaYAMLReader().reads(text).training_examples}
    lost = [sentence.text for sentence in train if _content(_message(sentence)) not in read]
    if lost:
        raise BenchmarkError(f"Rasa's format would change {len(lost)} sentences, the first: {lost[0]!r}")


def _content(message: Message) -> tuple[Any, ...]:
    entities = tuple((entity["entity"], entity["start"], entity["end"]) for entity in message.get("entities") or ())
    return message.get("text"), message.get("intent"), entities
