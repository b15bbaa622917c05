"""Agents who take conversations over at random moments of running turns: does the assistant speak afterwards?

    python -m benchmarks.takeover_race [--takeovers 500] [--model models/….tar.gz] [--out FILE]

Two assistant processes on one database. Each customer writes in the web chat; an agent takes over a random moment
later, answers, and the customer writes once more. Counted: messages of the assistant stored after the takeover.
Without a model an echo answers, which thinks for a fifth of a second, so that most takeovers meet a running turn.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import time
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from benchmarks import delivery_stack
from deskhand.conversation.model import InboundMessage
from deskhand.store.database import Database
from deskhand.store.desk.work import Work
from deskhand.store.inbox import Inbox
from tests.fakes.desk import agent

SEED = 6
ECHO_SECONDS = 0.2
AT_ONCE = 20
PATIENCE_SECONDS = 180
WORDS = ("where is my order?", "I want to return a tent", "what are your opening hours?", "cancel my subscription")

# Said by the assistant after an agent had taken over.
_LATE = """
    SELECT count(*) FROM deskhand.messages AS said JOIN deskhand.conversation_events AS taken
    ON taken.conversation_id = said.conversation_id AND taken.kind = 'takeover' AND said.seq > taken.after_seq
    WHERE said.author = 'assistant'
"""
_FIGURES = {
    "takeovers": "SELECT count(*) FROM deskhand.conversation_events WHERE kind = 'takeover'",
    "assistant messages after a takeover": _LATE,
    "turns that a takeover met while they ran": "SELECT count(*) FROM deskhand.turns WHERE state = 'withheld'",
    "replies discarded and kept for the desk": "SELECT count(*) FROM deskhand.discarded_replies",
    "turns that ended before": "SELECT count(*) FROM deskhand.turns WHERE state = 'done' AND NOT greeting",
    "answers of agents": "SELECT count(*) FROM deskhand.messages WHERE author = 'agent'",
}
_UNSETTLED = """
    SELECT (SELECT count(*) FROM deskhand.messages WHERE awaits_turn)
        + (SELECT count(*) FROM deskhand.turns WHERE state = 'running')
"""


async def measure(takeovers: int, model: Path | None, logs: Path) -> dict[str, Any]:
    environment = {"ECHO_SECONDS": str(ECHO_SECONDS), "DESKHAND_TURN_PAUSE_SECONDS": "0"}
    channels = {delivery_stack.WEBCHAT: {}}
    async with delivery_stack.started(
        2, channels, model=model, log_folder=delivery_stack.logs_in(logs), more_environment=environment
    ) as stack:
        db = Database(stack.database_url, pool_size=AT_ONCE)
        try:
            began = time.monotonic()
            await _race(db, takeovers, spread_seconds=ECHO_SECONDS * 2 if model is None else 1.5)
            await _settled(db)
            found = {name: await _count(db, query) for name, query in _FIGURES.items()}
            return found | {"seconds": round(time.monotonic() - began, 1)}
        finally:
            await db.close()


async def _race(db: Database, takeovers: int, spread_seconds: float) -> None:
    ann, inbox, work = await agent(db, "Ann"), Inbox(db), Work(db)
    chance = random.Random(SEED)  # noqa: S311 - the same moments in each run
    places = asyncio.Semaphore(AT_ONCE)

    async def one(who: str, words: str, moment: float) -> None:
        async with places:
            conversation_id = await _write(inbox, who, words)
            await asyncio.sleep(moment)
            await work.takeover(conversation_id, ann)
            await _write(inbox, who, "is this a person?")
            await work.say(conversation_id, ann, "Yes, I am Ann.")

    rounds = [(str(uuid4()), chance.choice(WORDS), chance.uniform(0, spread_seconds)) for _ in range(takeovers)]
    await asyncio.gather(*(one(*each) for each in rounds))


async def _write(inbox: Inbox, who: str, words: str) -> UUID:
    (received,) = await inbox.take([InboundMessage("webchat", who, str(uuid4()), words)])
    return received.conversation.id


async def _settled(db: Database) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await _count(db, _UNSETTLED):  # noqa: ASYNC110 - other processes do the work
            await asyncio.sleep(0.1)


async def _count(db: Database, query: str) -> int:
    async with db.begin() as connection:
        return int(await connection.scalar(text(query)) or 0)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--takeovers", type=int, default=500)
    arguments.add_argument("--model", type=Path)
    arguments.add_argument("--out", type=Path, default=Path("benchmarks/results/takeover_race.json"))
    arguments.add_argument("--logs", type=Path, default=Path("results/takeover_race"))
    given = arguments.parse_args()
    figures = asyncio.run(measure(given.takeovers, given.model, given.logs))
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps({"answers": "rasa" if given.model else "echo"} | figures, indent=2) + "\n")
    for name, value in figures.items():
        print(f"{name}: {value}")
    return 1 if figures["assistant messages after a takeover"] else 0


if __name__ == "__main__":
    sys.exit(main())
