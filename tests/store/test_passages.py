"""What can be found: only what is for customers, holds on the day and is in their language."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from deskhand.store.articles import Articles, NewArticle, NewPassage
from deskhand.store.asked import AskedQuestions, NewAsked
from deskhand.store.database import Database
from deskhand.store.passages import Found, Passages, Search, SearchedWord

DAY = date(2026, 6, 1)
EMBEDDER = "tests/1"


def axis(number: int) -> np.ndarray:
    vector = np.zeros(384, dtype=np.float32)
    vector[number] = 1
    return vector


def passage(number: int, words: str = "'tent':1", sentences: int = 2) -> NewPassage:
    return NewPassage(
        headings=("Heading",),
        sentences=tuple(f"Sentence {at} of {number}." for at in range(sentences)),
        steps=("Step.",),
        notice=("Notice.",),
        words=words,
        embedding=axis(number),
        sentence_vectors=np.stack([axis(number + at) for at in range(sentences + 1)]).astype(np.float16),
    )


def article(source: str, *passages: NewPassage, **changes) -> NewArticle:
    made = NewArticle(
        source=source,
        digest="d",
        title=f"Title of {source}",
        url=f"https://shop.example/{source}",
        audience="customer",
        valid_from=date(2026, 1, 1),
        valid_until=None,
        languages=("en",),
        passages=passages or (passage(0),),
    )
    return replace(made, **changes)


def search(**changes) -> Search:
    return replace(Search([axis(0)], [], embedder=EMBEDDER, day=DAY, language="en"), **changes)


@pytest.fixture
def articles(db: Database) -> Articles:
    return Articles(db)


@pytest.fixture
def passages(db: Database) -> Passages:
    return Passages(db)


async def sources(passages: Passages, asked: Search) -> set[str]:
    return {match.passage.source for match in (await passages.find(asked)).matches}


async def test_a_match_has_all_that_is_known_of_the_passage(articles, passages):
    await articles.replace([article("a.md", passage(3, "'tent':1A 'pole':5"))], embedder=EMBEDDER)

    words = [SearchedWord("'tent'", 1.0, selects=True), SearchedWord("'zip'", 1.0, selects=True)]
    (match,) = (await passages.find(search(words=words))).matches

    assert match.passage.title == "Title of a.md"
    assert match.passage.url == "https://shop.example/a.md"
    assert match.passage.headings == ("Heading",)
    assert match.passage.sentences == ("Sentence 0 of 3.", "Sentence 1 of 3.")
    assert match.passage.steps == ("Step.",)
    assert match.passage.notice == ("Notice.",)
    assert match.passage.valid_from == date(2026, 1, 1)
    assert np.array_equal(match.vector, axis(3))
    assert np.array_equal(match.sentence_vectors, np.stack([axis(3), axis(4), axis(5)]))
    assert match.ranks[0] > 0
    assert match.ranks[1] == 0


async def test_nothing_is_found_where_there_is_nothing(passages):
    found = await passages.find(search(words=[SearchedWord("'tent'", 1.0, selects=True)]))

    assert found.matches == []


@pytest.mark.parametrize(
    "changes",
    [
        {"audience": "internal"},
        {"valid_from": date(2026, 6, 2)},
        {"valid_until": date(2026, 5, 31)},
        {"languages": ("de",)},
    ],
)
@pytest.mark.parametrize("words", [[], [SearchedWord("'tent'", 1.0, selects=True)]])
async def test_what_is_not_for_this_customer_today_is_never_found(articles, passages, changes, words):
    hidden = [article(f"hidden{number}.md", **changes) for number in range(60)]
    await articles.replace([*hidden, article("shown.md", passage(7))], embedder=EMBEDDER)

    # Sixty nearer ones are passed over: the search goes on until it has enough.
    assert await sources(passages, search(words=words)) == {"shown.md"}


async def test_the_first_and_the_last_day_count(articles, passages):
    await articles.replace([article("a.md", valid_from=DAY, valid_until=DAY)], embedder=EMBEDDER)

    assert await sources(passages, search()) == {"a.md"}


async def test_vectors_of_another_embedder_are_not_compared(articles, passages):
    await articles.replace([article("a.md")], embedder="older/1")

    assert await sources(passages, search()) == set()


async def test_the_nearest_to_either_vector_are_found(articles, passages):
    await articles.replace([article(f"{n}.md", passage(n)) for n in range(0, 60, 3)], embedder=EMBEDDER)

    assert await sources(passages, search(vectors=[axis(6), axis(30)], near=1)) == {"6.md", "30.md"}


async def test_what_shares_a_rare_word_is_found_however_far_it_is(articles, passages):
    far = [article(f"{n}.md", passage(n)) for n in range(0, 90, 3)]
    await articles.replace([*far, article("rare.md", passage(300, "'skylark':4"))], embedder=EMBEDDER)
    rare = SearchedWord("'skylark'", 3.0, selects=True)

    assert "rare.md" not in await sources(passages, search(near=3))
    assert "rare.md" in await sources(passages, search(near=3, words=[rare]))
    assert "rare.md" not in await sources(passages, search(near=3, words=[replace(rare, selects=False)]))


async def test_of_those_that_share_words_the_ones_that_share_the_most_are_found(articles, passages):
    many = [article(f"{n}.md", passage(n)) for n in range(0, 90, 3)]
    await articles.replace([*many, article("both.md", passage(300, "'tent':1 'zip':2"))], embedder=EMBEDDER)
    words = [SearchedWord("'tent'", 0.1, selects=True), SearchedWord("'zip'", 3.0, selects=True)]

    assert "both.md" in await sources(passages, search(near=1, wordy=1, words=words))


async def test_statistics_count_the_words_of_what_customers_may_see(articles, passages):
    await articles.replace(
        [
            article("a.md", passage(0, "'tent':1 'zip':2"), passage(2, "'tent':1")),
            article("b.md", passage(4, "'secret':1"), audience="internal"),
        ],
        embedder=EMBEDDER,
    )

    statistics = await passages.statistics(EMBEDDER)

    assert statistics.found_in == {"tent": 2, "zip": 1}
    assert statistics.passages == 2
    assert statistics.mean == pytest.approx((axis(0) + axis(2)) / 2)


async def test_without_passages_there_are_statistics_too(passages):
    statistics = await passages.statistics(EMBEDDER)

    assert (statistics.passages, statistics.found_in, statistics.mean) == (0, {}, None)


async def test_new_passages_make_a_new_edition(articles, passages):
    await articles.replace([article("a.md")], embedder=EMBEDDER)
    before = (await passages.find(search())).edition

    assert (await passages.statistics(EMBEDDER)).edition == before
    await articles.replace([article("b.md", passage(5))], embedder=EMBEDDER)
    assert (await passages.find(search())).edition != before


# -- asked questions


def asked(text: str, at: int, source: str | None = "a.md", position: int | None = 0, sentences=(0, 0)) -> NewAsked:
    return NewAsked(text, "asked/a.yml", text, source, None, position, sentences, axis(at))


async def store_asked(db: Database, *questions: NewAsked) -> None:
    await AskedQuestions(db).change(remove=[], add=questions, embedder=EMBEDDER)


def asked_of(found: Found) -> dict[str, tuple[str, ...]]:
    return {match.passage.source: match.asked.texts for match in found.matches if match.asked is not None}


async def test_the_passage_of_a_near_asked_question_is_found_however_far_it_is(articles, passages, db):
    many = [article(f"{n}.md", passage(n)) for n in range(0, 90, 3)]
    await articles.replace([*many, article("a.md", passage(200), passage(300))], embedder=EMBEDDER)
    await store_asked(db, asked("near", 0, position=1), asked("far", 77), asked("whole", 0, sentences=None, position=1))

    found = await passages.find(search(near=3, asked=2))

    (match,) = [match for match in found.matches if match.passage.source == "a.md"]
    assert match.passage.position == 1
    assert match.asked is not None
    assert match.asked.texts == ("near", "whole")
    assert match.asked.sentences == ((0, 0), None)
    assert np.array_equal(match.asked.vectors, np.stack([axis(0), axis(0)]))
    assert match.has_asked
    assert not any(match.has_asked for match in found.matches if match.passage.source != "a.md")
    assert found.unanswered is None


async def test_asked_questions_near_to_either_vector_are_found(articles, passages, db):
    await articles.replace([article("a.md", passage(200)), article("b.md", passage(300))], embedder=EMBEDDER)
    await store_asked(db, asked("first", 6), asked("second", 30, "b.md"), asked("none", 30, None, None, None))

    found = await passages.find(search(vectors=[axis(6), axis(30)], asked=1))

    assert asked_of(found) == {"a.md": ("first",), "b.md": ("second",)}
    assert found.unanswered is not None
    assert found.unanswered.texts == ("none",)


async def test_unanswered_questions_come_the_nearest_first_in_number(articles, passages, db):
    await articles.replace([article("a.md")], embedder=EMBEDDER)
    await store_asked(db, *(asked(f"{n}", n, None, None, None) for n in range(40)))

    found = await passages.find(search(vectors=[axis(33)], asked=1))

    assert found.unanswered is not None
    assert found.unanswered.texts == ("33",)
    assert np.array_equal(found.unanswered.vectors, axis(33)[None])
    assert [match.passage.source for match in found.matches] == ["a.md"]


async def test_unanswered_questions_are_known_also_where_no_passage_is_found(passages, db):
    await store_asked(db, asked("none", 0, None, None, None))

    found = await passages.find(search())

    assert found.matches == []
    assert found.unanswered is not None


@pytest.mark.parametrize(
    "changes",
    [
        {"audience": "internal"},
        {"valid_from": date(2026, 6, 2)},
        {"valid_until": date(2026, 5, 31)},
        {"languages": ("de",)},
    ],
)
async def test_what_is_asked_of_articles_that_are_not_for_this_customer_finds_nothing(articles, passages, db, changes):
    hidden = article("hidden.md", passage(0), **changes)
    await articles.replace([hidden, article("a.md", passage(7))], embedder=EMBEDDER)
    await store_asked(db, *(asked(f"hidden {n}", 0, "hidden.md") for n in range(60)), asked("shown", 9))

    assert asked_of(await passages.find(search(asked=1))) == {"a.md": ("shown",)}


async def test_asked_questions_whose_answer_is_not_there_or_of_another_embedder_find_nothing(articles, passages, db):
    await articles.replace([article("a.md")], embedder=EMBEDDER)
    await store_asked(db, asked("no passage", 0, position=None, sentences=None), asked("no article", 0, "gone.md"))
    await AskedQuestions(db).change(remove=[], add=[asked("older", 0)], embedder="older/1")

    found = await passages.find(search())

    assert asked_of(found) == {}
    assert not found.matches[0].has_asked


async def test_words_that_only_one_languages_articles_have_are_known_where_there_are_several(articles, passages):
    await articles.replace([article("a.md", passage(0, "'tent':1 'zip':2"))], embedder=EMBEDDER)
    alone = (await passages.statistics(EMBEDDER)).words_of
    german = article("b.md", passage(2, "'zelt':1 'zip':2"), languages=("de-AT", "de"))
    hidden = article("c.md", passage(4, "'tente':1"), languages=("fr",), audience="internal")
    await articles.replace([german, hidden], embedder=EMBEDDER)

    assert alone == {}
    assert (await passages.statistics(EMBEDDER)).words_of == {"en": frozenset({"tent"}), "de": frozenset({"zelt"})}


async def test_common_words_are_known_by_their_languages(passages):
    common = await passages.common_words(["und", "the", "in", "zelt", "o'clock"], ["de", "en", "xx"])

    assert common == {
        "und": frozenset({"de"}),
        "the": frozenset({"en"}),
        "in": frozenset({"de", "en"}),
        "zelt": frozenset(),
        "o'clock": frozenset(),
    }
