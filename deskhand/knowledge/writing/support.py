"""Whether a drafted sentence says what the passages that it cites say, and no more.

Nothing here understands language, so every doubt counts against the sentence: what is dropped costs a nicer wording,
and what is let through falsely costs a customer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from deskhand.knowledge.words import COMMON, KINDS, stems
from deskhand.knowledge.writing.excerpts import Excerpt
from deskhand.knowledge.writing.figures import Figure, figures

ENOUGH_COVERED = 0.7
"""The share of a sentence's content words that the passage's sentences behind it, and their headings, must have."""
ENOUGH_OF_ITS_OWN = 0.5
"""The same without the headings, which say what a passage is about and nothing about it."""
MOST_UNITS = 3
"""A drafted sentence may draw together this many sentences of a passage."""

_ADDRESS = re.compile(
    r"(?:[a-z]+://|www\.)[^\s)>\]]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b[^\s)>\]]*", re.I
)
_MARKUP = re.compile(r"\]\(|[<>]")
_OF_ITSELF = re.compile(r"\b(?:I|I['’](?:m|ll|ve|d)|me|my)\b")
_NEGATION = re.compile(r"\b(?:not|no|never|without|cannot|none|neither|nor|nothing|nobody|unable)\b|n['’]t\b", re.I)
_CLAUSE_END = re.compile(
    r"[;:,–—()]|\b(?:and|but|or|while|although|though|whereas|if|when|because|since|so that|unless|until)\b", re.I
)
_WEIGHTY = re.compile(
    r"\b(?:before|after|within|until|unless|only|except|least|most|over|under|above|below|more|less|free|always|every"
    r"|all|each|immediately|instantly|guaranteed?|automatically|working|must|maximum|minimum|unlimited|forever)\b",
    re.IGNORECASE,
)
_LIMIT = re.compile(r"\b(?:only|unless|except|provided|as long as)\b", re.IGNORECASE)
_LIMITED = re.compile(r"\b(?:only|unless|except|provided|as long as|if|when|must|need|without|not)\b|n['’]t\b", re.I)
_HEDGE = re.compile(r"\b(?:may|might|usually|normally|often|sometimes|mostly|most|about|around|up to|some)\b", re.I)
_HEDGED = re.compile(
    r"\b(?:may|might|can|could|usually|normally|often|sometimes|mostly|most|about|around|up to|some|should)\b", re.I
)
_CAPITALISED = re.compile(r"(?<![.!?]\s)(?<!^)\b[A-Z][\w'’-]*")


@dataclass(frozen=True)
class Support:
    """What stands behind a drafted sentence."""

    units: tuple[str, ...]
    """The sentences of passages that say it."""


def support_of(sentence: str, excerpt: Excerpt) -> Support | None:
    """What in the excerpt says this, or None when something in it isn't said there.

    One excerpt at a time: sentences of two articles together may say what neither does.
    """
    if sentence.rstrip().endswith("?") or _OF_ITSELF.search(sentence):
        return None  # offers and promises are not the model's to make
    if not _addresses_are_known(sentence, excerpt.text) or not _names_are_known(sentence, excerpt.text):
        return None
    units = _best_units(sentence, excerpt)
    if not units:
        return None
    said = " ".join(units)
    behind = f"{said} {excerpt.head}"
    if not _is_covered(sentence, said, excerpt.head) or not _figures_are_said(sentence, behind):
        return None
    if not set(_lower(_WEIGHTY, sentence)) <= set(_lower(_WEIGHTY, behind)):
        return None
    agrees = all(_clause_agrees(clause, units) for clause in _clauses(sentence))
    return Support(tuple(units)) if agrees else None


def _is_covered(sentence: str, said: str, head: str) -> bool:
    words, own = _content(sentence), _content(said)
    return len(words & (own | _content(head))) >= ENOUGH_COVERED * len(words) and (
        len(words & own) >= ENOUGH_OF_ITS_OWN * len(words)
    )


def _best_units(sentence: str, excerpt: Excerpt) -> list[str]:
    """The sentences that have most of its words, chosen without a look at the figures: a figure must stand in the
    sentence that speaks of the same thing, not just somewhere."""
    missing = _content(sentence)
    chosen: list[str] = []
    while missing and len(chosen) < MOST_UNITS:
        best = max(excerpt.units, key=lambda unit: len(missing & _content(unit)), default="")
        covered = missing & _content(best)
        if not covered:
            break
        # Of those that have as many, the one with its figures: lists repeat the same words beside different ones.
        rivals = [unit for unit in excerpt.units if len(missing & _content(unit)) == len(covered)]
        best = next((unit for unit in rivals if _figures_are_said(sentence, unit)), best)
        chosen.append(best)
        missing = missing - covered
    return chosen


def _clause_agrees(clause: str, units: Sequence[str]) -> bool:
    """Whether the part of the passage that is most like this part of the sentence denies what it denies, has its
    figures, and is no more careful or limited than it."""
    words = _content(clause)
    if not words:
        return True
    parts = [(part, unit) for unit in units for part in _clauses(unit)]
    overlaps = [len(words & _content(part)) for part, _ in parts]
    if not max(overlaps, default=0):
        return True
    nearest = [parts[at] for at, overlap in enumerate(overlaps) if overlap == max(overlaps)]
    return all(_same_sense(clause, part, unit) for part, unit in nearest) and any(
        _figures_are_said(clause, unit) for _, unit in nearest
    )


def _same_sense(clause: str, part: str, unit: str) -> bool:
    if bool(_NEGATION.search(clause)) != bool(_NEGATION.search(part)):
        return False
    if _LIMIT.search(unit) and not _LIMITED.search(clause) and _LIMIT.search(part):
        return False
    return not _HEDGE.search(part) or bool(_HEDGED.search(clause))


def _clauses(text: str) -> list[str]:
    return [part.strip() for part in _CLAUSE_END.split(text) if part.strip()]


def _figures_are_said(sentence: str, text: str) -> bool:
    said = figures(text)
    return all(_said(figure, said) for figure in figures(sentence))


def _said(figure: Figure, said: Sequence[Figure]) -> bool:
    return any(figure.is_said_by(other) for other in said)


def _addresses_are_known(sentence: str, text: str) -> bool:
    if _MARKUP.search(sentence):
        return False
    return all(match.rstrip(".,;:!?").lower() in text.lower() for match in _ADDRESS.findall(sentence))


def _names_are_known(sentence: str, text: str) -> bool:
    known = set(stems(text))
    return all(set(stems(name)) <= known for name in _CAPITALISED.findall(sentence))


def _content(text: str) -> set[str]:
    """The stems that say what a text is about. Figures are checked apart."""
    return {word for word in stems(text) if word not in COMMON and word not in KINDS and not word.strip("£").isdigit()}


def _lower(pattern: re.Pattern[str], text: str) -> list[str]:
    return [match.lower() for match in pattern.findall(text)]
