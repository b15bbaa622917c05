"""What posts to the webhook get: the secret, repeated and hostile deliveries, buttons."""

from __future__ import annotations

import asyncio
import copy
import json
import logging
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deskhand.channels.telegram.keyboard import callback_data
from deskhand.channels.telegram.updates import ChatMoved
from deskhand.channels.telegram.webhook import MAX_BODY_BYTES, SECRET_HEADER
from deskhand.conversation.model import InboundMessage
from deskhand.store.errors import DatabaseUnavailable, MessageIdTaken
from deskhand.store.inbox import Inbox as StoreInbox
from tests.channels.fuzzing import TIMES
from tests.patience import PATIENCE_SECONDS

from .bot_api import BotApiDouble, Fault
from .conftest import PATH, SECRET, Hook, hook_on
from .samples import ANNA, GROUP, became, message, pressed, update, wrote

# -- the secret


@pytest.mark.parametrize(
    "secret",
    [None, "", "wrong", SECRET[:-1], SECRET + "x", SECRET.upper(), "ü", "x" * 5000],
)
async def test_without_the_secret_nothing_happens(hook: Hook, telegram: BotApiDouble, secret: str | None):
    headers = {SECRET_HEADER: secret.encode()} if secret is not None else {}
    for told in (wrote("hi"), pressed("b1"), became("kicked"), b"{", b""):
        assert await hook.post(told, None, headers=headers) == 401
    assert (hook.inbox.events, hook.moved, telegram.calls) == ([], [], [])


async def test_the_secret_counts_in_its_header_only(hook: Hook):
    told = wrote("hi")
    assert await hook.post({**told, "secret_token": SECRET}, None) == 401
    assert await hook.post(told, None, params={SECRET_HEADER: SECRET, "secret_token": SECRET}) == 401
    assert await hook.post(told, None, headers={"Authorization": f"Bearer {SECRET}"}) == 401
    twice = [(SECRET_HEADER, "wrong"), (SECRET_HEADER, SECRET)]
    assert (await hook.client.post(PATH, headers=twice, json=told)).status_code == 401
    assert hook.inbox.events == []


async def test_a_body_without_the_secret_is_not_waited_for(hook: Hook):
    url = hook.client.base_url
    reader, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n".encode())
    async with asyncio.timeout(PATIENCE_SECONDS):
        assert b" 401 " in await reader.readline()
    writer.close()


async def test_only_posts_are_taken(hook: Hook):
    for method in ("GET", "PUT", "DELETE"):
        answer = await hook.client.request(method, PATH, headers={SECRET_HEADER: SECRET})
        assert answer.status_code == 405
    assert (await hook.client.post("/webhooks/telegram/", headers={SECRET_HEADER: SECRET})).status_code == 404


# -- what is stored


async def test_what_a_customer_writes_is_stored_before_the_answer(hook: Hook):
    assert await hook.post(wrote("Where is my parcel?")) == 200
    assert [event.text for event in hook.inbox.events] == ["Where is my parcel?"]


async def test_when_nothing_can_be_stored_telegram_is_to_come_again(hook: Hook, caplog):
    told = wrote("my secret words")
    for failing in (DatabaseUnavailable("away"), RuntimeError("my secret words")):
        hook.inbox.failing = failing
        assert await hook.post(told) == 503
    assert "secret words" not in caplog.text
    hook.inbox.failing = None
    assert await hook.post(told) == 200
    assert len(hook.inbox.events) == 1


async def test_what_will_never_be_stored_does_not_come_for_ever(hook: Hook):
    hook.inbox.failing = MessageIdTaken("another's")
    assert await hook.post(wrote("hi")) == 200


async def test_a_group_is_not_decided_on_while_our_name_is_unknown(hook: Hook, telegram: BotApiDouble):
    told = wrote("@FernwayBot hi", chat=GROUP)
    telegram.fail("getMe", Fault(500, "Internal Server Error"))
    assert await hook.post(told) == 503
    assert await hook.post(told) == 200
    assert await hook.post(wrote("@FernwayBot again", chat=GROUP)) == 200
    assert [event.text for event in hook.inbox.events] == ["hi", "again"]
    assert [call.method for call in telegram.calls] == ["getMe"]


