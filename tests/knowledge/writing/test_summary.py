"""A summary in a model's words says what is known, or is not used. The endpoint is a real HTTP server."""

from __future__ import annotations

import json

import pytest

from deskhand.knowledge.writing.endpoint import Endpoint
from deskhand.knowledge.writing.summary import SummaryWriter, is_supported
from tests.fakes.language_model import FakeLanguageModel, sends

FACTS = [
    "The customer wants to cancel an order.",
    "Handed over because the customer asked for a person.",
    "In vain: the order cannot be changed: it has been dispatched (FW-204518).",
    "Nothing has been changed.",
]
CUSTOMER = [
    "cancel my order",
    "the parcel has not arrived for three weeks",
    "mail me at jo@example.com, a person please",
]


class Budget:
    def __init__(self, enough: bool = True) -> None:
        self.enough = enough
        self.settled: list[int] = []

    async def reserve(self, tokens: int) -> bool:
        return self.enough

    async def settle(self, reserved: int, used: int) -> None:
        self.settled.append(used)


def writer(model: FakeLanguageModel, budget: Budget | None = None, timeout: float = 3.0) -> SummaryWriter:
    return SummaryWriter(Endpoint(model.url, "any", None, timeout), budget or Budget(), business="Fernway")


async def test_a_summary_of_the_facts_is_used(model: FakeLanguageModel) -> None:
    text = "The customer wants to cancel an order. The order cannot be changed: it has been dispatched."
    model.says(text)
    assert await writer(model).write(FACTS, CUSTOMER) == text


@pytest.mark.parametrize(
    "invented",
    [
        "The order was cancelled.",
        "The customer wants to cancel an order and got a refund of £40.",
        "The order can be changed.",
        "The order is cancelled now.",
        "We cancelled the order.",
        "The customer was told that the order was cancelled.",
        "A return was started.",
        "Order FW-999999 has been dispatched.",
        "The parcel has not arrived for three weeks.",
        "I promise that somebody calls tomorrow.",
    ],
)
async def test_what_did_not_happen_is_never_stated(model: FakeLanguageModel, invented: str) -> None:
    model.says(f"The customer wants to cancel an order. {invented}")
    assert await writer(model).write(FACTS, CUSTOMER) is None


def test_what_only_the_customer_says_is_told_as_that() -> None:
    assert is_supported("The customer says the parcel has not arrived for three weeks.", FACTS, CUSTOMER)
    assert not is_supported("The parcel has not arrived for three weeks.", FACTS, CUSTOMER)


async def test_personal_data_stays_here_and_order_numbers_of_facts_do_not(model: FakeLanguageModel) -> None:
    await writer(model).write(FACTS, CUSTOMER)
    sent = json.dumps(model.requests[0])
    assert "jo@example.com" not in sent
    assert "(FW-204518)" in sent


async def test_a_model_that_fails_or_has_nothing_to_say_costs_nothing_but_words(model: FakeLanguageModel) -> None:
    model.says("NONE")
    assert await writer(model).write(FACTS, CUSTOMER) is None
    model.does(sends({"nonsense": True}))
    assert await writer(model).write(FACTS, CUSTOMER) is None
    model.does(model.never_replies)
    assert await writer(model, timeout=0.2).write(FACTS, CUSTOMER) is None


async def test_without_tokens_left_nobody_is_asked(model: FakeLanguageModel) -> None:
    assert await writer(model, Budget(enough=False)).write(FACTS, CUSTOMER) is None
    assert model.requests == []
