"""What the domain knows: its intents and entities."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from deskhand.nlu.doctor.corpus import Sentence, grouped
from deskhand.nlu.doctor.documents import entries, items, yaml_files
from deskhand.nlu.doctor.errors import TrainingDataError
from deskhand.nlu.doctor.findings import Finding, Kind, Place
from deskhand.yaml_files import compose, line_of

_SHOWN = 3


@dataclass(frozen=True)
class Names:
    """The names in the domain, with where each stands."""

    intents: dict[str, Place]
    entities: dict[str, Place]


def read_names(domain: Path) -> Names:
    """The names in `domain.yml`, or in all files of a domain folder. Raises `TrainingDataError`."""
    names = Names({}, {})
    for file in yaml_files(domain):
        content = entries(compose(file, TrainingDataError))
        names.intents.update(_listed(file, content.get("intents")))
        names.entities.update(_listed(file, content.get("entities")))
    return names


def _listed(file: Path, node: yaml.Node | None) -> Iterator[tuple[str, Place]]:
    """Each item is a name, or a mapping from one name to its settings."""
    for item in items(node):
        for name in entries(item) or [str(item.value)]:
            yield name, Place(file, line_of(item))


def configured_weights(config: Path) -> str | None:
    """The encoder that a component in config.yml names, if one does. Raises `TrainingDataError`."""
    components = [entries(item) for item in items(entries(compose(config, TrainingDataError)).get("pipeline"))]
    return next((str(each["weights"].value) for each in components if "weights" in each), None)


def unknown_intents(sentences: Iterable[Sentence], names: Names) -> list[Finding]:
    """Intents with examples that are not in the domain."""
    unknown = [sentence for sentence in sentences if sentence.intent.split("/")[0] not in names.intents]
    return [
        Finding(
            Kind.UNKNOWN_INTENT,
            f"The intent {intent} has {len(found)} examples, but is not in the domain.",
            f"Add {intent} to `intents:` in the domain, or mend its name here.",
            tuple(sentence.quote() for sentence in found[:_SHOWN]),
            weight=len(found),
        )
        for intent, found in grouped(unknown, lambda sentence: sentence.intent.split("/")[0]).items()
    ]


def unknown_entities(sentences: Iterable[Sentence], names: Names) -> list[Finding]:
    """Annotated entities that are not in the domain."""
    unknown = [
        (annotation.entity, sentence)
        for sentence in sentences
        for annotation in sentence.annotations
        if annotation.entity not in names.entities
    ]
    return [
        Finding(
            Kind.UNKNOWN_ENTITY,
            f"The entity {entity} is annotated {len(found)} times, but is not in the domain.",
            f"Add {entity} to `entities:` in the domain, or mend its name here.",
            tuple(sentence.quote() for _, sentence in found[:_SHOWN]),
            weight=len(found),
        )
        for entity, found in grouped(unknown, lambda pair: pair[0]).items()
    ]