async def test_a_groups_new_id_is_passed_on(hook: Hook):
    old = {"id": -77, "type": "group", "title": "Campers"}
    assert await hook.post(update(message=message(chat=old, migrate_to_chat_id=-10077))) == 200
    assert (hook.moved, hook.inbox.events) == ([ChatMoved(-77, -10077)], [])


# -- buttons


async def answered(telegram: BotApiDouble, count: int = 1) -> list[str]:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(telegram.sent("answerCallbackQuery")) < count:
            await asyncio.sleep(0.01)
    return [one["callback_query_id"] for one in telegram.sent("answerCallbackQuery")]


async def test_every_press_is_answered_also_when_nothing_comes_of_it(hook: Hook, telegram: BotApiDouble):
    told = [pressed("b1"), pressed("b2", data=None), pressed("b3", message=None, inline_message_id="i")]
    for one in told:
        assert await hook.post(one) == 200
    hook.inbox.failing = DatabaseUnavailable("away")
    told.append(pressed("b4"))
    assert await hook.post(told[-1]) == 503
    assert sorted(await answered(telegram, 4)) == sorted(one["callback_query"]["id"] for one in told)
    assert [event.button_id for event in hook.inbox.events] == ["b1"]


async def test_an_answer_to_a_press_is_tried_again(hook: Hook, telegram: BotApiDouble):
    telegram.fail("answerCallbackQuery", Fault(502, body=b""), Fault(drops=True))
    assert await hook.post(pressed("b1")) == 200
    assert len(await answered(telegram)) == 1


async def test_a_press_does_not_wait_for_its_answer(hook: Hook, telegram: BotApiDouble):
    telegram.fail("answerCallbackQuery", Fault(hangs=True))
    async with asyncio.timeout(1):
        assert await hook.post(pressed("b1")) == 200


async def test_a_long_id_comes_back_as_it_was_offered(hook: Hook):
    long = "order:" + "x" * 80
    hook.inbox.choices = {"b1": "No", long: "Yes"}
    assert await hook.post(pressed(callback_data(long))) == 200
    (event,) = hook.inbox.events
    assert isinstance(event, InboundMessage)
    assert (event.button_id, event.text) == (long, "Yes")


async def test_a_button_under_an_unreadable_message_gets_its_title_from_what_is_on_offer(hook: Hook):
    hook.inbox.choices = {"b1": "Cancel it"}
    told = pressed("b1")
    told["callback_query"]["message"] = {"chat": {"id": 42, "type": "private"}, "message_id": 1, "date": 0}
    assert await hook.post(told) == 200
    assert [(event.button_id, event.text) for event in hook.inbox.events] == [("b1", "Cancel it")]


# -- hostile bodies


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"x"',
        b"\xff\xfe",
        b"{}",
        b'{"update_id": "1"}',
        b'{"update_id": -1}',
        b'{"update_id": 1e400}',
        b'{"update_id": NaN}',
        b'{"update_id": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
    ],
)
async def test_what_is_no_update_is_refused(hook: Hook, body: bytes):
    assert await hook.post(body) == 400
    assert hook.inbox.events == []


async def test_a_body_that_is_too_large_is_refused(hook: Hook):
    assert await hook.post(b" " * (MAX_BODY_BYTES + 1)) == 413


@pytest.mark.parametrize(
    "broken",
    [
        {"text": 7},
        {"text": "\ud800"},
        {"text": "hi", "from": {"id": "42"}},
        {"text": "hi", "from": {"id": 2**63}},
        {"text": "hi", "from": {"id": 0}},
        {"text": "hi", "message_id": 1.5},
        {"text": "hi", "chat": {"id": 42}},
        {"text": "hi", "entities": [{"type": "mention", "offset": -1, "length": 2}]},
        {"photo": "x"},
        {"caption": "fine", "document": {"file_name": "no id"}},
        {"location": {"latitude": "51", "longitude": 0}},
    ],
)
async def test_a_message_with_a_bad_half_is_left_out_whole_and_does_not_come_again(hook: Hook, broken: dict, caplog):
    assert await hook.post(json.dumps(update(message={**message(), **broken})).encode()) == 200
    assert hook.inbox.events == []
    assert "cannot be read" in caplog.text


