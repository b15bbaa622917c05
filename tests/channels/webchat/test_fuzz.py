"""Thousands of requests that no page should send: never a 500, a stored half, or an effect without a session."""

from __future__ import annotations

import copy
import json
import random
from collections import Counter
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx
import pytest
from sqlalchemy import func, select

from deskhand.channels.typed_text import MAX_CHARACTERS
from deskhand.store.database import Database
from deskhand.store.tables import contacts, messages
from deskhand.store.upload_tables import uploads
from tests.channels.fuzzing import TIMES

from .site import GENEROUS, Browser, serving

NO_LIMITS = GENEROUS.model_copy(
    update={name: 1_000_000 for name in type(GENEROUS).model_fields if "_per_" in name} | {"max_upload_bytes": 4_000}
)

HOSTILE: Sequence[Any] = [
    None, True, 0, -1, 1.5, 10**30, float("nan"), "", "x", "\x00", "\ud800", "/restart", "../../etc/passwd",
    '"; DROP TABLE deskhand.messages; --', "{{7*7}}${jndi:ldap://x}", "<script>alert(1)</script>", "\u202e\u200b\u2066",
    "٣", "a" * 5_000, "🏳️‍🌈" * 300, [], [[]], [None], {}, {"id": {}}, {"text": {"text": "x"}},
    "00000000-0000-0000-0000-000000000000", ["00000000-0000-0000-0000-000000000000"] * 7,
]  # fmt: skip
TYPES = ["application/json"] * 6 + [
    "application/json; charset=utf-7",
    "text/plain",
    "image/png",
    "multipart/x",
    "",
    "/",
]
TOKENS = [
    "Bearer",
    "Bearer x",
    "Bearer a.b.c",
    "Basic eDp4",
    "Bearer " + "A" * 3_000,
    "Bearer eyJhbGciOiJub25lIn0.e30.",
]
PATHS = ["messages"] * 6 + [
    "session", "return", "uploads", "events", "media/x", "messages/", "static/..%2froutes.py", "%00", "mailbox"
]  # fmt: skip


def a_request(chance: random.Random) -> dict[str, Any]:
    """Something like a good request, with some of it spoiled."""
    method = chance.choice(["GET", "POST", "POST", "POST", "OPTIONS", "PUT", "HEAD"])
    path = chance.choice(PATHS)
    if chance.random() < 0.4:
        name = chance.choice(["after", "before", "name", "until", "key", "x\x00"])
        path += f"?{quote(name)}={quote(str(chance.choice(HOSTILE)).encode('utf-8', 'replace'))}"
    headers = {"content-type": chance.choice(TYPES)}
    if chance.random() < 0.2:
        headers["origin"] = chance.choice(["null", "https://evil.example", "", "\u00ff", "http://127.0.0.1"])
    if chance.random() < 0.2:
        headers["last-event-id"] = str(chance.choice(HOSTILE)).encode("utf-8", "replace").decode("latin-1")
    return {"method": method, "url": path, "headers": printable(headers), "content": a_body(chance)}


def printable(headers: dict[str, str]) -> dict[bytes, bytes]:
    """As far as HTTP can carry it at all."""
    return {
        name.encode(): "".join(one for one in value if one.isprintable()).encode("latin-1", "replace")[:4_000]
        for name, value in headers.items()
    }


def a_body(chance: random.Random) -> bytes:
    good = {"id": str(UUID(int=chance.getrandbits(128), version=4)), "text": "Where is my order?"}
    if chance.random() < 0.3:
        good = {"id": good["id"], "button_id": "b" * chance.randrange(80)}
    for _ in range(chance.randrange(4)):
        name = chance.choice(["id", "text", "button_id", "files", "new", "\x00"])
        if chance.random() < 0.2:
            good.pop(name, None)
        else:
            good[name] = copy.deepcopy(chance.choice(HOSTILE))
    body = json.dumps(good).encode()
    if chance.random() < 0.15:
        at = chance.randrange(len(body))
        body = body[:at] + chance.randbytes(chance.randrange(5)) + body[at + chance.randrange(3) :]
    return body[: chance.randrange(len(body))] if chance.random() < 0.05 else body


async def status_of(visitor: Browser, request: dict[str, Any]) -> int:
    if request["url"].startswith("events") and request["method"] in ("GET", "HEAD"):
        built = visitor.build_request(**{**request, "content": b""})
        response = await visitor.send(built, stream=True)
        await response.aclose()
        return response.status_code
    response = await visitor.request(**request)
    if response.content and response.status_code >= 400 and response.headers.get("content-type") == "application/json":
        assert set(response.json()) <= {"error", "description", "status", "message"}
    return response.status_code


async def stored(db: Database, table: Any) -> int:
    async with db.begin() as connection:
        return int(await connection.scalar(select(func.count()).select_from(table)) or 0)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
async def test_hostile_requests_of_a_customer_store_nothing_by_halves(db, seed):
    chance, seen, taken = random.Random(seed), Counter(), set()
    async with serving(db, options=NO_LIMITS) as site, site.browser() as visitor:
        await visitor.open()
        for _ in range(TIMES // 4):
            request = a_request(chance)
            status = await status_of(visitor, request)
            assert status < 500, request
            seen[status] += 1
            if status == 202:
                taken.add(UUID(json.loads(request["content"])["id"]))
        async with db.begin() as connection:
            rows = (await connection.execute(select(messages).where(messages.c.author == "contact"))).all()
    assert {UUID(row.external_id.rpartition(":")[2]) for row in rows} == taken
    assert all(0 < len(row.text) <= MAX_CHARACTERS and "\0" not in row.text for row in rows)
    assert seen[202] > TIMES / 500, seen
    assert seen[400] > TIMES / 100, seen


@pytest.mark.slow
@pytest.mark.parametrize("seed", [3, 4])
async def test_without_a_good_session_nothing_has_an_effect(db, seed):
    chance = random.Random(seed)
    async with serving(db, options=NO_LIMITS) as site, httpx.AsyncClient(base_url=site.browser().base_url) as stranger:
        for _ in range(TIMES // 4):
            request = a_request(chance)
            if request["url"].startswith("session"):
                request["url"] = "messages"
            token = chance.choice(TOKENS)
            request["headers"] |= printable({"authorization": token})
            status = await status_of(stranger, request)
            assert status < 500, request
            assert status not in (201, 202), request
        assert [await stored(db, table) for table in (contacts, messages, uploads)] == [0, 0, 0]
