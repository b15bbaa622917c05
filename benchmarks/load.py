"""Many customers at once: how fast webhooks are answered, how many turns a second, and what it costs.

    python -m benchmarks.load_stock_model                       # once: trains stock Rasa's model
    python -m benchmarks.load [--customers 200] [--turns 10]    # both sides, one after the other
    python -m benchmarks.load --sides deskhand --rounds 10      # memory over 20,000 turns

Each customer writes, waits for all of the answer and writes again, on two processors for everything, this program
included. Deskhand: WhatsApp's channel with a double of its API, processes as `deskhand up` runs them. Stock: one
`rasa run` with Rasa's REST channel, which answers in the request, and its SQL tracker store on the same kind of
PostgreSQL. Same project, same lines, same action server; each side understands and decides with its own components.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import text

from benchmarks import delivery_doubles, delivery_stack, load_stock_model
from benchmarks.load_customers import PATIENCE_SECONDS, OverRest, OverWhatsApp, Plan, talk
from benchmarks.load_measures import Measured, Meter
from benchmarks.load_stock import stock_stack
from deskhand.store.database import Database

CORES = 2
LOGS = Path("results/load")
SIDES = ("stock", "deskhand")
GENERATOR = "load generator"


@dataclass(frozen=True)
class Sides:
    model: Path
    assistants: int
    apart: bool
    stock_python: Path
    stock_model: Path


async def deskhand(plan: Plan, sides: Sides) -> Measured:
    async with delivery_doubles.running(0.0, 1) as doubles:
        channels = delivery_doubles.credentials(doubles)
        only = {delivery_stack.WHATSAPP: {**channels[delivery_stack.WHATSAPP], "messages_per_second": 1000}}
        async with (
            delivery_stack.started(
                sides.assistants,
                only,
                model=sides.model,
                log_folder=delivery_stack.logs_in(LOGS),
                more_environment={"DESKHAND_TURN_PAUSE_SECONDS": "0", "OMP_NUM_THREADS": "1"},
                apart=sides.apart,
            ) as stack,
            _client() as client,
        ):
            servers = [stack.channels] if stack.channels else stack.assistants
            customers = OverWhatsApp(client, [f"{one.url}/webhooks/whatsapp/webhook" for one in servers], doubles)
            processes = {
                "assistants": [one.pid for one in stack.assistants],
                "channels' server": [stack.channels.pid] if stack.channels else [],
                "action server": [stack.actions.pid] if stack.actions else [],
                "PostgreSQL": [stack.postgres_pid],
            }
            measured = await _measure(plan, customers, processes)
            measured.errors += await _mistakes(stack.database_url, plan)
            return measured


async def stock(plan: Plan, sides: Sides) -> Measured:
    logs = delivery_stack.logs_in(LOGS)
    async with stock_stack(sides.stock_python, sides.stock_model, logs) as stack, _client() as client:
        processes = {
            "assistants": [stack.rasa.pid],
            "action server": [stack.actions.pid],
            "PostgreSQL": [stack.postgres_pid],
        }
        return await _measure(plan, OverRest(client, stack.rasa.url), processes)


async def _measure(plan: Plan, customers: OverWhatsApp | OverRest, processes: Mapping[str, list[int]]) -> Measured:
    await customers.learn(plan.turns)
    measured = Measured()
    weighed = tuple(kind for kind in processes if kind != "PostgreSQL")
    meter = Meter({**processes, GENERATOR: []}, weighed)
    own = os.times()
    sampling = asyncio.create_task(meter.sample(measured))
    await talk(plan, customers.turn, measured)
    sampling.cancel()
    meter.finish(measured)
    now = os.times()
    measured.cpu_seconds[GENERATOR] = now.user + now.system - own.user - own.system
    return measured


async def _mistakes(database_url: str, plan: Plan) -> list[str]:
    """Each line must have had a turn of its own, with an answer."""
    database = Database(database_url)
    try:
        async with database.begin() as connection:
            query = "SELECT state, count(*) FROM deskhand.turns WHERE NOT greeting GROUP BY state"
            states = dict((await connection.execute(text(query))).tuples().all())
            failed = await connection.scalar(text("SELECT count(*) FROM deskhand.sends WHERE state <> 'sent'"))
    finally:
        await database.close()
    learning = min(plan.turns, 2 * len(load_stock_model.LINES))
    wanted = {"done": plan.rounds * plan.customers * plan.turns + learning}
    problems = [] if states == wanted else [f"turns by state are {states}, not {wanted}"]
    return problems + ([f"{failed} sends were not sent"] if failed else [])


def _client() -> aiohttp.ClientSession:
    patience = aiohttp.ClientTimeout(total=PATIENCE_SECONDS)
    return aiohttp.ClientSession(timeout=patience, connector=aiohttp.TCPConnector(limit=300))


def main() -> int:
    given = _arguments()
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    plan = Plan(given.customers, given.turns, given.arrive_seconds, given.rounds)
    sides = Sides(given.model, given.assistants, not given.together, given.stock_python, given.stock_model)
    figures: dict[str, Any] = {
        "customers": plan.customers,
        "turns each": plan.turns,
        "rounds of customers": plan.rounds,
        "customers begin within seconds": plan.arrive_seconds,
        "processors": len(os.sched_getaffinity(0)),
        "load average before": round(os.getloadavg()[0], 1),
        "Deskhand's assistant processes": sides.assistants,
    }
    for side in given.sides:
        run = {"stock": stock, "deskhand": deskhand}[side]
        figures[side] = asyncio.run(run(plan, sides)).figures()
        print(json.dumps(figures, indent=1), flush=True)
    if set(given.sides) == set(SIDES):
        rates = [float(figures[side]["turns per second"]) for side in ("deskhand", "stock")]
        figures["turns per second, times stock's"] = round(rates[0] / rates[1], 2)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(figures, indent=1))
    return 1 if figures.get("deskhand", {}).get("errors") else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=200)
    parser.add_argument("--turns", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=1, help="so often a customer who is done is followed by another")
    parser.add_argument("--arrive-seconds", type=float, default=10, help="within which the customers begin")
    parser.add_argument("--sides", nargs="+", choices=SIDES, default=SIDES)
    parser.add_argument("--assistants", type=int, default=2, help="Deskhand's processes that take turns")
    parser.add_argument("--together", action="store_true", help="no channels' server: the assistants do all")
    parser.add_argument("--model", type=Path, default=_newest_model(), help="Deskhand's (default: the newest)")
    parser.add_argument("--stock-python", type=Path, default=load_stock_model.PYTHON)
    parser.add_argument("--stock-model", type=Path, default=load_stock_model.MODEL)
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results/load.json"))
    return parser.parse_args()


def _newest_model() -> Path:
    return max(Path("models").glob("*.tar.gz"), default=Path("models"))


if __name__ == "__main__":
    raise SystemExit(main())
