"""Annotations that cannot be right: cut words, spaces, one phrase with two values."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from deskhand.nlu.doctor.corpus import Annotation, Corpus, Sentence, grouped, normal
from deskhand.nlu.doctor.findings import Finding, Kind

# Scripts that put no spaces between words: there, an annotation may begin and end anywhere.
_WITHOUT_SPACES = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN")


def cut_words(sentences: Sequence[Sentence]) -> list[Finding]:
    """Annotations that begin or end within a word or with a space: words are tagged as wholes."""
    return [
        Finding(
            Kind.CUT_WORD,
            f"{annotation.text!r} ({annotation.entity}) {problem}.",
            "Let the annotation begin and end where words do.",
            (sentence.quote(),),
        )
        for sentence in sentences
        for annotation in sentence.annotations
        for problem in _problems(sentence.text, annotation)
    ]


def _problems(text: str, annotation: Annotation) -> Iterator[str]:
    if annotation.text != annotation.text.strip():
        yield "begins or ends with a space"
    elif _is_one_word(text, annotation.start):
        yield "begins within a word"
    elif _is_one_word(text, annotation.end):
        yield "ends within a word"


def _is_one_word(text: str, position: int) -> bool:
    """Whether the characters before and at the position belong to one word. "5pm" may be two."""
    if not 0 < position < len(text):
        return False
    before, after = text[position - 1], text[position]
    alike = (before.isalpha() and after.isalpha()) or (before.isdigit() and after.isdigit())
    return alike and not unicodedata.name(before, "").startswith(_WITHOUT_SPACES)


def two_values(corpus: Corpus) -> list[Finding]:
    """Phrases that stand for two values. Rasa keeps one value a phrase, whatever the entity: the last wins."""
    findings = []
    for phrase, pairs in grouped(_given_values(corpus), lambda pair: normal(pair[0].text)).items():
        quotes = {annotation.value: sentence.quote() for annotation, sentence in pairs}
        values = {*quotes, *([corpus.synonyms[phrase]] if phrase in corpus.synonyms else [])}
        if len(values) > 1:
            named = " and ".join(repr(value) for value in sorted(values))
            listed = f" ({corpus.synonyms[phrase]!r} in the list of synonyms)" if phrase in corpus.synonyms else ""
            message = f"{phrase!r} stands for {named}{listed}. Rasa keeps one value for a phrase, in all entities."
            action = "Choose one value, or leave the value out and let the action decide."
            findings.append(Finding(Kind.TWO_VALUES, message, action, tuple(quotes.values())))
    return findings


def _given_values(corpus: Corpus) -> Iterator[tuple[Annotation, Sentence]]:
    """The annotations that say what value the phrase stands for."""
    for sentence in corpus.sentences:
        for annotation in sentence.annotations:
            if annotation.value != annotation.text:
                yield annotation, sentence
