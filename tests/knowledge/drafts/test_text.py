"""What several agents said becomes one text, each thing once."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from deskhand.knowledge.articles import ArticleError, Audience
from deskhand.knowledge.drafts.agent_words import Block, Kind, LeftOut
from deskhand.knowledge.drafts.text import Draft, markdown, put_together
from deskhand.knowledge.passages import passages_of
from deskhand.knowledge.sources.markdown import read_article

POLES = Block(Kind.TEXT, ("We sell single pole sections for £9.", "They come by post."))
RESET = Block(Kind.STEPS, ("Hold the button.", "Let go.", "Plug it in."))
DRAFT = Draft(
    title="Do you sell poles: alone?",
    asked=("do you sell poles: alone", "one --> pole please"),
    blocks=(POLES, RESET),
    conversations=3,
    passed_over=1,
    left_out=Counter({LeftOut.PERSONAL: 2}),
    made_on=date(2026, 6, 1),
)


def test_what_was_said_twice_is_there_once() -> None:
    again = Block(Kind.TEXT, ("We sell single pole sections, for £9!", "The Skylark has three of them."))
    assert put_together([[again], [POLES, RESET]]) == (
        POLES,
        RESET,
        Block(Kind.TEXT, ("The Skylark has three of them.",)),
    )


def test_a_list_is_whole_or_not_there() -> None:
    longer = Block(Kind.STEPS, ("Unplug it.", "Hold the button.", "Let go.", "Plug it in."))
    other = Block(Kind.STEPS, ("Hold the button.", "Turn it over.", "Open the lid."))
    assert put_together([[longer], [RESET], [other]]) == (longer, other)


def test_figures_that_differ_are_not_the_same() -> None:
    dear = Block(Kind.TEXT, ("We sell single pole sections for £12.",))
    assert put_together([[Block(Kind.TEXT, POLES.lines[:1])], [dear]]) == (Block(Kind.TEXT, POLES.lines[:1]), dear)


def test_the_file_says_what_it_is_and_what_it_was_made_of() -> None:
    text = markdown(DRAFT)
    assert "DRAFT, to be reviewed" in text
    assert "what agents said in 3 conversations that they resolved" in text
    assert "Not used: 1 more" in text
    assert "2 with personal data" in text
    assert "1. Hold the button.\n2. Let go.\n3. Plug it in." in text


def test_a_draft_cannot_be_published_by_moving_it(tmp_path: Path) -> None:
    file = tmp_path / "draft.md"
    file.write_text(markdown(DRAFT), encoding="utf-8")
    with pytest.raises(ArticleError, match="'url'"):
        read_article(file)


def test_with_a_url_it_is_an_internal_article_that_holds_only_what_was_said(tmp_path: Path) -> None:
    file = tmp_path / "draft.md"
    file.write_text(markdown(DRAFT).replace("url:", "url: https://shop.example/poles", 1), encoding="utf-8")
    article = read_article(file)
    assert (article.title, article.audience) == ("Draft: Do you sell poles: alone?", Audience.INTERNAL)
    [passage] = passages_of(article)
    assert (passage.sentences, passage.steps) == (POLES.lines, RESET.lines)


@pytest.mark.parametrize("line", ["# no heading", "<b>bold</b> & more", "- no item", "1. no step", "> no quote"])
def test_words_that_look_like_markup_stay_words(tmp_path: Path, line: str) -> None:
    file = tmp_path / "draft.md"
    text = markdown(replace(DRAFT, blocks=(Block(Kind.TEXT, (line,)),)))
    file.write_text(text.replace("url:", "url: https://shop.example/poles", 1), encoding="utf-8")
    [passage] = passages_of(read_article(file))
    assert (" ".join(passage.sentences), passage.steps) == (line, ())
