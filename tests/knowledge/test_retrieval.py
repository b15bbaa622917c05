"""The whole of finding, with the real encoder and the real database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from deskhand.knowledge.embedding import PassageText
from deskhand.knowledge.index_words import tsvector
from deskhand.knowledge.retrieval import Retriever, shared_embedder
from deskhand.knowledge.words import Vocabulary
from deskhand.store.articles import Articles, NewArticle, NewPassage
from deskhand.store.asked import AskedQuestions, NewAsked
from deskhand.store.passages import Passages

DAY = date(2026, 6, 1)
ARTICLES = {
    "delivery.md": ("Delivery", "Prices", ["Standard delivery costs £3.95.", "It takes three to five working days."]),
    "islands.md": ("Where we deliver", "Islands", ["Parcels to Orkney and Shetland take seven days.", "They cost £9."]),
    "lantern.md": ("Lantern won't charge", "Charging", ["Use another USB cable.", "The battery lasts eight hours."]),
    "stove.md": ("Stove won't light", "No flame", ["Check that the gas canister is full.", "Clean the jet."]),
    "skylark.md": ("Skylark tent", "Poles", ["The Skylark has three poles.", "A broken one is mended with a sleeve."]),
    "condor.md": ("Condor tent", "Poles", ["The Condor has four poles.", "A broken one is mended with a sleeve."]),
    "refunds.md": ("Refunds", "How long", ["A refund takes five working days.", "It goes back to the same card."]),
}


def new_article(source: str, title: str, heading: str, sentences: list[str], **changes) -> NewArticle:
    (vectors,) = shared_embedder().embed_passages([PassageText(f"{title} – {heading}", tuple(sentences))])
    passage = NewPassage(
        headings=(heading,),
        sentences=tuple(sentences),
        steps=(),
        notice=(),
        words=tsvector(title, [heading], sentences),
        embedding=vectors.vector,
        sentence_vectors=vectors.sentences,
    )
    fields = {
        "audience": "customer",
        "valid_from": date(2026, 1, 1),
        "valid_until": None,
        "languages": ("en",),
    } | changes
    return NewArticle(
        source=source, digest="d", title=title, url=f"https://shop.example/{source}", passages=(passage,), **fields
    )


@pytest.fixture
async def articles(db) -> Articles:
    repository = Articles(db)
    made = [new_article(source, *article) for source, article in ARTICLES.items()]
    await repository.replace(made, embedder=shared_embedder().name)
    return repository


@pytest.fixture
def retriever(db, articles) -> Retriever:
    return Retriever(Passages(db), Vocabulary(), today=lambda: DAY)


@pytest.mark.parametrize(
    ("question", "source"),
    [
        ("how much is standard delivery", "delivery.md"),
        ("my lamp does not charge any more", "lantern.md"),
        ("no fire comes out of the cooker", "stove.md"),
        ("when do i get my money back", "refunds.md"),
        ("how many poles has the condor", "condor.md"),
        ("how many poles has the skylark", "skylark.md"),
        ("poles of my skylrak", "skylark.md"),
        ("delivrey to orkeny", "islands.md"),
    ],
)
async def test_the_right_article_comes_first(retriever, question, source):
    best, *_ = await retriever.search(question)

    assert best.passage.source == source


async def test_candidates_come_best_first_with_what_speaks_for_them(retriever):
    candidates = await retriever.search("how long does a refund take")

    scores = [candidate.score for candidate in candidates]
    assert scores == sorted(scores, reverse=True)
    best = np.argmax(candidates[0].sentence_similarities)
    assert candidates[0].passage.sentences[best] == "A refund takes five working days."
    assert set(candidates[0].features) == set(candidates[-1].features)


async def test_a_follow_up_is_understood_by_the_question_before(retriever):
    alone = await retriever.search("and how long does its battery last?")
    skylark = await retriever.search(
        "and how many has it got?", previous="i have a question on the poles of the skylark"
    )
    condor = await retriever.search("and the condor?", previous="how many poles has the skylark")

    assert alone[0].passage.source == "lantern.md"
    assert skylark[0].passage.source == "skylark.md"
    assert condor[0].passage.source == "condor.md"


async def test_a_new_subject_is_not_held_back_by_the_question_before(retriever):
    best, *_ = await retriever.search("when will my refund reach my card", previous="how many poles has the skylark")

    assert best.passage.source == "refunds.md"


async def test_what_is_internal_or_expired_is_not_found(retriever, articles):
    words = ("Refund approvals", "Limits", ["A refund above £200 is approved by a manager."])
    await articles.replace(
        [
            new_article("internal.md", *words, audience="internal"),
            new_article("expired.md", *words, valid_until=date(2026, 5, 31)),
        ],
        embedder=shared_embedder().name,
    )

    candidates = await retriever.search("who approves a refund above £200")

    assert {candidate.passage.source for candidate in candidates}.isdisjoint({"internal.md", "expired.md"})


async def test_articles_that_come_while_serving_are_found(retriever, articles):
    await retriever.search("how much is delivery")
    new = new_article("quetzal.md", "Quetzal hammock", "Straps", ["The Quetzal comes with two straps."])
    await articles.replace([new], embedder=shared_embedder().name)

    best, *_ = await retriever.search("quetzal straps")

    assert best.passage.source == "quetzal.md"


async def test_an_empty_database_has_no_candidates(db):
    assert await Retriever(Passages(db), Vocabulary(), today=lambda: DAY).search("how much is delivery") == []


@pytest.mark.parametrize("question", ["", "???", "🙂", "' | & ! <-> :*", "the of and", "£", "x" * 20_000, "\0\ud83d"])
async def test_no_question_breaks_anything(retriever, question):
    await retriever.search(question, previous=question)


def new_asked(text: str, source: str | None) -> NewAsked:
    vector = shared_embedder().embed_query(text)
    place = (None, None) if source is None else (0, (1, 1))
    return NewAsked(text, "asked/a.yml", text, source, None, *place, vector)


async def test_what_was_asked_in_the_same_words_finds_what_answered_it(retriever, articles, db):
    question = "my better half wants it by the weekend, any chance"
    before, *_ = await retriever.search(question)
    asked = [
        new_asked("the missus needs it before the weekend, any chance of that", "delivery.md"),
        new_asked("can you come by parachute", None),
    ]
    await AskedQuestions(db).change(remove=[], add=asked, embedder=shared_embedder().name)

    best, *others = await retriever.search(question)

    assert before.pointed is None
    assert before.features["asked_there"] == before.features["unanswered"] == 0.0
    assert best.passage.source == "delivery.md"
    assert best.pointed is not None
    assert best.pointed.sentences == (1, 1)
    assert best.features["asked"] > max(0.3, best.features["unanswered"])
    assert all(other.pointed is None for other in others)
    parachute = (await retriever.search("do you come by parachute"))[0].features
    assert parachute["unanswered"] > 0.6
    assert parachute["unanswered_ahead"] > 0.3


async def test_without_asked_questions_none_of_their_numbers_count(retriever):
    for candidate in await retriever.search("how much is standard delivery"):
        assert {name: value for name, value in candidate.features.items() if "asked" in name or "unans" in name} == {
            "asked": 0.0,
            "asked_share": 0.0,
            "asked_there": 0.0,
            "unanswered": 0.0,
            "unanswered_ahead": 0.0,
        }


async def test_a_german_question_is_looked_up_in_german_articles(retriever, articles):
    german = new_article(
        "lieferung.md", "Lieferung", "Kosten", ["Die Lieferung kostet 3,95 £.", "Ein Paket kommt in drei Tagen an."]
    )
    await articles.replace([replace(german, languages=("de",))], embedder=shared_embedder().name)

    best, *_ = await retriever.search("was kostet die lieferung?")
    english, *_ = await retriever.search("how much is standard delivery?")
    follow_up, *_ = await retriever.search("und ein paket?", previous="was kostet die lieferung?")

    assert (best.passage.source, english.passage.source) == ("lieferung.md", "delivery.md")
    assert follow_up.passage.source == "lieferung.md"
