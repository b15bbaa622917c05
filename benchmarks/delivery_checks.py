"""What must hold once everything is quiet, read from the database and from what the channels' APIs took."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import text

from benchmarks.delivery_doubles import Doubles
from deskhand.store.database import Database

SETTLED = """
    SELECT (SELECT count(*) FROM deskhand.messages WHERE awaits_turn)
        + (SELECT count(*) FROM deskhand.turns WHERE state = 'running')
        + (SELECT count(*) FROM deskhand.sends WHERE state IN ('queued', 'sending'))
"""
# A message that had come when a turn of the same conversation began is answered in it or before it.
OUT_OF_ORDER = """
    SELECT count(*) FROM deskhand.messages earlier
    JOIN deskhand.messages later ON later.conversation_id = earlier.conversation_id
        AND later.author = 'contact' AND later.sort_order > earlier.sort_order
    JOIN deskhand.turns its ON its.id = earlier.turn_id
    JOIN deskhand.turns theirs ON theirs.id = later.turn_id
    WHERE earlier.author = 'contact' AND its.arrived_at > theirs.arrived_at
        AND its.id <> theirs.id AND earlier.sent_at < (
            SELECT min(sent_at) FROM deskhand.messages WHERE turn_id = theirs.id AND author = 'contact'
        )
"""
COUNTS = {
    "messages": "SELECT count(*) FROM deskhand.messages WHERE author = 'contact'",
    "left to agents": """
        SELECT count(*) FROM deskhand.messages said JOIN deskhand.conversations its ON its.id = said.conversation_id
        WHERE said.author = 'contact' AND said.turn_id IS NULL AND NOT said.awaits_turn AND its.status = 'open'
    """,
    "without an answer": """
        SELECT count(*) FROM deskhand.messages said WHERE author = 'contact' AND NOT EXISTS (
            SELECT FROM deskhand.messages answer WHERE answer.turn_id = said.turn_id AND answer.author <> 'contact')
    """,
    "turns": "SELECT count(*) FROM deskhand.turns",
    "turns that failed": "SELECT count(*) FROM deskhand.turns WHERE state <> 'done'",
    "turns taken again after a kill": "SELECT count(*) FROM deskhand.turns WHERE attempts > 1",
    "answered twice": """
        SELECT count(*) FROM (
            SELECT data->>'message_id' FROM deskhand.tracker_events
            WHERE type_name = 'user' AND data->>'message_id' IS NOT NULL
            GROUP BY sender_id, data->>'message_id' HAVING count(*) > 1
        ) AS twice
    """,
    "out of order": OUT_OF_ORDER,
    "parts to send": "SELECT count(*) FROM deskhand.sends",
    "parts that failed": "SELECT count(*) FROM deskhand.sends WHERE state IN ('failed', 'waiting')",
    "sends repeated in the documented window": "SELECT coalesce(sum(repeats), 0) FROM deskhand.sends",
}


@dataclass(frozen=True)
class Outcome:
    counts: dict[str, int]
    faults: dict[str, int]

    @property
    def problems(self) -> list[str]:
        wrong = [
            f"{name}: {self.counts[name]}"
            for name in ("lost", "unanswered", "answered twice", "out of order", "sends out of order")
            if self.counts[name]
        ]
        repeated = self.counts["sends repeated"] - self.counts["sends repeated in the documented window"]
        wrong += [f"sends repeated outside the documented window: {repeated}"] if repeated > 0 else []
        wrong += [f"refused by the APIs: {self.counts['complaints']}"] if self.counts["complaints"] else []
        return wrong


async def settled(database: Database) -> bool:
    return not await _count(database, SETTLED)


async def outcome(database: Database, doubles: Doubles, expected_messages: int) -> Outcome:
    counts = {name: await _count(database, query) for name, query in COUNTS.items()}
    counts["unanswered"] = counts.pop("without an answer") - counts["left to agents"]
    counts["lost"] = expected_messages - counts["messages"]
    taken, stored = doubles.sent, await _stored(database)
    counts["sends repeated"] = sum(len(texts) for texts in taken.values()) - sum(map(len, stored.values()))
    counts["sends out of order"] = sum(
        _without_repeats(taken.get(who, [])) != _without_repeats(texts) for who, texts in stored.items()
    )
    counts["complaints"] = len(doubles.complaints)
    return Outcome(counts, dict(Counter(doubles.faults)))


async def _stored(database: Database) -> dict[tuple[str, str], list[str]]:
    """What was sent, by channel and contact, in the order of the queue."""
    query = """
        SELECT sends.channel, contacts.external_id,
            coalesce(part->'text'->>'body', part->'params'->>'text', messages.text)
        FROM deskhand.sends JOIN deskhand.contacts ON contacts.id = sends.contact_id
        JOIN deskhand.messages ON messages.id = sends.message_id
        WHERE sends.state IN ('sent', 'delivered', 'read') ORDER BY order_no, position
    """
    found: dict[tuple[str, str], list[str]] = {}
    async with database.begin() as connection:
        for channel, external_id, words in await connection.execute(text(query)):
            found.setdefault((channel, external_id), []).append(words)
    return found


def _without_repeats(texts: list[str]) -> list[str]:
    """A call that is made again follows the first one at once. So does the same answer to two messages."""
    return [words for place, words in enumerate(texts) if place == 0 or words != texts[place - 1]]


async def _count(database: Database, query: str) -> int:
    async with database.begin() as connection:
        return int(await connection.scalar(text(query)) or 0)