async def test_logs_hold_no_words_of_customers(hook: Hook, caplog):
    caplog.set_level(logging.DEBUG, logger="deskhand")
    await hook.post(wrote("my secret words"))
    await hook.post(update(message={**message(text="my secret words"), "entities": "my secret words"}))
    hook.inbox.failing = ValueError("my secret words")
    await hook.post(wrote("my secret words"))
    assert "cannot be read" in caplog.text
    assert "secret words" not in caplog.text
    assert ANNA["first_name"] not in caplog.text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
SEEDS = [
    wrote("/start returns"),
    wrote("@FernwayBot hi", chat=GROUP),
    pressed("b1"),
    became("kicked"),
    update(edited_message=message(text="x")),
    update(message=message(photo=[{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}], caption="c")),
    update(message=message(chat=GROUP, migrate_to_chat_id=-5)),
]
ODD = [None, True, -1, 0, 2**70, 1.5, float("nan"), "", "x" * 5000, "\ud800", "\0", [], {}, [[]], {"id": 1}]


def mutated(told: dict, chance: random.Random) -> dict:
    """The update with some of its values exchanged, removed or added, at any depth."""
    told = copy.deepcopy(told)
    for _ in range(chance.randint(1, 4)):
        place = told
        while True:
            key = chance.choice(list(place)) if place else None
            if not isinstance(place.get(key), dict) or not place[key] or chance.random() < 0.25:
                break
            place = place[key]
        action = chance.random()
        if key is None or action < 0.1:
            place[chance.choice(["text", "from", "chat", "data", "message", "novelty"])] = chance.choice(ODD)
        elif action < 0.3:
            del place[key]
        else:
            place[key] = chance.choice(ODD)
    return told


async def unharmed(hook: Hook, telegram: BotApiDouble, body: bytes) -> None:
    before = len(hook.inbox.events)
    status = await hook.post(body)
    assert status in (200, 400)
    stored = hook.inbox.events[before:]
    assert len(stored) <= 1
    for event in stored:
        json.dumps(str(event)).encode()
        assert event.contact_external_id.partition("@")[0].isdecimal()


@settings(max_examples=600, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(body=st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_body_is_answered_calmly(fuzzed, body: bytes):
    fuzzed(body)


@pytest.mark.slow
def test_hostile_updates_do_no_harm(fuzzed):
    chance = random.Random(5)
    for _ in range(TIMES):
        fuzzed(json.dumps(mutated(chance.choice(SEEDS), chance)).encode())


async def test_hostile_updates_are_stored_whole_and_once_in_a_real_database(db, telegram, api):
    chance = random.Random(7)
    bodies = [json.dumps(mutated(chance.choice(SEEDS), chance)).encode() for _ in range(max(150, TIMES // 10))]
    logging.disable(logging.ERROR)
    try:
        async with hook_on(telegram, api, StoreInbox(db)) as hook:
            for body in bodies:
                assert await hook.post(body) in (200, 400)
            stored, whole = await messages_in(db)
            assert stored == whole > 0
            for body in bodies:  # replayed with the secret, or with another
                assert await hook.post(body) in (200, 400)
                assert await hook.post(body, secret="guessed") == 401
            assert await messages_in(db) == (stored, whole)
    finally:
        logging.disable(logging.NOTSET)


async def messages_in(db) -> tuple[int, int]:
    """How many there are, and how many of them are whole."""
    async with db.begin() as connection:
        counted = await connection.exec_driver_sql(
            "SELECT count(*), count(*) FILTER (WHERE author = 'contact' AND external_id IS NOT NULL AND awaits_turn)"
            " FROM deskhand.messages"
        )
        return tuple(counted.one())


@pytest.fixture
def fuzzed():
    """Posts from a test without an event loop, as hypothesis wants it: one server for all of its examples."""
    from contextlib import AsyncExitStack

    from pydantic import SecretStr

    from deskhand.channels.telegram.client import BotApi

    from .bot_api import TOKEN, running

    with asyncio.Runner() as runner:
        stack = AsyncExitStack()

        async def start() -> tuple[Hook, BotApiDouble]:
            telegram = await stack.enter_async_context(running())
            api = BotApi(SecretStr(TOKEN), telegram.url)
            stack.push_async_callback(api.close)
            return await stack.enter_async_context(hook_on(telegram, api)), telegram

        hook, telegram = runner.run(start())
        logging.disable(logging.ERROR)
        try:
            yield lambda body: runner.run(unharmed(hook, telegram, body))
        finally:
            logging.disable(logging.NOTSET)
            runner.run(stack.aclose())
