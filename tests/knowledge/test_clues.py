"""What speaks for and against an answer."""

from __future__ import annotations

import pytest

from deskhand.knowledge.answer_kinds import Kind, kind_in
from deskhand.knowledge.clues import Clues
from deskhand.knowledge.composing import Composed
from deskhand.knowledge.words import Vocabulary
from tests.knowledge.found import candidate


@pytest.mark.parametrize(
    ("question", "text", "kind"),
    [
        ("how much is delivery", "Delivery costs £3.95.", Kind.THERE),
        ("how much is delivery", "Delivery is free.", Kind.THERE),
        ("how much does the double hammock cost", "It carries up to 200 kg.", Kind.MISSING),
        ("how much weight does it carry", "It carries up to 200 kg.", Kind.THERE),
        ("how long does it take", "It takes three days.", Kind.THERE),
        ("how long does it take", "It is blue.", Kind.MISSING),
        ("how tall is it", "It is 38 cm high.", Kind.THERE),
        ("what colour is it", "It weighs 2 kg.", Kind.MISSING),
        ("when do you open", "From 9am to 5pm.", Kind.THERE),
        ("what's your phone number", "Ring 01904 555 0100.", Kind.THERE),
        ("can i wash it", "Never wash it.", Kind.UNKNOWN),
    ],
)
def test_what_kind_of_thing_is_asked_for_is_looked_for(question: str, text: str, kind: Kind) -> None:
    assert kind_in(text, question) is kind


def missing(question: str, *sentences: str, vocabulary: Vocabulary | None = None) -> float:
    found = [candidate(*sentences, title="Help", headings=("More",)), candidate("Tents are green.", title="Other")]
    composed = Composed(" ".join(sentences), (found[0],))
    return Clues(vocabulary or Vocabulary()).of(question, composed, found)["missing"]


def test_what_the_answer_does_not_speak_of_counts_against_it() -> None:
    assert missing("does the kettle whistle", "The kettle holds 1.8 litres.") > 0.3
    assert missing("does the kettle whistle", "The kettle doesn't whistle.") == 0.0


def test_a_misspelt_word_is_not_missing() -> None:
    assert missing("does the ketle wistle", "The kettle doesn't whistle.") == 0.0


def test_a_synonym_is_not_missing() -> None:
    vocabulary = Vocabulary({("post",): frozenset({"send"}), ("ship",): frozenset({"send"})})

    assert missing("do you ship", "We post everything.", vocabulary=vocabulary) == 0.0
    assert missing("do you ship", "We post everything.") == 1.0


def test_a_question_of_common_words_misses_nothing() -> None:
    assert missing("is it", "The kettle holds 1.8 litres.") == 0.0


def test_what_is_nearly_found_elsewhere_is_less_sure() -> None:
    clues = Clues(Vocabulary())
    best, rival, other = candidate("a", score=1.0), candidate("b", score=0.9), candidate("c", score=0.2)
    composed = Composed("a", (best,))

    assert clues.of("q", composed, [best, other])["ahead"] > clues.of("q", composed, [best, rival])["ahead"]
    assert clues.of("q", composed, [best])["ahead"] == 0.0


@pytest.mark.parametrize(("question", "own"), [("what size did i buy last time", 1.0), ("what sizes are there", 0.0)])
def test_questions_on_a_customers_own_dealings_are_told_from_others(question: str, own: float) -> None:
    found = candidate("a")

    assert Clues(Vocabulary()).of(question, Composed("a", (found,)), [found])["own_dealings"] == own
