"""BILOU tags over words, and the way from annotated spans to tags and back.

A label is an entity with its role and group, so that one sequence of tags says all three, as Rasa has them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Span = tuple[int, int]
"""The first character, and the one after the last."""

OUTSIDE = 0
_BEGIN, _INSIDE, _LAST, _UNIT = range(4)


@dataclass(frozen=True, order=True)
class Label:
    """What a stretch of words can be. Empty strings stand for no role and no group."""

    entity: str
    role: str = ""
    group: str = ""


@dataclass(frozen=True)
class LabelledSpan:
    """An entity in a text, by characters."""

    start: int
    end: int
    label: Label


class TagScheme:
    """Numbers the tags of a set of labels: 0 is outside, then B, I, L, U of each label."""

    def __init__(self, labels: Iterable[Label]) -> None:
        self.labels = tuple(sorted(set(labels)))
        self._number = {label: index for index, label in enumerate(self.labels)}

    def __len__(self) -> int:
        """How many tags there are."""
        return 1 + 4 * len(self.labels)

    def encode(self, words: Sequence[Span], spans: Iterable[LabelledSpan]) -> list[int]:
        """The tag of each word. A word that a span covers in part counts as covered; of overlapping spans
        the first counts."""
        tags = [OUTSIDE] * len(words)
        for span in spans:
            inside = [i for i, (start, end) in enumerate(words) if start < span.end and end > span.start]
            if not inside or any(tags[i] != OUTSIDE for i in inside):
                continue
            for place, index in enumerate(inside):
                tags[index] = self._tag(span.label, place, len(inside))
        return tags

    def _tag(self, label: Label, place: int, length: int) -> int:
        base = 1 + 4 * self._number[label]
        if length == 1:
            return base + _UNIT
        if place == 0:
            return base + _BEGIN
        return base + (_LAST if place == length - 1 else _INSIDE)

    def decode(self, tags: Sequence[int]) -> list[tuple[int, int, Label]]:
        """(first word, last word, label) of each entity in a valid sequence of tags."""
        found = []
        first = 0
        for index, tag in enumerate(tags):
            if tag == OUTSIDE:
                continue
            kind = (tag - 1) % 4
            if kind in (_BEGIN, _UNIT):
                first = index
            if kind in (_LAST, _UNIT):
                found.append((first, index, self.labels[(tag - 1) // 4]))
        return found

    def may_start(self, tag: int) -> bool:
        """Whether a sequence may start with this tag."""
        return tag == OUTSIDE or (tag - 1) % 4 in (_BEGIN, _UNIT)

    def may_end(self, tag: int) -> bool:
        """Whether a sequence may end with this tag."""
        return tag == OUTSIDE or (tag - 1) % 4 in (_LAST, _UNIT)

    def may_follow(self, before: int, after: int) -> bool:
        """Whether `after` may stand right after `before`."""
        if self.may_end(before):
            return self.may_start(after)
        same_label = after != OUTSIDE and (before - 1) // 4 == (after - 1) // 4
        return same_label and (after - 1) % 4 in (_INSIDE, _LAST)
