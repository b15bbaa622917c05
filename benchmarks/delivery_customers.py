"""Customers on three channels, whose messages are delivered as channels deliver: more than once, at once, shuffled."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

import httpx

from benchmarks.delivery_doubles import APP_SECRET, WEBHOOK_SECRET
from tests.channels.telegram import samples
from tests.channels.whatsapp import webhooks

CHANNELS = ("whatsapp", "telegram", "webchat")
GIVE_UP_SECONDS = 900
SMALL_TALK = ("hello", "thanks", "hi there", "thank you", "good morning", "cheers")
"""What a model answers however much of it comes. Of words without a meaning it soon asks an agent for help."""
LONGEST_PAUSE_SECONDS = 8.0
NAMESPACE = UUID("5e8b7f0a-24a9-4e0e-8f39-6a3ce2a4b7b1")


@dataclass
class Customer:
    channel: str
    number: int
    token: str = ""
    """The web chat's session."""

    @property
    def external_id(self) -> str:
        """As WhatsApp and Telegram name them."""
        return f"44770090{self.number:04d}" if self.channel == "whatsapp" else str(700_000 + self.number)


@dataclass
class Deliveries:
    """What it took to hand everything over."""

    posts: int = 0
    refused: int = 0
    """Answered 5xx or not at all, and so delivered again."""
    seconds: list[float] = field(default_factory=list)
    """How long each webhook took that was taken."""


class Channels:
    """Delivers to any of the assistants, as a load balancer does, until one takes it."""

    def __init__(self, urls: Sequence[str], chance: random.Random, *, small_talk: bool) -> None:
        """Without `small_talk`, no two messages are alike."""
        self._urls = urls
        self._small_talk = small_talk
        self._chance = chance
        self._client = httpx.AsyncClient(timeout=10, limits=httpx.Limits(max_connections=200))
        self.deliveries = Deliveries()

    async def close(self) -> None:
        await self._client.aclose()

    async def open_webchat(self, customer: Customer) -> None:
        answer = await self._post("/webhooks/webchat/session", b"{}", {})
        customer.token = answer.json()["token"]

    async def burst(self, customer: Customer, first: int, count: int) -> None:
        """Messages that follow each other at once, each delivered one to three times, in any order."""
        numbers = [number for number in range(first, first + count) for _ in range(self._chance.randint(1, 3))]
        self._chance.shuffle(numbers)
        await asyncio.gather(*(self._deliver(customer, number) for number in numbers))

    async def _deliver(self, customer: Customer, number: int) -> None:
        name = f"message {number} of {customer.channel} {customer.number}"
        text = SMALL_TALK[(customer.number + number) % len(SMALL_TALK)] if self._small_talk else name
        match customer.channel:
            case "whatsapp":
                body = json.dumps(_whatsapp(customer, number, text)).encode()
                digest = hmac.new(APP_SECRET.encode(), body, hashlib.sha256).hexdigest()
                await self._post("/webhooks/whatsapp/webhook", body, {"x-hub-signature-256": f"sha256={digest}"})
            case "telegram":
                body = json.dumps(_telegram(customer, number, text)).encode()
                headers = {"x-telegram-bot-api-secret-token": WEBHOOK_SECRET}
                await self._post("/webhooks/telegram/webhook", body, headers)
            case _:
                message_id = uuid5(NAMESPACE, name)
                body = json.dumps({"id": str(message_id), "text": text}).encode()
                await self._post("/webhooks/webchat/messages", body, {"authorization": f"Bearer {customer.token}"})

    async def _post(self, path: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
        deadline, pause = time.monotonic() + GIVE_UP_SECONDS, 0.25
        while time.monotonic() < deadline:
            self.deliveries.posts += 1
            began = time.monotonic()
            try:
                url = f"{self._chance.choice(self._urls)}{path}"
                answer = await self._client.post(
                    url, content=body, headers={"content-type": "application/json", **headers}
                )
                if answer.is_success:
                    self.deliveries.seconds.append(time.monotonic() - began)
                    return answer
                if answer.is_client_error:
                    raise RuntimeError(f"{path} refused a good message: {answer.status_code} {answer.text[:200]}")
            except httpx.HTTPError:
                pass  # the assistant is being killed, or started again
            self.deliveries.refused += 1
            # As channels do: all that wait would otherwise keep from its feet whoever has just been started again.
            await asyncio.sleep(self._chance.uniform(0.5, 1.0) * pause)
            pause = min(LONGEST_PAUSE_SECONDS, 2 * pause)
        raise RuntimeError(f"Nobody took a message at {path} for {GIVE_UP_SECONDS} s.")


def _whatsapp(customer: Customer, number: int, text: str) -> dict[str, Any]:
    phone = customer.external_id
    message = webhooks.text(text, sender=phone)
    message |= {"id": f"wamid.{phone}.{number}", "timestamp": str(1_760_000_000 + number)}
    return webhooks.webhook(webhooks.value(message, cards=[webhooks.card(phone, None)]))


def _telegram(customer: Customer, number: int, text: str) -> dict[str, Any]:
    sender = {"id": int(customer.external_id), "is_bot": False, "first_name": "A"}
    update = samples.wrote(text, sender=sender)
    update["update_id"] = customer.number * 1000 + number
    update["message"] |= {"message_id": number, "date": 1_780_000_000 + number}
    return update
