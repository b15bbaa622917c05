"""Whatever a customer sends is read in bounded time, and what is found lies where the message says it."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from rasa.core.agent import Agent

from tests.nlu.small_bot import newest_model

pytestmark = pytest.mark.slow

KNOWN = {"greet", "travel", "order", "nlu_fallback"}
MOST_TIMES_LONGER = 500
"""Than a page of text, which is that much shorter than the longest message here: what grows faster than in proportion
would take far longer."""


@pytest.fixture(scope="module")
def agent(small_bot: Path) -> Agent:
    return Agent.load(newest_model(small_bot))


@pytest.fixture(scope="module")
def a_page(agent: Agent) -> float:
    """How many seconds of the processor a page of text takes: busy neighbours don't count."""
    started = time.process_time()
    asyncio.run(agent.parse_message("from York to Leeds " * 100))
    return time.process_time() - started


@pytest.mark.parametrize(
    "text",
    [
        "\x00\x00",
        "\ud83d",
        "a \udc00 b",
        "😀😀😀",
        "?!…—",
        "שלום, מה שלומך",
        "من لندن",
        "\u200b\u200d\ufeff",
        "\u202efrom York",
        "Z\u0351\u036b\u0343a\u0329\u0330lgo",
        "[MASK] [SEP] </s> [PAD]",
        "x" * 1_000_000,
        "from York to Leeds " * 52_000,
        "word " * 10_000,
        "\U0001f469\u200d" * 5_000,
    ],
    ids=lambda text: repr(text[:12]),
)
async def test_any_message_is_read_in_time(agent: Agent, a_page: float, text: str) -> None:
    started = time.process_time()
    read = await agent.parse_message(text)
    assert time.process_time() - started < MOST_TIMES_LONGER * a_page
    assert read["intent"]["name"] in KNOWN
    shares = [item["confidence"] for item in read["intent_ranking"]]
    assert shares == sorted(shares, reverse=True)
    for entity in read["entities"]:
        assert 0 <= entity["start"] < entity["end"] <= len(text)


@pytest.mark.parametrize("text", ["", " ", " \t\n\u00a0"])
async def test_what_has_no_visible_character_is_not_understood(agent: Agent, text: str) -> None:
    read = await agent.parse_message(text)
    assert read["intent"]["name"] in ("nlu_fallback", None)
    assert read["entities"] == []


async def test_entities_beyond_what_the_encoder_reads_are_left_out(agent: Agent) -> None:
    text = "hello " * 500 + "from York to Leeds"
    read = await agent.parse_message(text)
    assert all(entity["end"] <= len(text) - len("from York to Leeds") for entity in read["entities"])
