"""A group is named by words that its texts share and others lack."""

from __future__ import annotations

from deskhand.knowledge.gaps.naming import MOST_WORDS, telling_words

RENT = ["do you rent tents", "renting a tent for the weekend", "can i rent camping gear"]
POLES = ["do you sell tent poles", "spare pole for my tent", "new tent poles please"]
PLANE = ["can i take the stove on a plane", "stove in a plane"]


def test_shared_words_that_others_lack_come_as_they_are_written_most() -> None:
    rent, poles, plane = telling_words([RENT, POLES, PLANE])
    assert "rent" in rent
    assert "poles" in poles
    assert [word for word in plane if word != "take"] == ["stove", "plane"]


def test_common_words_and_courtesies_name_nothing() -> None:
    assert telling_words([["how much is it please", "what is it"]]) == [()]


def test_there_are_at_most_three_words() -> None:
    [words] = telling_words([["red green blue yellow brown"]])
    assert len(words) == MOST_WORDS


def test_a_word_of_one_text_among_many_is_not_for_all() -> None:
    [words] = telling_words([["tent rental", "tent rental", "tent rental", "tent rental zebra"]])
    assert words == ("tent", "rental")
