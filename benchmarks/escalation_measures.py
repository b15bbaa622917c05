"""What was handed over against what should have been."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

NOBODY = "nobody"


@dataclass(frozen=True)
class Item:
    """One conversation, and what should become of it. The files' heads say what the fields mean."""

    said: tuple[str, ...]
    to: str
    also: frozenset[str] = frozenset()
    first: int = 1
    """From which message on, counted from 1, handing over is right."""


@dataclass(frozen=True)
class Outcome:
    """At which message, counted from 1, the conversation was handed over, and why; None for never."""

    at: int | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Score:
    """Counts of conversations."""

    should: int
    found: int
    """Of those that should: handed over, and not too early."""
    right_reason: int
    handed_over: int
    wrongly: int
    """Handed over that should not be, or too early."""

    @property
    def recall(self) -> float:
        return self.found / self.should if self.should else 1.0

    @property
    def precision(self) -> float:
        return 1 - self.wrongly / self.handed_over if self.handed_over else 1.0


def read_items(file: Path) -> list[Item]:
    return [
        Item(tuple(each["said"]), each["to"], frozenset(each.get("also", ())), each.get("from", len(each["said"])))
        for each in yaml.safe_load(file.read_text("utf-8"))
    ]


def score(items: Sequence[Item], outcomes: Sequence[Outcome]) -> Score:
    """Over all reasons."""
    pairs = list(zip(items, outcomes, strict=True))
    should = [(item, outcome) for item, outcome in pairs if item.to != NOBODY]
    found = [(item, outcome) for item, outcome in should if outcome.at is not None and outcome.at >= item.first]
    handed_over = [outcome for _, outcome in pairs if outcome.at is not None]
    right = [outcome for item, outcome in found if outcome.reason in {item.to, *item.also}]
    return Score(len(should), len(found), len(right), len(handed_over), len(handed_over) - len(found))


def by_reason(items: Sequence[Item], outcomes: Sequence[Outcome]) -> Mapping[str, Score]:
    """Recall of the conversations that are of a reason; precision of those that were handed over for it."""
    pairs = list(zip(items, outcomes, strict=True))
    scores: dict[str, Score] = {}
    for reason in dict.fromkeys(item.to for item in items if item.to != NOBODY):
        of_it = [pair for pair in pairs if pair[0].to == reason]
        found = [outcome for item, outcome in of_it if outcome.at is not None and outcome.at >= item.first]
        right = [outcome for outcome in found if outcome.reason == reason]
        for_it = [pair for pair in pairs if pair[1].reason == reason]
        wrong = [item for item, outcome in for_it if not _deserved(item, outcome, reason)]
        scores[reason] = Score(len(of_it), len(found), len(right), len(for_it), len(wrong))
    return scores


def _deserved(item: Item, outcome: Outcome, reason: str) -> bool:
    return reason in {item.to, *item.also} and outcome.at is not None and outcome.at >= item.first
