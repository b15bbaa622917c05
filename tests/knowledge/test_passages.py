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
    ],
)
def test_sentences_are_split(text, sentences):
    assert split_sentences(text) == sentences
