"""The public data sets, read from the folder that the person names. Nothing of them is kept in the project."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.errors import DataMissing


@dataclass(frozen=True, order=True)
class WordSpan:
    """An entity by words: from `first` to `last`, both included."""

    first: int
    last: int
    entity: str


@dataclass(frozen=True)
class Sentence:
    """A labelled message. `intent` is None where it belongs to none. Words are what white space separates."""

    words: tuple[str, ...]
    intent: str | None
    entities: tuple[WordSpan, ...] = ()

    @property
    def text(self) -> str:
        return " ".join(self.words)

    def characters(self, span: WordSpan) -> tuple[int, int]:
        """Where in `text` an entity starts and ends (exclusive)."""
        start = sum(len(word) + 1 for word in self.words[: span.first])
        return start, start + len(" ".join(self.words[span.first : span.last + 1]))


@dataclass(frozen=True)
class DataSet:
    """What one run trains on, what it is asked, and what of that belongs to no intent."""

    train: tuple[Sentence, ...]
    test: tuple[Sentence, ...]
    outside: tuple[Sentence, ...] = ()


@dataclass(frozen=True)
class Experiment:
    """A data set and how much of it is trained on: a fixed split, or so many sentences of each intent, drawn anew
    for each seed."""

    name: str
    folder: str
    train: str
    sample: int | None = None
    outside: str | None = None


EXPERIMENTS = {
    each.name: each
    for each in (
        Experiment("banking77-10", "BANKING77", "train_10"),
        Experiment("banking77-5", "BANKING77", "train_5"),
        Experiment("clinc150-10", "CLINC150", "train_10", outside="oos_test.json"),
        Experiment("clinc150-5", "CLINC150", "train_5", outside="oos_test.json"),
        Experiment("snips-100", "SNIPS", "train", sample=100),
    )
}


def load(experiment: Experiment, data: Path, seed: int) -> DataSet:
    """Raises `DataMissing` when a file is absent or its lines do not fit together."""
    folder = data / experiment.folder
    train = read_split(folder / experiment.train)
    if experiment.sample is not None:
        train = sample_of_each_intent(train, experiment.sample, seed)
    outside = read_outside(folder / experiment.outside) if experiment.outside else ()
    return DataSet(train, read_split(folder / "test"), outside)


def missing(names: Sequence[str], data: Path) -> list[Path]:
    """What these experiments need and do not find in `data`."""
    wanted: dict[Path, None] = {}
    for experiment in (EXPERIMENTS[name] for name in names):
        folder = data / experiment.folder
        for split in (experiment.train, "test"):
            wanted |= dict.fromkeys((folder / split / "seq.in", folder / split / "label"))
        if experiment.outside:
            wanted[folder / experiment.outside] = None
    return [path for path in wanted if not path.is_file()]


def read_split(folder: Path) -> tuple[Sentence, ...]:
    """A folder with `seq.in` and `label`, and `seq.out` where there are entities; one line a sentence in each."""
    rows = [line.split() for line in _lines(folder / "seq.in")]
    labels = [line.strip() for line in _lines(folder / "label")]
    tags = [line.split() for line in _lines(folder / "seq.out")] if (folder / "seq.out").exists() else [[]] * len(rows)
    if not len(rows) == len(labels) == len(tags):
        raise DataMissing(
            f"{folder}: seq.in has {len(rows)} lines, label {len(labels)}, seq.out {len(tags)}. Get the data set anew."
        )
    for number, (words, of_words) in enumerate(zip(rows, tags, strict=True), start=1):
        if of_words and len(of_words) != len(words):
            raise DataMissing(f"{folder}/seq.out, line {number}: {len(of_words)} tags for {len(words)} words.")
    return tuple(
        Sentence(tuple(words), label, entities_of(of_words))
        for words, label, of_words in zip(rows, labels, tags, strict=True)
    )


def read_outside(file: Path) -> tuple[Sentence, ...]:
    """`{"oos_test": ["a sentence", …]}`: sentences that belong to no intent."""
    try:
        texts = json.loads("\n".join(_lines(file)))["oos_test"]
    except (ValueError, KeyError, TypeError) as exc:
        raise DataMissing(f'{file} does not hold {{"oos_test": [sentences]}}: {exc!r}') from exc
    return tuple(Sentence(tuple(text.split()), None) for text in texts)


def entities_of(tags: Sequence[str]) -> tuple[WordSpan, ...]:
    """BIO tags → spans. As conlleval reads them: an `I-` that continues nothing starts a span."""
    spans: list[WordSpan] = []
    for position, tag in enumerate(tags):
        prefix, _, entity = tag.partition("-")
        if prefix == "O":
            continue
        before = spans[-1] if spans else None
        if prefix == "I" and before and before.last == position - 1 and before.entity == entity:
            spans[-1] = WordSpan(before.first, position, entity)
        else:
            spans.append(WordSpan(position, position, entity))
    return tuple(spans)


def sample_of_each_intent(sentences: Sequence[Sentence], count: int, seed: int) -> tuple[Sentence, ...]:
    """`count` different sentences of each intent; all that there are of an intent with fewer."""
    by_intent: dict[str, dict[tuple[str, ...], Sentence]] = defaultdict(dict)
    for sentence in sentences:
        by_intent[sentence.intent or ""][sentence.words] = sentence
    chance = random.Random(seed)  # noqa: S311 - a draw to be repeated, not a secret
    drawn: list[Sentence] = []
    for intent in sorted(by_intent):
        pool = list(by_intent[intent].values())
        drawn += chance.sample(pool, min(count, len(pool)))
    return tuple(drawn)


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8").rstrip("\n").split("\n")
    except OSError as exc:
        raise DataMissing(f"{file} cannot be read: {exc.strerror}.") from exc
