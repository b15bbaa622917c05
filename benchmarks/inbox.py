"""How fast the inbox is with many conversations, against an empty one, in the same run.

    python -m benchmarks.inbox [--conversations 10000] [--looks 300] [--out FILE]

Two databases on one PostgreSQL: one empty, one with conversations in all states, each with messages and most with a
handoff. The looks at both take turns. Measured are what the page asks the database for, and the page itself, served
by the desk over HTTP to an agent who is signed in.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import text

from deskhand.conversation.people import Agent
from deskhand.store import embedded, migrations
from deskhand.store.database import Database
from deskhand.store.desk.inbox import Queues, View
from deskhand.store.desk.searching import search
from tests.desk.site import serving
from tests.fakes.desk import agent

MESSAGES_EACH = 8
LIMIT_RATIO = 1.5
_FILL = """
    INSERT INTO deskhand.contacts (id, channel, external_id, created_at)
    SELECT gen_random_uuid(), (ARRAY['webchat', 'whatsapp', 'telegram'])[1 + n % 3], 'c' || n, now()
    FROM generate_series(1, :count) AS n;
    INSERT INTO deskhand.conversations (
        id, contact_id, status, outcome, control_token, last_seq, opened_at, resolved_at, team, priority, assignee_id,
        snoozed_until, waiting_since, last_message_at
    )
    SELECT gen_random_uuid(), id, status, CASE WHEN status = 'resolved' THEN 'resolved_by_agent' END, 1, :messages,
        at - interval '1 hour', CASE WHEN status = 'resolved' THEN at END,
        (ARRAY['billing', 'orders', 'technical', 'accounts', 'general'])[1 + n % 5], 1 + n % 4,
        CASE WHEN status IN ('snoozed', 'resolved') OR (status = 'open' AND n % 3 = 0) THEN CAST(:agent AS uuid) END,
        CASE WHEN status = 'snoozed' THEN at + interval '30 days' END, CASE WHEN status = 'open' THEN at END, at
    FROM (
        SELECT id, row_number() OVER () AS n, now() - random() * interval '20 days' AS at,
            (ARRAY['open', 'open', 'open', 'open', 'pending', 'pending', 'snoozed', 'resolved', 'resolved', 'resolved'])
                [1 + floor(random() * 10)::int] AS status
        FROM deskhand.contacts
    ) AS made;
    INSERT INTO deskhand.messages (id, conversation_id, seq, author, text, sent_at)
    SELECT gen_random_uuid(), conversations.id, seq, CASE seq % 2 WHEN 1 THEN 'contact' ELSE 'assistant' END,
        'message ' || seq || ' about my tent, order FW-' || (100000 + floor(random() * 900000)::int),
        last_message_at - interval '1 minute' * (:messages - seq)
    FROM deskhand.conversations, generate_series(1, :messages) AS seq;
    INSERT INTO deskhand.handoffs (id, conversation_id, packet, requested_at, closed_at)
    SELECT gen_random_uuid(), id, '{"reason": "asked_for_person", "summary": "They want a person.",
        "crm_context": {"name": "Priya Nair"}}', opened_at, CASE WHEN status = 'resolved' THEN resolved_at END
    FROM deskhand.conversations WHERE status <> 'pending';
    INSERT INTO deskhand.read_marks (agent_id, conversation_id, seq)
    SELECT CAST(:agent AS uuid), id, 5 FROM deskhand.conversations WHERE random() < 0.5
"""


async def measure(conversations: int, looks: int) -> dict[str, Any]:
    """Milliseconds."""
    with tempfile.TemporaryDirectory(prefix="deskhand-bench-") as folder:
        server = await asyncio.to_thread(embedded.start, Path(folder) / "postgres", {})
        try:
            async with AsyncExitStack() as stack:
                empty = await _database(server, "empty", 0, stack)
                full = await _database(server, "full", conversations, stack)
                return await _compare(empty, full, looks)
        finally:
            await asyncio.to_thread(server.stop)


async def _database(server: Any, name: str, conversations: int, stack: AsyncExitStack) -> tuple[Database, Agent]:
    with psycopg.connect(server.url_of("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE bench_{name}")
    url = server.url_of(f"bench_{name}")
    await asyncio.to_thread(migrations.upgrade, url)
    db = Database(url, statement_timeout_seconds=120)
    stack.push_async_callback(db.close)
    ann = await agent(db, "Ann")
    async with db.begin() as connection:
        if conversations:
            values = {"count": conversations, "messages": MESSAGES_EACH, "agent": str(ann.id)}
            for statement in _FILL.split(";"):
                needed = {name: value for name, value in values.items() if f":{name}" in statement}
                await connection.execute(text(statement), needed)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    return db, ann


async def _compare(empty: tuple[Database, Agent], full: tuple[Database, Agent], looks: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for view in View:
        found[f"{view} page and counts"] = await _sides(
            looks, *(_look(Queues(db), agent, view) for db, agent in (empty, full))
        )
    found["search"] = await _sides(
        looks // 5, *(lambda db=db, agent=agent: search(db, "tent FW-204518", agent) for db, agent in (empty, full))
    )
    for view in (View.WAITING, View.OPEN, View.ASSISTANT):
        async with serving(empty[0]) as one, serving(full[0]) as other:
            clients = [await site.signed_in("Zoe") for site in (one, other)]
            pages = [partial(client.page, f"/inbox/{view}") for client in clients]
            found[f"{view} over HTTP"] = await _sides(looks, *pages)
    return found


def _look(queues: Queues, agent: Agent, view: View) -> Callable[[], Awaitable[object]]:
    async def look() -> None:
        await queues.page(view, agent)
        await queues.counts(agent)

    return look


async def _sides(
    looks: int, empty: Callable[[], Awaitable[object]], full: Callable[[], Awaitable[object]]
) -> dict[str, float]:
    taken: dict[str, list[float]] = {"empty": [], "full": []}
    for number in range(looks + 20):
        for name, look in (("empty", empty), ("full", full)):
            began = time.perf_counter()
            await look()
            if number >= 20:  # the first ones fill caches
                taken[name].append((time.perf_counter() - began) * 1000)
    p95 = {name: statistics.quantiles(times, n=20)[18] for name, times in taken.items()}
    return {
        "empty, median": round(statistics.median(taken["empty"]), 2),
        "full, median": round(statistics.median(taken["full"]), 2),
        "empty, 95th": round(p95["empty"], 2),
        "full, 95th": round(p95["full"], 2),
        "ratio of the 95th": round(p95["full"] / p95["empty"], 2),
    }


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--conversations", type=int, default=10_000)
    arguments.add_argument("--looks", type=int, default=300)
    arguments.add_argument("--out", type=Path, default=Path("benchmarks/results/inbox.json"))
    given = arguments.parse_args()
    figures = asyncio.run(measure(given.conversations, given.looks))
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(figures, indent=2) + "\n")
    for name, sides in figures.items():
        print(name, sides)
    return 0


if __name__ == "__main__":
    sys.exit(main())
