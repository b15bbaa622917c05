"""Thousands of webhooks that nobody should send: never a 500, never a stored half, never an unsigned effect."""

from __future__ import annotations

import copy
import json
import random
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskhand.channels.whatsapp import webhook as reading
from deskhand.channels.whatsapp.signature import HEADER, sign
from deskhand.conversation.model import (
    Attachment,
    AttachmentKind,
    DeliveryReport,
    DeliveryState,
    InboundDeletion,
    InboundEdit,
    InboundEvent,
    InboundMessage,
    InboundReaction,
)
from deskhand.store.database import Database
from deskhand.store.inbox import Inbox as StoreInbox
from tests.channels.fuzzing import TIMES

from .cloud_api import PHONE_NUMBER_ID
from .conftest import APP_SECRET
from .serving import PATH, Inbox, routes
from .webhooks import card, message, pressed, status, text, value, webhook

HOSTILE: Sequence[Any] = [
    None,
    True,
    0,
    -1,
    7,
    1.5,
    10**30,
    float("nan"),
    "",
    "x",
    "\x00",
    "\ud800",
    "/restart",
    '"; DROP TABLE deskhand.messages; --',
    "../../../etc/passwd",
    "{{7*7}}${jndi:ldap://x}",
    "<script>alert(1)</script>",
    "\u202e\u200b\u2066",
    "٣",
    "a" * 5_000,
    "🏳️‍🌈" * 300,
    [],
    [[]],
    [None],
    {},
    {"id": {}},
    [{"id": []}, {"errors": [{"code": "x"}]}],
    {"text": {"body": {"body": "x"}}},
]
"""What is put in the place of something good."""


def good() -> dict[str, Any]:
    """One of everything."""
    edit = {"original_message_id": "wamid.old", "message": {"type": "text", "text": {"body": "New"}}}
    people = [{"name": {"formatted_name": "Monica"}, "phones": [{"phone": "+1 666"}]}]
    told = value(
        text("Where is my order?"),
        pressed("id-1", "Yes"),
        message("image", {"id": "1", "mime_type": "image/jpeg", "caption": "Broken"}),
        message("location", {"latitude": 1.5, "longitude": 2, "name": "HQ"}),
        message("contacts", people),
        message("edit", edit),
        message("revoke", {"original_message_id": "wamid.old"}),
        message("reaction", {"message_id": "wamid.ours", "emoji": "👍"}),
        message("order", {"product_items": [{"product_retailer_id": "SODA", "quantity": 2}]}),
        cards=[card(), card("4915100000001", "DE.1")],
        statuses=[status("failed", errors=[{"code": 131026}]), status("read")],
    )
    return webhook(told)


