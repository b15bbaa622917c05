"""Customers who write a line, wait for all of its answer and write the next one."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp

from benchmarks.delivery_doubles import APP_SECRET, Doubles
from benchmarks.load_measures import Measured
from tests.channels.whatsapp import webhooks

PATIENCE_SECONDS = 120
QUIET_SECONDS = 3.0
"""After so long without another message the first customer takes the answer for complete."""

LINES = (
    "hello",
    "where is my order?",
    "jo@example.com",
    "never mind",
    "are you a bot?",
    "what can you do?",
    "I want to pause my subscription",
    "leave it",
    "thanks",
    "goodbye",
)
"""Small talk by rules, two jobs begun by forms that the action server validates, an entity, and leaving both."""

Turn = Callable[[int, int, Measured], Awaitable[None]]
"""One turn of a customer, by their number and the turn's. Raises when there is no answer."""


@dataclass(frozen=True)
class Plan:
    customers: int
    turns: int
    arrive_seconds: float
    """Within which the customers begin, evenly."""
    rounds: int = 1
    """So many times a customer who is done is followed by another one."""


class NoAnswer(Exception):
    """A turn that did not get what it must."""


async def talk(plan: Plan, turn: Turn, measured: Measured) -> None:
    began = time.monotonic()
    await asyncio.gather(*(_customer(number, plan, turn, measured) for number in range(plan.customers)))
    measured.seconds = time.monotonic() - began


async def _customer(place: int, plan: Plan, turn: Turn, measured: Measured) -> None:
    """One after another in this place."""
    await asyncio.sleep(plan.arrive_seconds * place / plan.customers)
    for customer, number in itertools.product(
        range(place, plan.rounds * plan.customers, plan.customers), range(plan.turns)
    ):
        began = time.monotonic()
        try:
            await turn(customer, number, measured)
        except (aiohttp.ClientError, TimeoutError, NoAnswer) as exc:
            measured.errors.append(f"customer {customer}, turn {number}: {type(exc).__name__} {exc}")
        else:
            measured.turn_seconds.append(time.monotonic() - began)


class OverWhatsApp:
    """Deskhand's side: a webhook for each line; what answers it comes by the double of WhatsApp's API."""

    def __init__(self, client: aiohttp.ClientSession, urls: list[str], doubles: Doubles) -> None:
        self._client = client
        self._urls = urls
        self._answered: dict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._heard: dict[str, int] = defaultdict(int)
        self._expected: list[int] = []
        doubles.whatsapp_listeners.append(self._hear)

    async def learn(self, turns: int) -> None:
        """A first customer goes through all lines alone: how many messages answer each? It warms everything, too."""
        for number in range(min(turns, 2 * len(LINES))):
            before = self._heard[_phone(-1)]
            await self._post(-1, number)
            await self._until(-1, before + 1)
            heard = -1
            while heard != self._heard[_phone(-1)]:
                heard = self._heard[_phone(-1)]
                await asyncio.sleep(QUIET_SECONDS)
            self._expected.append(heard - before)

    async def turn(self, customer: int, number: int, measured: Measured) -> None:
        expected = self._heard[_phone(customer)] + self._expects(number)
        measured.acknowledged_seconds.append(await self._post(customer, number))
        await self._until(customer, expected)

    def _expects(self, number: int) -> int:
        """The second round of the lines is like all that follow; the first one begins with a greeting."""
        return self._expected[number if number < len(self._expected) else len(LINES) + number % len(LINES)]

    async def _until(self, customer: int, expected: int) -> None:
        phone = _phone(customer)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while self._heard[phone] < expected:
                self._answered[phone].clear()
                await self._answered[phone].wait()

    def _hear(self, recipient: str) -> None:
        self._heard[recipient] += 1
        self._answered[recipient].set()

    async def _post(self, customer: int, number: int) -> float:
        """Returns the seconds until it was acknowledged."""
        body = json.dumps(_webhook(customer, number)).encode()
        digest = hmac.new(APP_SECRET.encode(), body, hashlib.sha256).hexdigest()
        headers = {"content-type": "application/json", "x-hub-signature-256": f"sha256={digest}"}
        began = time.monotonic()
        async with self._client.post(self._urls[customer % len(self._urls)], data=body, headers=headers) as answer:
            answer.raise_for_status()
            await answer.read()
        return time.monotonic() - began


class OverRest:
    """Stock Rasa's side: the answer to the request is the turn's."""

    def __init__(self, client: aiohttp.ClientSession, url: str) -> None:
        self._client = client
        self._url = f"{url}/webhooks/rest/webhook"

    async def learn(self, turns: int) -> None:
        for number in range(min(turns, 2 * len(LINES))):
            await self.turn(-1, number, Measured())

    async def turn(self, customer: int, number: int, measured: Measured) -> None:
        said = {"sender": f"customer-{customer}", "message": LINES[number % len(LINES)]}
        began = time.monotonic()
        async with self._client.post(self._url, json=said) as answer:
            answer.raise_for_status()
            replies = await answer.json()
        measured.acknowledged_seconds.append(time.monotonic() - began)
        if not replies:
            raise NoAnswer(said["message"])


def _phone(customer: int) -> str:
    return f"4477009{customer + 1:05d}"


def _webhook(customer: int, number: int) -> dict[str, Any]:
    phone = _phone(customer)
    message = webhooks.text(LINES[number % len(LINES)], sender=phone)
    message |= {"id": f"wamid.{phone}.{number}", "timestamp": str(1_760_000_000 + number)}
    return webhooks.webhook(webhooks.value(message, cards=[webhooks.card(phone, None)]))
