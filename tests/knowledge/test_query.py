from __future__ import annotations

import pytest

from deskhand.knowledge.lexicon import Lexicon
from deskhand.knowledge.query import read_question
from deskhand.knowledge.words import Vocabulary

LEXICON = Lexicon({"lantern": 5, "battery": 3, "tent": 9, "weight": 2, "refund": 8, "card": 4}, 100, Vocabulary())


def test_without_an_earlier_question_only_the_question_is_looked_up():
    reading = read_question("how heavy is the tent", None, LEXICON)

    assert reading.texts == ("how heavy is the tent",)
    assert reading.shares.tolist() == [1.0]


@pytest.mark.parametrize("question", ["and for the smaller one?", "what about its battery?", "how long does it last"])
def test_a_question_that_goes_on_is_looked_up_with_the_one_before(question):
    reading = read_question(question, "do you sell a lantern", LEXICON)

    assert reading.texts == (question, f"do you sell a lantern {question}")
    assert reading.shares.sum() == pytest.approx(1)
    assert reading.shares[1] >= 0.4
    assert "lantern" in [term.word for term in reading.terms]


def test_a_question_that_stands_on_its_own_is_looked_up_alone():
    reading = read_question("can i get a refund on a different card", "do you sell a lantern", LEXICON)

    assert reading.texts == ("can i get a refund on a different card",)


def test_few_words_go_on_rather_than_many():
    questions = (
        "how heavy",
        "how heavy is it",
        "how heavy is the tent",
        "how heavy is the tent with all pegs and poles",
    )
    shares = {question: read_question(question, "do you sell a lantern", LEXICON).shares for question in questions}

    assert shares["how heavy is it"][1] > shares["how heavy is the tent"][1]
    assert shares["how heavy"][1] > shares["how heavy is the tent"][1]
    assert len(shares["how heavy is the tent with all pegs and poles"]) == 1


def test_words_of_the_one_before_count_as_far_as_it_is_gone_on_from():
    alone = {term.word: term.idf for term in read_question("lantern", None, LEXICON).terms}
    reading = read_question("how heavy is the tent", "do you sell a lantern", LEXICON)
    together = {term.word: term.idf for term in reading.terms}

    assert together["lantern"] == pytest.approx(alone["lantern"] * reading.shares[1], rel=1e-3)


def test_a_long_message_before_leaves_room_for_the_question():
    reading = read_question("and the battery", "do you sell a lantern " * 50, LEXICON)

    assert reading.texts[1].endswith("lantern and the battery")
    assert len(reading.texts[1].split()) < 50


@pytest.mark.parametrize("question", ["", "ok", "バッテリーはどのくらい持ちますか"])
def test_the_question_itself_always_has_a_say(question):
    assert read_question(question, "do you sell a lantern", LEXICON).shares[0] >= 0.1


def test_a_question_in_a_script_without_spaces_is_no_single_word():
    question = "バッテリーはどのくらい持ちますか、" * 3

    assert read_question(question, "do you sell a lantern", LEXICON).shares[0] > 0.5


def test_mistakes_are_put_right_in_both():
    reading = read_question("and the batery", "my lantrn", LEXICON)

    assert reading.texts == ("and the battery", "my lantern and the battery")
