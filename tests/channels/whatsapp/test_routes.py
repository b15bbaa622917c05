"""The webhook's address: who may call it, and what it answers."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence

import pytest

from deskhand.channels.whatsapp.routes import MOST_BYTES
from deskhand.channels.whatsapp.signature import HEADER, has_form, is_genuine, sign
from deskhand.conversation.model import InboundEvent, InboundMessage
from deskhand.store.errors import DatabaseUnavailable, MessageIdTaken

from .conftest import APP_SECRET, VERIFY_TOKEN
from .serving import PATH, Inbox, Meta, routes
from .webhooks import status, text, value, webhook

ONE = webhook(value(text("Hi")))


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
async def meta(inbox: Inbox) -> AsyncIterator[Meta]:
    async with routes(inbox) as made:
        yield made


# -- the address is entered at Meta


def asking(token: str = VERIFY_TOKEN, mode: str = "subscribe", challenge: str = "1158201444") -> dict[str, str]:
    return {"hub.mode": mode, "hub.verify_token": token, "hub.challenge": challenge}


async def test_whoever_knows_our_word_gets_theirs_back(meta: Meta) -> None:
    answer = await meta.get(PATH, params=asking())
    assert (answer.status_code, answer.text) == (200, "1158201444")
    assert answer.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize(
    "params",
    [
        {},
        asking(token="another word"),
        asking(token=""),
        asking(token=VERIFY_TOKEN + " "),
        asking(token="\ud800".encode("utf-8", "surrogatepass").decode("latin-1")),
        asking(mode="unsubscribe"),
        asking(challenge=""),
        asking(challenge="x" * 257),
        asking(challenge="line\nbreak"),
        {"hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN},
    ],
)
async def test_nobody_else_does(meta: Meta, params: dict[str, str]) -> None:
    answer = await meta.get(PATH, params=params)
    assert (answer.status_code, answer.content) == (403, b"")


# -- signatures


async def test_a_signed_webhook_is_taken(meta: Meta, inbox: Inbox) -> None:
    answer = await meta.tell(ONE)
    assert (answer.status_code, answer.content) == (200, b"")
    assert [event.text for event in inbox.taken if isinstance(event, InboundMessage)] == ["Hi"]


BODY = json.dumps(ONE).encode()
GOOD = sign(BODY, APP_SECRET)


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "sha256=",
        "sha256=" + "0" * 64,
        GOOD.removeprefix("sha256="),
        GOOD.replace("sha256", "sha1"),
        GOOD[:-1],
        GOOD + "0",
        GOOD[:-1] + ("1" if GOOD[-1] == "0" else "0"),
        f"{GOOD}, {GOOD}",
        sign(BODY, "another secret"),
        sign(BODY + b" ", APP_SECRET),
        sign(b"", APP_SECRET),
        "sha256=" + "é" * 64,
    ],
)
async def test_a_wrong_signature_is_refused(meta: Meta, inbox: Inbox, signature: str) -> None:
    headers = {HEADER: signature.encode("utf-8")}
    answer = await meta.post(PATH, content=BODY, headers=headers)  # type: ignore[arg-type]  # bytes are sent as they are
    assert answer.status_code == 401
    assert inbox.taken == []


async def test_no_signature_is_refused(meta: Meta, inbox: Inbox) -> None:
    assert (await meta.post(PATH, content=BODY)).status_code == 401
    assert inbox.taken == []


async def test_a_signature_of_another_webhook_is_refused(meta: Meta, inbox: Inbox) -> None:
    assert (await meta.post(PATH, content=BODY, headers={HEADER: GOOD})).status_code == 200
    inbox.taken.clear()
    forged = BODY.replace(b"Hi", b"Yo")
    assert (await meta.post(PATH, content=forged, headers={HEADER: GOOD})).status_code == 401
    assert inbox.taken == []


async def test_the_old_kind_of_signature_does_not_help(meta: Meta, inbox: Inbox) -> None:
    headers = {"x-hub-signature": GOOD.replace("sha256", "sha1")}
    assert (await meta.post(PATH, content=BODY, headers=headers)).status_code == 401
    assert inbox.taken == []


def test_capitals_in_a_signature_do_not_matter() -> None:
    assert is_genuine(BODY, GOOD.upper(), APP_SECRET)


@pytest.mark.parametrize("signature", ["\u017fha256=" + "0" * 64, "sha256=" + "\u0660" * 64, GOOD + "\n"])
def test_look_alikes_are_no_signatures(signature: str) -> None:
    assert not has_form(signature)
    assert not is_genuine(BODY, signature, APP_SECRET)


# -- bodies


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"object": '])
async def test_a_signed_body_that_is_no_json_is_refused(meta: Meta, body: bytes) -> None:
    assert (await meta.tell_raw(body)).status_code == 400


async def test_too_large_a_body_is_refused(meta: Meta, inbox: Inbox) -> None:
    assert (await meta.tell_raw(b" " * (MOST_BYTES + 1) + BODY)).status_code == 413
    assert inbox.taken == []


async def test_what_is_of_no_use_is_taken_so_that_it_does_not_come_again(meta: Meta, inbox: Inbox) -> None:
    for payload in ([], {}, None, 7, "x", webhook(value(statuses=[status("deleted")]))):
        assert (await meta.tell(payload)).status_code == 200
    assert inbox.taken == []


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
async def test_other_methods_are_refused(meta: Meta, method: str) -> None:
    assert (await meta.request(method, PATH)).status_code == 405


# -- when it cannot be stored


async def test_without_a_database_meta_is_asked_to_come_again(meta: Meta, inbox: Inbox) -> None:
    def away(events: Sequence[InboundEvent]) -> None:
        raise DatabaseUnavailable("gone")

    inbox.failing = away
    assert (await meta.tell(ONE)).status_code == 503
    inbox.failing = None
    assert (await meta.tell(ONE)).status_code == 200


async def test_one_message_that_cannot_be_stored_keeps_back_no_other(
    meta: Meta, inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    def poisoned(events: Sequence[InboundEvent]) -> None:
        if any(isinstance(event, InboundMessage) and event.text == "poison" for event in events):
            raise ValueError("poison")

    inbox.failing = poisoned
    told = webhook(value(text("one"), text("poison"), text("two")))
    assert (await meta.tell(told)).status_code == 503
    assert [event.text for event in inbox.taken if isinstance(event, InboundMessage)] == ["one", "two"]
    assert "poison" not in caplog.text.replace("poisoned", "")


async def test_an_id_that_another_customers_message_has_is_not_asked_for_again(meta: Meta, inbox: Inbox) -> None:
    def taken(events: Sequence[InboundEvent]) -> None:
        raise MessageIdTaken("A message id of whatsapp came from two contacts.")

    inbox.failing = taken
    assert (await meta.tell(ONE)).status_code == 200
    assert inbox.taken == []


async def test_typed_choices_are_understood_on_the_way(meta: Meta, inbox: Inbox) -> None:
    inbox.offered = {"id-yes": "Yes, cancel it", "id-no": "No"}
    await meta.tell(webhook(value(text("yes, cancel it"))))
    (event,) = inbox.taken
    assert isinstance(event, InboundMessage)
    assert (event.text, event.button_id) == ("yes, cancel it", "id-yes")


async def test_logs_hold_no_words_and_no_numbers(meta: Meta, inbox: Inbox, caplog: pytest.LogCaptureFixture) -> None:
    def broken(events: Sequence[InboundEvent]) -> None:
        raise ValueError(f"cannot store {events}")

    caplog.set_level("DEBUG", logger="deskhand")
    inbox.failing = broken
    await meta.tell(webhook(value(text("my password is hunter2"))))
    told = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("deskhand"))
    assert "ValueError" in told
    assert "hunter2" not in told
    assert "972987654321" not in told
