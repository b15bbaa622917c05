"""Delivery under faults: nothing lost, nothing answered twice, the order kept.

    python -m benchmarks.delivery_faults [--model models/….tar.gz] [--messages 2000] [--contacts 200] [--kills 20]

Two assistants on one PostgreSQL take messages on three channels, each delivered one to three times, shuffled and at
once. The channels' APIs fail in a tenth of the calls. Assistants are killed (SIGKILL) and PostgreSQL is restarted
meanwhile. Without a model an echo answers, through the same delivery.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks import delivery_checks, delivery_doubles, delivery_stack
from benchmarks.delivery_customers import CHANNELS, Channels, Customer
from benchmarks.delivery_stack import NO_LIMIT, Stack
from deskhand.store.database import Database

WEBCHAT_LIMITS = dict.fromkeys(
    (
        "messages_per_minute_and_session",
        "messages_per_minute_and_address",
        "sessions_per_minute_and_address",
        "reads_per_minute_and_session",
    ),
    NO_LIMIT,
)


@dataclass(frozen=True)
class Plan:
    messages: int
    contacts: int
    kills: int
    seconds: float
    """Over which messages and kills are spread."""
    seed: int
    model: Path | None
    quiet_seconds: float
    channels: tuple[str, ...] = CHANNELS


async def run(plan: Plan) -> dict[str, object]:
    chance = _chance(plan.seed)
    began = time.monotonic()
    logs = delivery_stack.logs_in(Path("results/delivery"))
    async with delivery_doubles.running(0.1, plan.seed) as doubles:
        channels = delivery_doubles.credentials(doubles, **WEBCHAT_LIMITS)
        async with delivery_stack.started(2, channels, model=plan.model, log_folder=logs) as stack:
            posting = Channels(
                [assistant.url for assistant in stack.assistants], chance, small_talk=plan.model is not None
            )
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(_disturb(stack, plan, _chance(plan.seed + 1)))
                    for customer in _customers(plan):
                        group.create_task(_talk(posting, customer, plan, _chance(plan.seed * 7 + customer.number)))
            finally:
                await posting.close()
            for assistant in stack.assistants:
                if assistant.process is None or assistant.process.returncode is not None:
                    await assistant.start()
            database = Database(stack.database_url)
            quiet = await _until_quiet(database, plan.quiet_seconds)
            found = await delivery_checks.outcome(database, doubles, plan.messages)
            await database.close()
    return {
        "seconds": round(time.monotonic() - began),
        "quiet": quiet,
        "posts": posting.deliveries.posts,
        "posts delivered again": posting.deliveries.refused,
        "webhook seconds, median": round(_percentile(posting.deliveries.seconds, 50), 4),
        "webhook seconds, 95th": round(_percentile(posting.deliveries.seconds, 95), 4),
        "faults of the APIs": found.faults,
        **found.counts,
        "problems": found.problems + ([] if quiet else ["something was still on its way at the end"]),
    }


def _percentile(values: list[float], percent: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)] if values else 0.0


def _customers(plan: Plan) -> list[Customer]:
    return [Customer(plan.channels[number % len(plan.channels)], number) for number in range(plan.contacts)]


async def _talk(posting: Channels, customer: Customer, plan: Plan, chance: random.Random) -> None:
    """The customer's share of the messages, in bursts of one to three."""
    share = plan.messages // plan.contacts + (customer.number < plan.messages % plan.contacts)
    await asyncio.sleep(chance.uniform(0, plan.seconds / 10))
    if customer.channel == "webchat":
        await posting.open_webchat(customer)
    said = 0
    while said < share:
        count = min(chance.randint(1, 3), share - said)
        await posting.burst(customer, said + 1, count)
        said += count
        await asyncio.sleep(chance.uniform(0.5, 1.5) * plan.seconds * count / max(1, share))


def _chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - faults are no secrets


async def _disturb(stack: Stack, plan: Plan, chance: random.Random) -> None:
    """Kills one assistant after the other, and restarts the database once in between."""
    pause = plan.seconds / (plan.kills + 2)
    for number in range(plan.kills):
        await asyncio.sleep(pause * chance.uniform(0.5, 1.0))
        victim = stack.assistants[number % len(stack.assistants)]
        await victim.kill()
        await victim.start()
        if number == plan.kills // 2:
            await stack.restart_database()


async def _until_quiet(database: Database, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if await delivery_checks.settled(database):
            return True
        await asyncio.sleep(0.5)
    return False


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--contacts", type=int, default=200)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=240, help="over which messages and kills are spread")
    parser.add_argument("--quiet-seconds", type=float, default=300, help="how long to wait for the end of the work")
    parser.add_argument("--channels", nargs="+", choices=CHANNELS, default=CHANNELS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--model", type=Path, help="answer with Rasa and this model")
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results/delivery_faults.json"))
    given = parser.parse_args()
    plan = Plan(
        messages=given.messages,
        contacts=given.contacts,
        kills=given.kills,
        seconds=given.seconds,
        seed=given.seed,
        model=given.model,
        quiet_seconds=given.quiet_seconds,
        channels=tuple(given.channels),
    )
    figures = {
        "messages asked for": plan.messages,
        "contacts": plan.contacts,
        "kills": plan.kills,
        "answered by": "Rasa" if plan.model else "an echo",
        **asyncio.run(run(plan)),
    }
    print(json.dumps(figures, indent=1))
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 1 if figures["problems"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
