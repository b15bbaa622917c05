"""When the assistant hands over, measured on conversations with the whole stack: web chat, model, policies, actions.

    python -m benchmarks.escalation tests/escalation/heldout.yml

Prints counts only, so that nobody tunes on single conversations of a held-out set; `--wrong` names them, for the
development set.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.escalation_measures import NOBODY, Item, Outcome, Score, by_reason, read_items, score
from benchmarks.model_option import add_model, model_of
from deskhand.e2e.stack import started
from deskhand.e2e.webchat import Customer
from deskhand.e2e.world import World
from deskhand.settings import get_settings
from deskhand.store.database import Database

AT_ONCE = 4


async def outcomes_of(items: Sequence[Item], model: Path) -> list[Outcome]:
    """Holds the conversations, each with a customer of its own."""
    settings = get_settings()
    async with started(settings, model, settings.data_dir / "logs") as stack:
        database = Database(stack.database_url, pool_size=AT_ONCE + 2)
        world = World(database, ZoneInfo(settings.timezone))
        places = asyncio.Semaphore(AT_ONCE)

        async def held(item: Item) -> Outcome:
            async with places, Customer(stack.base_url, world.settled) as customer:
                return await _hold(item, customer, world)

        try:
            return list(await asyncio.gather(*map(held, items)))
        finally:
            await database.close()


async def _hold(item: Item, customer: Customer, world: World) -> Outcome:
    await customer.open()
    for place, words in enumerate(item.said, start=1):
        await customer.type(words)
        packet = await world.open_handoff(customer.conversation_id)
        if packet is not None:
            return Outcome(place, str(packet["reason"]))
    return Outcome()


def report(items: Sequence[Item], outcomes: Sequence[Outcome]) -> list[str]:
    """Lines of a table, all reasons together last."""
    lines = [f"{'':18} {'should':>6} {'found':>6} {'reason':>6} {'recall':>7} {'precision':>9}"]
    rows = {**by_reason(items, outcomes), "all": score(items, outcomes)}
    lines += [_row(name, each) for name, each in rows.items()]
    kept = [outcome for item, outcome in zip(items, outcomes, strict=True) if item.to == NOBODY]
    lines.append(f"{sum(outcome.at is None for outcome in kept)} of {len(kept)} that should not were kept.")
    return lines


def _row(name: str, each: Score) -> str:
    counts = f"{each.should:6} {each.found:6} {each.right_reason:6}"
    return f"{name:18} {counts} {each.recall:7.1%} {each.precision:9.1%}"


def wrong(items: Sequence[Item], outcomes: Sequence[Outcome]) -> list[str]:
    """The conversations that came out otherwise than they should."""
    found = []
    for item, outcome in zip(items, outcomes, strict=True):
        expected = {item.to, *item.also} if item.to != NOBODY else {None}
        if outcome.reason not in expected or (outcome.at or item.first) < item.first:
            found.append(f"{item.to} -> {outcome.reason} at {outcome.at}: {' | '.join(item.said)}")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    add_model(parser)
    parser.add_argument("--wrong", action="store_true", help="name the conversations that came out wrong")
    arguments = parser.parse_args()
    model = model_of(parser, arguments)
    items = read_items(arguments.file)
    outcomes = asyncio.run(outcomes_of(items, model))
    print("\n".join(report(items, outcomes)))
    if arguments.wrong:
        print("\n".join(wrong(items, outcomes)))


if __name__ == "__main__":
    main()
