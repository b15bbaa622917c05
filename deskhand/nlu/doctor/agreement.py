"""Entities that are annotated one way here and another way there."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from deskhand.nlu.doctor.corpus import Annotation, Sentence, Word, grouped
from deskhand.nlu.doctor.findings import Finding, Kind

LEAST_MAJORITY = 4
MOST_MINORITY = 0.2
LEAST_AT_BOUNDARY = 10
MOST_AT_BOUNDARY = 0.08


@dataclass(frozen=True)
class Occurrence:
    """A phrase in a sentence, as an entity or (`entity` is empty) not, with the words around it."""

    sentence: Sentence
    phrase: str
    entity: str
    before: str
    after: str


def disagreements(sentences: Sequence[Sentence]) -> list[Finding]:
    """Phrases that are usually annotated as one entity, and in few places not at all or as another one."""
    findings = []
    for phrase, found in grouped(_occurrences(sentences), lambda each: each.phrase).items():
        counts = Counter(each.entity for each in found)
        entity, usual = counts.most_common(1)[0]
        others = [each for each in found if each.entity != entity]
        if not others or usual < LEAST_MAJORITY or len(others) > MOST_MINORITY * len(found):
            continue
        around = {(each.before, "") for each in found if each.entity == entity}
        around |= {("", each.after) for each in found if each.entity == entity}
        odd = [each for each in others if (each.before, "") in around and ("", each.after) in around]
        if odd:
            findings.append(_disagreement(phrase, entity, usual, odd))
    return findings


def _disagreement(phrase: str, entity: str, usual: int, odd: Sequence[Occurrence]) -> Finding:
    if entity:
        message = f"{phrase!r} is annotated as {entity} {usual} times, and {len(odd)} times otherwise."
        action = f"Annotate it as {entity} here as well, if it is one."
    else:
        message = f"{phrase!r} is left without annotation {usual} times, and {len(odd)} times annotated."
        action = "Take the annotation away here, or annotate the phrase in the other places."
    quotes = tuple(each.sentence.quote(f"as {each.entity}" if each.entity else "not annotated") for each in odd)
    return Finding(Kind.ENTITY_MISSING, message, action, quotes, weight=usual / len(odd))


def _occurrences(sentences: Sequence[Sentence]) -> Iterator[Occurrence]:
    annotated = [(sentence, _span(sentence, each), each) for sentence in sentences for each in sentence.annotations]
    phrases: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for sentence, (first, last), each in annotated:
        words = tuple(word.text for word in sentence.words[first:last])
        if any(word.isalpha() for word in words):
            phrases[words[0]].add(words)
            yield _occurrence(sentence, first, last, each.entity)
    for sentence in sentences:
        yield from _bare_occurrences(sentence, phrases)


def _bare_occurrences(sentence: Sentence, phrases: dict[str, set[tuple[str, ...]]]) -> Iterator[Occurrence]:
    """The places where a phrase stands that is an entity elsewhere, outside of any entity."""
    words = tuple(word.text for word in sentence.words)
    taken = {n for each in sentence.annotations for n in range(*_span(sentence, each))}
    for first, word in enumerate(words):
        fitting = [phrase for phrase in phrases.get(word, ()) if words[first : first + len(phrase)] == phrase]
        if fitting:
            last = first + max(map(len, fitting))
            if taken.isdisjoint(range(first, last)):
                yield _occurrence(sentence, first, last, "")


def _occurrence(sentence: Sentence, first: int, last: int, entity: str) -> Occurrence:
    words = sentence.words
    return Occurrence(
        sentence,
        " ".join(word.text for word in words[first:last]),
        entity,
        words[first - 1].text if first else "^",
        words[last].text if last < len(words) else "$",
    )


def _span(sentence: Sentence, annotation: Annotation) -> tuple[int, int]:
    """Numbers of the first word in the annotation, and of the first one after it."""
    inside = [n for n, word in enumerate(sentence.words) if _touches(word, annotation)]
    return (inside[0], inside[-1] + 1) if inside else (0, 0)


def _touches(word: Word, annotation: Annotation) -> bool:
    return word.start < annotation.end and word.end > annotation.start


def boundaries(sentences: Sequence[Sentence]) -> list[Finding]:
    """Words that annotations of an entity usually leave outside and a few take in: "my", "plan", a full stop."""
    inside: dict[tuple[str, str, str], list[Sentence]] = defaultdict(list)
    outside: Counter[tuple[str, str, str]] = Counter()
    for sentence in sentences:
        for each in sentence.annotations:
            first, last = _span(sentence, each)
            words = sentence.words
            if last - first > 1:
                inside["begin", each.entity, words[first].text].append(sentence)
                inside["end", each.entity, words[last - 1].text].append(sentence)
            if first:
                outside["begin", each.entity, words[first - 1].text] += 1
            if last < len(words):
                outside["end", each.entity, words[last].text] += 1
    return [
        _boundary(key, found, outside[key])
        for key, found in inside.items()
        if outside[key] >= LEAST_AT_BOUNDARY and len(found) <= MOST_AT_BOUNDARY * (outside[key] + len(found))
    ]


def _boundary(key: tuple[str, str, str], found: Sequence[Sentence], usual: int) -> Finding:
    side, entity, word = key
    return Finding(
        Kind.ENTITY_BOUNDARY,
        f"{entity} {side}s with {word!r} here; {usual} times that word stays outside.",
        f"Leave {word!r} outside of the annotation, or take it in everywhere.",
        tuple(sentence.quote() for sentence in found),
        weight=usual / len(found),
    )


def single_values(sentences: Sequence[Sentence]) -> list[Finding]:
    """Entities that are annotated several times, always with the same words: only these will be found."""
    annotated = [(each, sentence) for sentence in sentences for each in sentence.annotations]
    return [
        Finding(
            Kind.ONE_VALUE,
            f"All {len(found)} annotations of {entity} are {found[0][0].text!r}.",
            "Write examples with other values.",
            (found[0][1].quote(),),
            weight=len(found),
        )
        for entity, found in grouped(annotated, lambda pair: pair[0].entity).items()
        if len(found) > 1 and len({each.text.casefold() for each, _ in found}) == 1
    ]
