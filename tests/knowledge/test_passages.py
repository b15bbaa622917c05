from __future__ import annotations

import pytest

from deskhand.knowledge.passages import passages_of, split_sentences
from deskhand.knowledge.sources.markdown import read_article


def passages(write_article, body: str):
    return passages_of(read_article(write_article(body=body)))


def test_passages_keep_the_headings_above_them(write_article):
    found = passages(write_article, "## Tents\n\nOne.\n\n### Poles\n\nTwo.\n\n## Stoves\n\nThree.")

    assert [(passage.headings, passage.text) for passage in found] == [
        (("Tents",), "One."),
        (("Tents", "Poles"), "Two."),
        (("Stoves",), "Three."),
    ]


def test_numbered_lists_become_steps_and_bullets_sentences(write_article):
    [numbered, bullets] = passages(
        write_article, "## A\n\nFirst:\n\n1. Open it.\n2. Shut it.\n\n## B\n\n- One.\n- Two."
    )

    assert numbered.steps == ("Open it.", "Shut it.")
    assert numbered.sentences == ("First:",)
    assert bullets.sentences == ("One.", "Two.")


def test_the_opening_words_are_a_notice_for_every_passage(write_article):
    [opening, steps] = passages(write_article, "Stop if you smell gas.\n\n## It won't light\n\n1. Open the valve.")

    assert opening.headings == ()
    assert opening.notice == ()
    assert steps.notice == ("Stop if you smell gas.",)


def test_an_article_without_headings_is_one_passage(write_article):
    [passage] = passages(write_article, "One. Two.")

    assert (passage.sentences, passage.notice) == (("One.", "Two."), ())


def test_markup_is_left_out(write_article):
    [passage] = passages(write_article, "## A\n\nSee **our** [help page](https://a.b)\nfor `more`.")

    assert passage.text == "See our help page for more."


def test_headings_with_nothing_below_them_are_left_out(write_article):
    assert [p.heading for p in passages(write_article, "## Empty\n\n## Full\n\nText.")] == ["Full"]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Wash it at 30 °C. Dry it.", ["Wash it at 30 °C.", "Dry it."]),
        ("It costs £3.95. Pay by card!", ["It costs £3.95.", "Pay by card!"]),
        ("Wet? 5 minutes is enough.", ["Wet?", "5 minutes is enough."]),
        ("Use soap, e.g. a bar of ours.", ["Use soap, e.g. a bar of ours."]),
        ("Use soap, e.g. Fernway soap.", ["Use soap, e.g. Fernway soap."]),
        ("Über 50 € frei. Österreich auch.", ["Über 50 € frei.", "Österreich auch."]),
        ('She said "no." “Why?” (Odd.) Yes.', ['She said "no."', "“Why?”", "(Odd.)", "Yes."]),
        ("The tent is No. 5 of ours. No. It isn't.", ["The tent is No. 5 of ours.", "No.", "It isn't."]),
    ],
)
def test_sentences_are_split(text, sentences):
    assert split_sentences(text) == sentences


def test_the_items_of_lists_within_a_step_belong_to_it(write_article):
    [passage] = passages(
        write_article,
        "## A\n\n1. Open it:\n   - the valve\n   - the lid\n\n   Wait.\n2. Shut it.\n   1. Turn.\n\nDone.",
    )

    assert passage.steps == ("Open it: the valve the lid Wait.", "Shut it. Turn.")
    assert passage.sentences == ("Done.",)


def test_rows_of_tables_are_sentences(write_article):
    [passage] = passages(write_article, "## A\n\n| Size | Chest |\n|---|---|\n| M | **96** cm |\n| | |\n\nAsk us.")

    assert passage.sentences == ("Size M: chest 96 cm.", "Ask us.")


def test_a_heading_that_is_the_title_is_left_out(write_article):
    [one, two] = passages(write_article, "# Title\n\nOne.\n\n## Two\n\nThree.")

    assert (one.headings, two.headings) == ((), ("Two",))
    assert (one.head, two.head) == ("Title", "Title – Two")


def test_code_and_line_breaks_are_words(write_article):
    [passage] = passages(write_article, "Enter<br>this:\n\n```\nFERN 10\n```")

    assert passage.sentences == ("Enter this:", "FERN 10")


def test_a_passage_knows_its_line(write_article):
    [one, two] = passages(write_article, "\n\nOne.\n\n## Two\n\nThree.")

    assert (one.line, two.line) == (10, 12)


def test_a_long_section_is_cut_evenly_at_the_ends_of_sentences(write_article):
    sentence = "This is a sentence with exactly ten words in it."
    [one, two] = passages(write_article, "## A\n\n" + " ".join([sentence] * 20))

    assert (len(one.sentences), len(two.sentences)) == (10, 10)
    assert one.headings == two.headings == ("A",)


def test_a_wall_of_words_is_cut_between_words(write_article):
    found = passages(write_article, "word " * 1000)

    assert [len(passage.text.split()) for passage in found] == [180, 180, 180, 180, 180, 100]


def test_steps_are_never_cut(write_article):
    step = "1. " + "word " * 30
    [lead, steps] = passages(write_article, "## A\n\n" + "Some words come first. " * 10 + "\n\n" + f"{step}\n" * 9)

    assert (len(lead.sentences), lead.steps) == (10, ())
    assert (steps.sentences, len(steps.steps)) == ((), 9)
