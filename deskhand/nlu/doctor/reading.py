"""Reads NLU data as Rasa does, but remembers the line of each example."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from rasa.shared.exceptions import RasaException
from rasa.shared.nlu.training_data.entities_parser import find_entities_in_training_example, replace_entities

from deskhand.nlu.doctor.corpus import Annotation, Corpus, Sentence
from deskhand.nlu.doctor.documents import entries, items, numbered_lines, yaml_files
from deskhand.nlu.doctor.errors import TrainingDataError
from deskhand.nlu.doctor.findings import Finding, Kind, Place, Quote
from deskhand.yaml_files import compose, is_null, line_of

_STRIPPED = "\n\r "
_LEFT_OVER = re.compile(r"\]\s*\(\w*\)?|\]\s*\{")
_HOW_TO_ANNOTATE = 'Write it as [text](entity) or [text]{"entity": "entity", "value": "value"}.'


def read(path: Path) -> Corpus:
    """The examples in a file, or in all YAML files of a folder.

    Raises `TrainingDataError` for a file that cannot be read, and when there is no example at all.
    """
    reading = _Reading()
    for file in yaml_files(path):
        _read_file(file, reading)
    if not reading.sentences:
        raise TrainingDataError(path, None, "there is no example of any intent here.")
    return Corpus(tuple(reading.sentences), reading.synonyms, tuple(reading.findings))


@dataclass
class _Reading:
    """What was read so far."""

    sentences: list[Sentence] = field(default_factory=list)
    synonyms: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def _read_file(file: Path, reading: _Reading) -> None:
    nlu = entries(compose(file, TrainingDataError)).get("nlu")
    if nlu is None or is_null(nlu):
        return
    if not isinstance(nlu, yaml.SequenceNode):
        raise TrainingDataError(
            file, line_of(nlu), "`nlu:` needs a list of blocks, each with `- intent:` and the like."
        )
    source = file.read_text(encoding="utf-8").splitlines()
    for block in items(nlu):
        content = entries(block)
        if "synonym" in content:
            _read_synonym(file, content, source, reading)
        elif "intent" in content:
            _read_intent(file, content, source, reading)


def _read_synonym(file: Path, content: dict[str, yaml.Node], source: list[str], reading: _Reading) -> None:
    value = str(content["synonym"].value)
    for _, text in _listed(file, value, content.get("examples"), source, reading):
        reading.synonyms[text.lower()] = value


def _read_intent(file: Path, content: dict[str, yaml.Node], source: list[str], reading: _Reading) -> None:
    intent = str(content["intent"].value)
    for place, text in _listed(file, intent, content.get("examples"), source, reading):
        try:
            sentence = parse(place, intent, text)
        except RasaException as exc:
            reading.findings.append(_broken(Quote(place, text, intent), f"Rasa cannot read this annotation: {exc}"))
            continue
        reading.sentences.append(sentence)
        if _LEFT_OVER.search(sentence.text):
            reading.findings.append(
                _broken(sentence.quote(), "This looks like an annotation, but Rasa takes it as plain text.")
            )


def parse(place: Place, intent: str, source: str) -> Sentence:
    """The example as Rasa's own parser understands it. Raises `RasaException` for a broken annotation."""
    text = replace_entities(source)
    annotations = tuple(
        Annotation(
            start=found["start"],
            end=found["end"],
            text=text[found["start"] : found["end"]],
            entity=str(found["entity"]),
            value=str(found["value"]),
            role=found.get("role"),
            group=found.get("group"),
        )
        for found in find_entities_in_training_example(source)
    )
    return Sentence(place, intent, source, text, annotations)


def _listed(
    file: Path, name: str, examples: yaml.Node | None, source: list[str], reading: _Reading
) -> Iterator[tuple[Place, str]]:
    """The examples of a block with their lines: after `|`, or as a list of `- text:`."""
    if isinstance(examples, yaml.SequenceNode):
        yield from _listed_as_objects(file, examples, source)
        return
    if not isinstance(examples, yaml.ScalarNode):
        return
    for line, raw in numbered_lines(examples, source):
        place, text = Place(file, line), raw.rstrip(_STRIPPED)
        if text.startswith("-") and text[1:].strip():
            yield place, text[1:].strip(_STRIPPED)
        elif text.startswith("-"):
            reading.findings.append(_left_out(Quote(place, text, name), "This example is empty."))
        elif text.strip():
            problem = "Rasa leaves this line out: it does not begin with '-' in the first column of the block."
            reading.findings.append(_left_out(Quote(place, text, name), problem))


def _listed_as_objects(file: Path, examples: yaml.SequenceNode, source: list[str]) -> Iterator[tuple[Place, str]]:
    for item in items(examples):
        text = entries(item).get("text")
        if isinstance(text, yaml.ScalarNode):
            line = next((line for line, part in numbered_lines(text, source) if part.strip()), line_of(text))
            yield Place(file, line), str(text.value).strip(_STRIPPED)


def _broken(quote: Quote, message: str) -> Finding:
    return Finding(Kind.BROKEN_ANNOTATION, message, _HOW_TO_ANNOTATE, (quote,))


def _left_out(quote: Quote, message: str) -> Finding:
    return Finding(Kind.NOT_AN_EXAMPLE, message, "Begin it with '- ', in line with the others, or delete it.", (quote,))
