"""Many customers at once: how fast webhooks are answered, how many turns a second, and what it costs in memory.

    python -m benchmarks.load --model models/….tar.gz [--customers 200] [--turns 10]
    python -m benchmarks.load --model … --stock-python benchmarks/stock_rasa/.venv/bin/python --stock-model …

Each customer writes, waits for the answer and writes again. Deskhand: WhatsApp's channel with a double of its API,
two assistants. Stock: one `rasa run` with Rasa's REST channel and its SQL tracker store on the same kind of
PostgreSQL; it answers in the request. Without --stock-model that side is not run.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil

from benchmarks import delivery_doubles, delivery_stack
from benchmarks.delivery_doubles import APP_SECRET, Doubles
from benchmarks.load_stock import stock_server
from tests.channels.whatsapp import webhooks

PATIENCE_SECONDS = 120
WORDS = ("hello", "where is my order?", "what are your opening hours?", "thanks", "can I return a tent?")


@dataclass
class Measured:
    turn_seconds: list[float] = field(default_factory=list)
    acknowledged_seconds: list[float] = field(default_factory=list)
    errors: int = 0
    seconds: float = 0.0
    megabytes: list[float] = field(default_factory=list)
    """Of all processes of the side, sampled over the run."""

    def figures(self) -> dict[str, object]:
        turns = len(self.turn_seconds)
        return {
            "turns": turns,
            "turns per second": round(turns / self.seconds, 1) if self.seconds else 0.0,
            "turn seconds, median": _percentile(self.turn_seconds, 50),
            "turn seconds, 95th": _percentile(self.turn_seconds, 95),
            "acknowledged seconds, median": _percentile(self.acknowledged_seconds, 50),
            "acknowledged seconds, 95th": _percentile(self.acknowledged_seconds, 95),
            "errors": self.errors,
            "MB at first": self.megabytes[0] if self.megabytes else 0,
            "MB at half-time": self.megabytes[len(self.megabytes) // 2] if self.megabytes else 0,
            "MB at the end": self.megabytes[-1] if self.megabytes else 0,
        }


@dataclass(frozen=True)
class Plan:
    customers: int
    turns: int
    assistants: int
    model: Path | None


Turn = Callable[[int, int], Awaitable[None]]
"""One turn of a customer, by their number and the turn's. Raises when there is no answer."""


async def deskhand(plan: Plan) -> Measured:
    measured = Measured()
    logs = delivery_stack.logs_in(Path("results/load"))
    async with delivery_doubles.running(0.0, 1) as doubles:
        channels = delivery_doubles.credentials(doubles)
        only = {delivery_stack.WHATSAPP: {**channels[delivery_stack.WHATSAPP], "messages_per_second": 1000}}
        async with (
            delivery_stack.started(
                plan.assistants,
                only,
                model=plan.model,
                log_folder=logs,
                more_environment={"DESKHAND_TURN_PAUSE_SECONDS": "0"},
            ) as stack,
            httpx.AsyncClient(timeout=30, limits=httpx.Limits(max_connections=300)) as client,
        ):
            urls = [f"{one.url}/webhooks/whatsapp/webhook" for one in stack.assistants]

            async def turn(customer: int, number: int) -> None:
                await _whatsapp_turn(client, urls[customer % len(urls)], doubles, customer, number, measured)

            pids = [one.process.pid for one in stack.assistants if one.process is not None]
            await _all_customers(plan, turn, measured, pids)
    return measured


async def _whatsapp_turn(
    client: httpx.AsyncClient, url: str, doubles: Doubles, customer: int, number: int, measured: Measured
) -> None:
    phone = f"44770090{customer:04d}"
    heard = _answers_to(doubles, phone)
    message = webhooks.text(WORDS[number % len(WORDS)], sender=phone)
    message |= {"id": f"wamid.{phone}.{number}", "timestamp": str(1_760_000_000 + number)}
    body = json.dumps(webhooks.webhook(webhooks.value(message, cards=[webhooks.card(phone, None)]))).encode()
    digest = hmac.new(APP_SECRET.encode(), body, hashlib.sha256).hexdigest()
    headers = {"content-type": "application/json", "x-hub-signature-256": f"sha256={digest}"}
    began = time.monotonic()
    (await client.post(url, content=body, headers=headers)).raise_for_status()
    measured.acknowledged_seconds.append(time.monotonic() - began)
    async with asyncio.timeout(PATIENCE_SECONDS), doubles.whatsapp_calls:
        await doubles.whatsapp_calls.wait_for(lambda: _answers_to(doubles, phone) > heard)


def _answers_to(doubles: Doubles, phone: str) -> int:
    return doubles.whatsapp_by_recipient[phone]


async def stock(plan: Plan, python: Path, model: Path) -> Measured:
    measured = Measured()
    async with (
        stock_server(python, model, delivery_stack.logs_in(Path("results/load"))) as (url, pid),
        httpx.AsyncClient(timeout=PATIENCE_SECONDS, limits=httpx.Limits(max_connections=300)) as client,
    ):

        async def turn(customer: int, number: int) -> None:
            said = {"sender": f"customer-{customer}", "message": WORDS[number % len(WORDS)]}
            began = time.monotonic()
            answer = await client.post(f"{url}/webhooks/rest/webhook", json=said)
            answer.raise_for_status()
            measured.acknowledged_seconds.append(time.monotonic() - began)

        await _all_customers(plan, turn, measured, [pid])
    return measured


async def _all_customers(plan: Plan, turn: Turn, measured: Measured, pids: list[int]) -> None:
    began = time.monotonic()
    sampling = asyncio.create_task(_sample_memory(measured, pids))
    await asyncio.gather(*(_customer(number, plan.turns, turn, measured) for number in range(plan.customers)))
    measured.seconds = time.monotonic() - began
    sampling.cancel()


async def _customer(customer: int, turns: int, turn: Turn, measured: Measured) -> None:
    for number in range(turns):
        began = time.monotonic()
        try:
            await turn(customer, number)
        except (httpx.HTTPError, TimeoutError):
            measured.errors += 1
        else:
            measured.turn_seconds.append(time.monotonic() - began)


async def _sample_memory(measured: Measured, pids: list[int]) -> None:
    while True:
        measured.megabytes.append(round(sum(psutil.Process(pid).memory_info().rss for pid in pids) / 1e6))
        await asyncio.sleep(1)


def _percentile(values: list[float], percent: int) -> float:
    return round(sorted(values)[min(len(values) - 1, len(values) * percent // 100)], 4) if values else 0.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=200)
    parser.add_argument("--turns", type=int, default=10)
    parser.add_argument("--assistants", type=int, default=2)
    parser.add_argument("--model", type=Path, help="answer with Rasa and this model; without it, with an echo")
    parser.add_argument("--stock-python", type=Path, default=Path("benchmarks/stock_rasa/.venv/bin/python"))
    parser.add_argument("--stock-model", type=Path, help="a model that stock Rasa trained on the same project")
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results/load.json"))
    given = parser.parse_args()
    plan = Plan(given.customers, given.turns, given.assistants, given.model)
    figures: dict[str, Any] = {
        "customers": plan.customers,
        "turns each": plan.turns,
        "answered by": "Rasa" if plan.model else "an echo",
        "deskhand": asyncio.run(deskhand(plan)).figures(),
    }
    if given.stock_model:
        figures["stock"] = asyncio.run(stock(plan, given.stock_python, given.stock_model)).figures()
    print(json.dumps(figures, indent=1))
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 1 if figures["deskhand"]["errors"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
