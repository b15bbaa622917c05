from __future__ import annotations

import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import pytest

from deskhand.knowledge import Citation, Knowledge
from deskhand.knowledge.words import SynonymsError

ROOT = Path(__file__).parents[2]

DELIVERY = "## Cost\n\nStandard delivery costs £3.95.\n\n## Sundays\n\nWe don't deliver on Sundays."
STOVE = "Smell gas? Go outside.\n\n## The stove won't light\n\n1. Open the valve.\n2. Strike a match."


async def test_the_answer_is_the_passage_with_its_source(write_article, open_knowledge):
    write_article("delivery.md", DELIVERY, title="Delivery")
    write_article("stove.md", STOVE, title="Stove")

    answer = await open_knowledge().answer("do you deliver on sundays")

    assert answer is not None
    assert answer.text == "We don't deliver on Sundays."
    assert answer.citations == (Citation("Delivery", "https://shop.example/delivery"),)
    assert 0 < answer.confidence <= 1


async def test_steps_stay_steps_and_the_notice_comes_first(write_article, open_knowledge):
    write_article("delivery.md", DELIVERY, title="Delivery")
    write_article("stove.md", STOVE, title="Stove")

    answer = await open_knowledge().answer("my stove won't light")

    assert answer is not None
    assert answer.text == "Smell gas? Go outside.\n1. Open the valve.\n2. Strike a match."


async def test_of_a_long_passage_only_the_nearest_sentences_are_given(write_article, open_knowledge):
    facts = "Mugs are red. Pans are heavy. Tents are green. Lamps shine brightly. Knives are sharp. Axes cut wood."
    write_article("things.md", f"## Facts\n\n{facts}", title="Things")
    write_article("delivery.md", DELIVERY, title="Delivery")

    answer = await open_knowledge().answer("are knives sharp")

    assert answer is not None
    assert answer.text == "Knives are sharp."


async def test_an_internal_article_never_answers(write_article, open_knowledge):
    write_article("secret.md", "## Goodwill\n\nGoodwill credit is £15.", audience="internal")
    write_article("delivery.md", DELIVERY)

    assert await open_knowledge().answer("how much goodwill credit") is None


@pytest.mark.parametrize(
    "fields", [{"valid_until": "2026-05-31"}, {"valid_from": "2026-06-02"}], ids=["expired", "not yet valid"]
)
async def test_an_article_out_of_its_time_never_answers(write_article, open_knowledge, fields):
    write_article("sale.md", "## Summer sale\n\nThe summer sale takes 20% off.", **fields)
    write_article("delivery.md", DELIVERY)

    assert await open_knowledge().answer("summer sale") is None


async def test_an_article_begins_to_answer_on_its_day_without_a_restart(write_article, tmp_path):
    write_article("sale.md", "## Summer sale\n\nThe sale takes 20% off.", valid_from="2026-06-02")
    write_article("delivery.md", DELIVERY)
    day = date(2026, 6, 1)
    knowledge = Knowledge.open(tmp_path, today=lambda: day)

    assert await knowledge.answer("summer sale") is None
    day += timedelta(days=1)
    assert await knowledge.answer("summer sale") is not None


@pytest.mark.parametrize("question", ["", "???", "the and of", "日本語", "😀", "x" * 5000, "a " * 3000])
async def test_a_question_of_no_words_is_declined(fernway, question):
    assert await fernway.answer(question) is None


async def test_spelling_mistakes_are_forgiven(fernway):
    answer = await fernway.answer("how do i seson a casst iron pan")

    assert answer is not None
    assert answer.citations[0].url.endswith("/cast-iron-care")


async def test_synonyms_are_read_from_the_folder(write_article, open_knowledge, tmp_path):
    write_article("delivery.md", DELIVERY)
    assert await open_knowledge().answer("postage") is None

    (tmp_path / "synonyms.yml").write_text("- [delivery, postage]\n", encoding="utf-8")

    assert await open_knowledge().answer("postage") is not None


@pytest.mark.parametrize("text", ["- [one]\n", "a: b\n", "- [x, y\n"])
def test_broken_synonyms_are_named(tmp_path, open_knowledge, text):
    (tmp_path / "synonyms.yml").write_text(text, encoding="utf-8")

    with pytest.raises(SynonymsError, match=r"synonyms\.yml"):
        open_knowledge()


def test_the_shops_articles_load_in_well_under_a_second():
    started = time.perf_counter()
    Knowledge.open(ROOT / "knowledge")

    assert time.perf_counter() - started < 1.0


def test_importing_knowledge_loads_no_model_library():
    program = "import sys, deskhand.knowledge; print([m for m in ('torch', 'rasa', 'spacy') if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)

    assert result.stdout.strip() == "[]"