def places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths to everything in a value."""
    found = [path] if path else []
    if isinstance(node, dict | list):
        for key in node if isinstance(node, dict) else range(len(node)):
            found += places(node[key], (*path, key))
    return found


def spoiled(chance: random.Random) -> bytes:
    """A webhook with some of its values replaced, dropped or doubled, or with its bytes broken."""
    told = copy.deepcopy(good())
    for _ in range(chance.randint(1, 6)):
        if not (found := places(told)):
            break
        path = chance.choice(found)
        holder = told
        for key in path[:-1]:
            holder = holder[key]
        match chance.randrange(4):
            case 0:
                del holder[path[-1]]
            case 1 if isinstance(holder, list):
                holder.append(copy.deepcopy(holder[path[-1]]))
            case _:
                holder[path[-1]] = copy.deepcopy(chance.choice(HOSTILE))
    body = json.dumps(told).encode()
    if chance.random() < 0.1:
        at = chance.randrange(len(body))
        body = body[:at] + chance.randbytes(chance.randrange(4)) + body[at + chance.randrange(3) :]
    return body[: chance.randrange(len(body))] if chance.random() < 0.05 else body


def check_whole(event: InboundEvent) -> None:
    """An event that may be stored has every part that it needs, each of the right kind and size."""
    assert event.channel == "whatsapp"
    if isinstance(event, InboundMessage | InboundEdit | InboundDeletion | InboundReaction):
        assert 0 < len(event.contact_external_id) <= 140
        assert event.contact_external_id.isascii()
    if not isinstance(event, InboundMessage):
        assert isinstance(event, InboundEdit | InboundDeletion | InboundReaction | DeliveryReport)
    assert 0 < len(event.external_id) <= 256
    assert event.external_id.isprintable()
    match event:
        case InboundMessage():
            check_message(event)
        case InboundEdit():
            check_text(event.text)
            assert event.text
        case InboundReaction():
            check_text(event.emoji)
            assert len(event.emoji) <= 32
        case DeliveryReport():
            assert isinstance(event.state, DeliveryState)
            assert (event.state is DeliveryState.FAILED) == (event.cause is not None)


def check_message(received: InboundMessage) -> None:
    check_text(received.text)
    assert received.text or received.attachments or received.button_id
    assert type(received.order) is int
    assert 0 <= received.order < 10**15
    assert received.button_id is None or 0 < len(received.button_id) <= 256
    assert all(alias.isascii() and alias != received.contact_external_id for alias in received.aliases)
    for attachment in received.attachments:
        check_attachment(attachment)


def check_attachment(attachment: Attachment) -> None:
    assert isinstance(attachment.kind, AttachmentKind)
    assert len(attachment.description) <= 500
    assert "/" not in (attachment.media_id or "")
    assert "/" not in (attachment.file_name or "")
    for told in (attachment.description, attachment.file_name or "", attachment.mime_type or ""):
        check_text(told)


def check_text(told: str) -> None:
    assert len(told) <= 65_536
    assert "\x00" not in told
    told.encode("utf-8")  # no halves of surrogates


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(HOSTILE),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["id", "type", "text", "from", "messages", "statuses", "errors"]), inner)
    ),
    max_leaves=20,
)


@given(anything)
def test_any_json_can_be_read(payload: Any) -> None:
    assert reading.read(payload, PHONE_NUMBER_ID).events == ()


@given(st.lists(anything, max_size=3), st.lists(anything, max_size=2), st.lists(anything, max_size=2))
def test_any_messages_and_statuses_can_be_read(messages: list[Any], cards: list[Any], statuses: list[Any]) -> None:
    told = value(*messages, cards=cards, statuses=statuses)
    for event in reading.read(webhook(told), PHONE_NUMBER_ID).events:
        check_whole(event)


def test_spoiled_webhooks_leave_only_whole_events() -> None:
    chance = random.Random(5)
    events = 0
    for _ in range(TIMES):
        try:
            payload = json.loads(spoiled(chance))
        except ValueError:
            continue
        for event in reading.read(payload, PHONE_NUMBER_ID).events:
            check_whole(event)
            events += 1
    assert events > TIMES  # most of each webhook was still good, and was read


async def test_spoiled_webhooks_are_stored_whole_and_once_in_a_real_database(db: Database) -> None:
    chance = random.Random(7)
    bodies = [spoiled(chance) for _ in range(max(150, TIMES // 10))]
    async with routes(StoreInbox(db)) as meta:
        for body in bodies:
            assert (await meta.tell_raw(body)).status_code in (200, 400)
        stored, whole = await messages_in(db)
        assert stored == whole > 2 * len(bodies)
        for body in bodies:  # replayed with their good signatures, or with others
            assert (await meta.tell_raw(body)).status_code in (200, 400)
            assert (await meta.tell_raw(body, secret="guessed")).status_code == 401
        assert await messages_in(db) == (stored, whole)


async def messages_in(db: Database) -> tuple[int, int]:
    """How many there are, and how many of them are whole."""
    async with db.begin() as connection:
        counted = await connection.exec_driver_sql(
            "SELECT count(*), count(*) FILTER (WHERE author = 'contact' AND external_id IS NOT NULL AND awaits_turn)"
            " FROM deskhand.messages"
        )
        stored, whole = counted.one()
    return stored, whole


@pytest.mark.slow
async def test_spoiled_requests_over_http() -> None:
    """Over HTTP, every third of them with a signature that is not Meta's."""
    chance, inbox, answers = random.Random(6), Inbox(), Counter[tuple[bool, int]]()
    async with routes(inbox) as meta:
        for at in range(TIMES):
            body = spoiled(chance)
            forged = at % 3 == 0
            before = len(inbox.taken)
            signature = sign(body, "guessed") if forged else sign(body, APP_SECRET)
            if forged and at % 2:
                signature = chance.choice(["", "sha256=", "sha1=" + "0" * 40, signature[:-1], signature + "0"])
            answer = await meta.post(PATH, content=body, headers={HEADER: signature})
            answers[forged, answer.status_code] += 1
            assert not forged or len(inbox.taken) == before
    assert set(answers) <= {(True, 401), (False, 200), (False, 400)}
    assert answers[True, 401] == len(range(0, TIMES, 3))
    assert answers[False, 200] > TIMES / 2
    for event in inbox.taken:
        check_whole(event)
