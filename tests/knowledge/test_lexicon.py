from __future__ import annotations

import pytest

from deskhand.knowledge.lexicon import MOST_WORDS, Lexicon
from deskhand.knowledge.words import Vocabulary, stems

FOUND_IN = {
    "delivery": 40, "lantern": 6, "~lanterns": 2, "charg": 9, "~charging": 5, "~charge": 4, "skylark": 2,
    "fir": 7, "~fire": 7,
    "pit": 5, "tent": 60, "hammock": 8, "strap": 4, "send": 3, "back": 9, "return": 12, "air": 3, "bed": 3,
}  # fmt: skip
ENGLISH = {"kayak", "boots", "sending"}
SYNONYMS = Vocabulary({tuple(stems(phrase)): frozenset({"return"}) for phrase in ("return", "send back", "give back")})


@pytest.fixture
def lexicon() -> Lexicon:
    return Lexicon(FOUND_IN, 100, SYNONYMS, ENGLISH.__contains__)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("how much is delivrey?", "how much is delivery?"),
        ("my lantrn isn't chargng", "my lantern isn't charging"),
        ("Is the SKYLRAK in stock", "Is the skylark in stock"),
        ("my firepit smokes", "my fire pit smokes"),
        ("hamock straps", "hammock straps"),
    ],
)
def test_misspelt_words_are_put_right(lexicon, written, meant):
    assert lexicon.corrected(written) == meant


@pytest.mark.parametrize(
    "text", ["do you sell kayaks", "kayak", "boots", "tends", "lent", "3.95", "FW-200101", "deliveroo"]
)
def test_words_that_are_none_of_ours_stay_as_they_are(lexicon, text):
    assert lexicon.corrected(text) == text


def test_rare_words_weigh_more(lexicon):
    skylark, tent = lexicon.terms("skylark tent")

    assert (skylark.word, tent.word) == ("skylark", "tent")
    assert skylark.idf > tent.idf
    assert (skylark.share, tent.share) == (0.02, 0.6)


def test_common_words_are_no_terms(lexicon):
    assert [term.word for term in lexicon.terms("hello, can you please tell me about the tent")] == ["tent"]


def test_synonyms_that_passages_have_are_looked_for_as_well(lexicon):
    (term,) = lexicon.terms("return")

    assert set(term.queries) == {"'return'", "'send' <-> 'back'"}  # nobody has "give"
    assert term.queries[0] == "'return'"


def test_with_no_passages_every_word_is_rare():
    (term,) = Lexicon({}, 0, Vocabulary()).terms("tent")

    assert term.share == 0
    assert term.idf > 0


def test_of_an_endless_question_only_the_beginning_is_read(lexicon):
    text = " ".join(f"tent{number}" for number in range(10_000))

    assert len(lexicon.terms(text)) == MOST_WORDS
    assert lexicon.corrected(f"{text} lantrn").endswith("lantrn")
