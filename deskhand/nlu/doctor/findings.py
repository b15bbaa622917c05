"""What the doctor finds, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


@dataclass(frozen=True, order=True)
class Place:
    """A line in a file, counted from 1."""

    file: Path
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Kind(StrEnum):
    """The kinds of findings, the most important first. The values are public: `--only` and `--json` use them."""

    BROKEN_ANNOTATION = "broken-annotation"
    NOT_AN_EXAMPLE = "not-an-example"
    UNKNOWN_INTENT = "unknown-intent"
    UNKNOWN_ENTITY = "unknown-entity"
    TWO_INTENTS = "two-intents"
    HELD_OUT = "held-out"
    TWO_ANNOTATIONS = "two-annotations"
    TWO_VALUES = "two-values"
    CUT_WORD = "cut-word"
    DUPLICATE = "duplicate"
    SINGLE_EXAMPLE = "single-example"
    MISLABELLED = "mislabelled"
    NEARLY_TWO_INTENTS = "nearly-two-intents"
    OVERLAP = "overlap"
    ENTITY_MISSING = "entity-missing"
    ENTITY_BOUNDARY = "entity-boundary"
    NEAR_DUPLICATE = "near-duplicate"
    FEW_EXAMPLES = "few-examples"
    NARROW = "narrow"
    UNBALANCED = "unbalanced"
    ONE_VALUE = "one-value"

    @property
    def certain(self) -> bool:
        """Whether a finding of this kind is wrong whatever the assistant is for: the command fails on it."""
        return self in _CERTAIN

    @property
    def heading(self) -> str:
        return _HEADINGS[self]


_HEADINGS = {
    Kind.BROKEN_ANNOTATION: "Annotations that cannot be read",
    Kind.NOT_AN_EXAMPLE: "Lines that Rasa leaves out",
    Kind.UNKNOWN_INTENT: "Intents that the domain does not know",
    Kind.UNKNOWN_ENTITY: "Entities that the domain does not know",
    Kind.TWO_INTENTS: "The same sentence under two intents",
    Kind.HELD_OUT: "Sentences of the held-out set in the training data",
    Kind.TWO_ANNOTATIONS: "The same sentence, annotated in two ways",
    Kind.TWO_VALUES: "The same phrase with two values",
    Kind.CUT_WORD: "Annotations that cut a word or take in a space",
    Kind.DUPLICATE: "The same sentence twice",
    Kind.SINGLE_EXAMPLE: "Intents with a single example",
    Kind.MISLABELLED: "Examples that look as if they belonged to another intent",
    Kind.NEARLY_TWO_INTENTS: "Nearly the same sentence under two intents",
    Kind.OVERLAP: "Intents that overlap",
    Kind.ENTITY_MISSING: "Phrases that are annotated here and not there",
    Kind.ENTITY_BOUNDARY: "Entities that begin or end another way than elsewhere",
    Kind.NEAR_DUPLICATE: "Nearly the same sentence",
    Kind.FEW_EXAMPLES: "Intents with few examples",
    Kind.NARROW: "Intents whose examples are much alike",
    Kind.UNBALANCED: "Intents with very many examples",
    Kind.ONE_VALUE: "Entities with a single value",
}

_CERTAIN = frozenset(list(Kind)[: list(Kind).index(Kind.SINGLE_EXAMPLE) + 1])


@dataclass(frozen=True)
class Quote:
    """A sentence that a finding is about, as it stands in its file."""

    place: Place
    text: str
    intent: str = ""
    note: str = ""


@dataclass(frozen=True)
class Finding:
    """One thing to look at. `weight` orders findings of a kind: more is more important."""

    kind: Kind
    message: str
    action: str
    quotes: tuple[Quote, ...]
    weight: float = 0.0
    intents: tuple[str, ...] = ()

    def concerns(self, intent: str) -> bool:
        return intent in self.intents or any(quote.intent == intent for quote in self.quotes)
