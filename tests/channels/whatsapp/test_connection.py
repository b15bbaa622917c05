"""Sending: what Meta says to it, and what delivery is told."""

from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from deskhand.channels.delivery.contracts import Cause, GiveUp, Part, Sent, TryLater, UseTemplate
from deskhand.channels.whatsapp.connection import WhatsAppConnection
from deskhand.channels.whatsapp.options import Template
from deskhand.conversation.model import Author, Button, Message

from .cloud_api import Answer, CloudApi, error
from .conftest import address, options
from .webhooks import PHONE, USER_ID

TEXT = Part({"type": "text", "text": {"body": "Hello", "preview_url": False}})
PICTURE = Part({"type": "image", "image": {"link": "https://shop.example/a.png", "caption": "Here"}})
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
TO = address(PHONE)


async def test_a_message_is_sent(cloud_api: CloudApi, connection: WhatsAppConnection) -> None:
    assert await connection.send(TEXT, TO, "key") == Sent("wamid.sent-1")
    (body,) = cloud_api.sent
    assert body == {"messaging_product": "whatsapp", "recipient_type": "individual", "to": PHONE, **TEXT.payload}


async def test_every_part_of_a_message_is_taken(cloud_api: CloudApi, connection: WhatsAppConnection) -> None:
    text = "[Picture](https://shop.example/a.png)\n\n" + "A long sentence about it. " * 300
    buttons = tuple(Button(f"Choice {number}", "/x", f"id-{number}") for number in range(7))
    message = Message(UUID(int=1), UUID(int=2), 1, Author.ASSISTANT, text, NOW, buttons)
    parts = connection.parts(message, TO)
    assert [type(await connection.send(part, TO, "key")) for part in parts] == [Sent] * len(parts)
    assert [body["type"] for body in cloud_api.messages] == ["image", "text", "text", "interactive"]


@pytest.mark.parametrize(
    ("ids", "named"),
    [
        ((USER_ID,), {"recipient": USER_ID}),
        ((USER_ID, PHONE), {"to": PHONE}),
        ((PHONE,), {"to": PHONE}),
        ((PHONE, USER_ID), {"to": PHONE}),
        ((USER_ID, PHONE, "4915100000001"), {"recipient": USER_ID}),
        ((PHONE, "4915100000001"), {"to": PHONE}),
    ],
)
async def test_whom_a_call_names(
    cloud_api: CloudApi, connection: WhatsAppConnection, ids: tuple[str, ...], named: dict[str, str]
) -> None:
    assert isinstance(await connection.send(TEXT, address(*ids), "key"), Sent)
    assert {key: cloud_api.sent[0][key] for key in ("to", "recipient") if key in cloud_api.sent[0]} == named


# -- errors by meaning


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (error(130429, 429), TryLater(Cause.RATE_LIMITED, None, True, "130429")),
        (error(80007, 429), TryLater(Cause.RATE_LIMITED, None, True, "80007")),
        (error(131056), TryLater(Cause.RATE_LIMITED, 6.0, False, "131056")),
        (error(131000, 500), TryLater(Cause.UNAVAILABLE, None, False, "131000")),
        (error(131016, 503), TryLater(Cause.UNAVAILABLE, None, False, "131016")),
        (error(131057), TryLater(Cause.UNAVAILABLE, None, True, "131057")),
        (error(999_999, 500), TryLater(Cause.UNAVAILABLE, None, False, "999999")),
        (error(100, is_transient=True), TryLater(Cause.UNAVAILABLE, None, False, "100")),
        (Answer(502, b"<html>Bad Gateway"), TryLater(Cause.UNAVAILABLE, None, False, "502")),
        (Answer(500, b""), TryLater(Cause.UNAVAILABLE, None, False, "500")),
        (Answer(500, b"[" * 100_000), TryLater(Cause.UNAVAILABLE, None, False, "500")),
        (Answer(429, b"slow down"), TryLater(Cause.RATE_LIMITED, None, True, "429")),
        (error(131047), UseTemplate(None, "131047")),
    ],
)
async def test_what_may_pass_is_tried_again(
    cloud_api: CloudApi, connection: WhatsAppConnection, answer: Answer, expected: object
) -> None:
    cloud_api.answers.append(answer)
    assert await connection.send(TEXT, TO, "key") == expected


@pytest.mark.parametrize(
    ("answer", "cause", "code"),
    [
        (error(131026), Cause.UNREACHABLE, "131026"),
        (error(131049), Cause.REFUSED, "131049"),
        (error(190, 401), Cause.NOT_AUTHORISED, "190"),
        (error(200, 403), Cause.NOT_AUTHORISED, "200"),
        (error(10, 403), Cause.NOT_AUTHORISED, "10"),
        (error(368, 403), Cause.NOT_AUTHORISED, "368"),
        (error(131031, 403), Cause.NOT_AUTHORISED, "131031"),
        (error(131042), Cause.NOT_AUTHORISED, "131042"),
        (error(133010), Cause.NOT_AUTHORISED, "133010"),
        (error(100, error_subcode=33), Cause.NOT_AUTHORISED, "100"),
        (error(100), Cause.REFUSED, "100"),
        (error(131008), Cause.REFUSED, "131008"),
        (error(131009), Cause.REFUSED, "131009"),
        (error(131051), Cause.REFUSED, "131051"),
        (error(131053), Cause.REFUSED, "131053"),
        (error(131062), Cause.REFUSED, "131062"),
        (error(424_242), Cause.REFUSED, "424242"),
        (Answer(404, b"no"), Cause.NOT_AUTHORISED, "404"),
        (Answer(401, b"no"), Cause.NOT_AUTHORISED, "401"),
        (Answer(418, b"no"), Cause.REFUSED, "418"),
        (Answer(200, {"error": {"code": 131026}}), Cause.UNREACHABLE, "131026"),
    ],
)
async def test_what_will_not_pass_is_given_up_and_says_why(
    cloud_api: CloudApi, connection: WhatsAppConnection, answer: Answer, cause: Cause, code: str
) -> None:
    cloud_api.answers.append(answer)
    result = await connection.send(TEXT, TO, "key")
    assert isinstance(result, GiveUp)
    assert (result.cause, result.code) == (cause, code)
    assert result.detail.endswith(".")
    assert PHONE not in result.detail


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "17"}, 17.0),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, None),
        ({"retry-after": "999999999999"}, 3600.0),
        ({"x-business-use-case-usage": '{"1": [{"estimated_time_to_regain_access": 2}]}'}, 120.0),
        ({"x-business-use-case-usage": '{"1": [{"estimated_time_to_regain_access": 0}]}'}, None),
        ({"x-business-use-case-usage": "{not json"}, None),
        ({"x-business-use-case-usage": '["x"]'}, None),
        ({"x-business-use-case-usage": '{"1": [7, {"estimated_time_to_regain_access": "x"}]}'}, None),
    ],
)
async def test_the_wait_that_meta_asks_for_is_kept(
    cloud_api: CloudApi, connection: WhatsAppConnection, headers: dict[str, str], seconds: float | None
) -> None:
    refused = error(80007, 429)
    cloud_api.answers.append(Answer(429, refused.body, headers))
    assert await connection.send(TEXT, TO, "key") == TryLater(Cause.RATE_LIMITED, seconds, True, "80007")


async def test_silence_and_dropped_connections_are_tried_again(cloud_api: CloudApi) -> None:
    connection = WhatsAppConnection(options(api_url=cloud_api.url, timeout_seconds=0.3))
    cloud_api.answers += [Answer(hang=True), Answer(drop=True)]
    for _ in range(2):
        result = await connection.send(TEXT, TO, "key")
        assert isinstance(result, TryLater)
        assert result.cause is Cause.UNAVAILABLE
    assert await connection.send(TEXT, TO, "key") == Sent("wamid.sent-1")
    await connection.close()


async def test_nobody_there_is_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    connection = WhatsAppConnection(options(api_url=f"http://127.0.0.1:{port}"))
    result = await connection.send(TEXT, TO, "key")
    assert result == TryLater(Cause.UNAVAILABLE, None, False, "ClientConnectorError")
    await connection.close()


@pytest.mark.parametrize("body", [b"", b"yes", {"messages": []}, {"messages": ["x"]}, {"messages": [{"id": 7}]}])
async def test_what_was_taken_is_not_sent_again_whatever_the_answer_holds(
    cloud_api: CloudApi, connection: WhatsAppConnection, body: Any
) -> None:
    cloud_api.answers.append(Answer(200, body))
    assert await connection.send(TEXT, TO, "key") == Sent(None)


async def test_a_connection_that_was_closed_opens_again(cloud_api: CloudApi, connection: WhatsAppConnection) -> None:
    await connection.send(TEXT, TO, "key")
    await connection.close()
    assert await connection.send(TEXT, TO, "key") == Sent("wamid.sent-2")


async def test_the_token_is_not_sent_after_a_redirect(cloud_api: CloudApi, connection: WhatsAppConnection) -> None:
    cloud_api.answers.append(Answer(307, b"", {"location": f"{cloud_api.url}/elsewhere"}))
    assert isinstance(await connection.send(TEXT, TO, "key"), GiveUp)
    assert cloud_api.sent == []


# -- pictures that cannot be fetched


@pytest.mark.parametrize("code", [131052, 131053])
async def test_a_picture_that_meta_cannot_fetch_goes_as_a_link(
    cloud_api: CloudApi, connection: WhatsAppConnection, code: int
) -> None:
    cloud_api.answers.append(error(code))
    assert await connection.send(PICTURE, TO, "key") == Sent("wamid.sent-1")
    assert cloud_api.sent[0]["text"]["body"] == "Here\n\nhttps://shop.example/a.png"


async def test_the_link_in_its_place_can_fail_as_well(cloud_api: CloudApi, connection: WhatsAppConnection) -> None:
    cloud_api.answers += [error(131053), error(130429, 429)]
    assert await connection.send(PICTURE, TO, "key") == TryLater(Cause.RATE_LIMITED, None, True, "130429")


# -- the 24 hours

TEMPLATE = Template(name="follow_up", language="en_GB")


def windowed(api: CloudApi, template: Template | None) -> WhatsAppConnection:
    return WhatsAppConnection(options(api_url=api.url, template=template), now=lambda: NOW)


@pytest.mark.parametrize("hours", [24.01, 100])
async def test_after_24_hours_the_template_takes_its_place(cloud_api: CloudApi, hours: float) -> None:
    connection = windowed(cloud_api, TEMPLATE)
    old = address(PHONE, last_heard_at=NOW - timedelta(hours=hours))
    result = await connection.send(TEXT, old, "key")
    assert isinstance(result, UseTemplate)
    assert cloud_api.sent == []
    assert result.part is not None
    assert await connection.send(result.part, old, "key") == Sent("wamid.sent-1")
    assert cloud_api.sent[0]["template"] == {
        "name": "follow_up",
        "language": {"policy": "deterministic", "code": "en_GB"},
    }
    await connection.close()


async def test_without_a_template_the_message_waits(cloud_api: CloudApi) -> None:
    connection = windowed(cloud_api, None)
    old = address(PHONE, last_heard_at=NOW - timedelta(hours=25))
    assert await connection.send(TEXT, old, "key") == UseTemplate(None)
    await connection.close()


@pytest.mark.parametrize("heard", [NOW - timedelta(hours=23, minutes=59), None])
async def test_within_24_hours_and_when_nobody_knows_it_is_sent(cloud_api: CloudApi, heard: datetime | None) -> None:
    connection = windowed(cloud_api, TEMPLATE)
    assert await connection.send(TEXT, address(PHONE, last_heard_at=heard), "key") == Sent("wamid.sent-1")
    await connection.close()


async def test_when_meta_says_that_the_window_is_closed_the_template_takes_its_place(cloud_api: CloudApi) -> None:
    connection = windowed(cloud_api, TEMPLATE)
    cloud_api.answers.append(error(131047))
    result = await connection.send(TEXT, TO, "key")
    assert isinstance(result, UseTemplate)
    assert (result.code, result.part is None) == ("131047", False)
    await connection.close()


@pytest.mark.parametrize("code", [131047, 132001, 132015])
async def test_a_template_that_does_not_help_is_given_up(cloud_api: CloudApi, code: int) -> None:
    connection = windowed(cloud_api, TEMPLATE)
    old = address(PHONE, last_heard_at=NOW - timedelta(hours=25))
    chosen = await connection.send(TEXT, old, "key")
    assert isinstance(chosen, UseTemplate)
    assert chosen.part is not None
    cloud_api.answers.append(error(code))
    assert isinstance(await connection.send(chosen.part, old, "key"), GiveUp)
    await connection.close()


# -- typing


async def test_typing_marks_the_message_as_read(cloud_api: CloudApi, connection: WhatsAppConnection) -> None:
    await connection.show_typing(TO, "wamid.theirs")
    assert cloud_api.sent == [
        {
            "messaging_product": "whatsapp",
            "status": "read",
            "message_id": "wamid.theirs",
            "typing_indicator": {"type": "text"},
        }
    ]


async def test_typing_is_shown_once_while_whatsapp_shows_it(
    cloud_api: CloudApi, connection: WhatsAppConnection
) -> None:
    for message in ("wamid.one", "wamid.one", "wamid.two", "wamid.one"):
        await connection.show_typing(TO, message)
    assert [body["message_id"] for body in cloud_api.sent] == ["wamid.one", "wamid.two"]


async def test_typing_is_shown_again_when_it_has_ended(cloud_api: CloudApi) -> None:
    clock = [NOW]
    connection = WhatsAppConnection(options(api_url=cloud_api.url), now=lambda: clock[0])
    await connection.show_typing(TO, "wamid.one")
    clock[0] += timedelta(seconds=21)
    await connection.show_typing(TO, "wamid.one")
    assert len(cloud_api.sent) == 2
    await connection.close()


async def test_typing_that_cannot_be_shown_disturbs_nothing(
    cloud_api: CloudApi, connection: WhatsAppConnection
) -> None:
    await connection.show_typing(TO, None)
    assert cloud_api.sent == []
    cloud_api.answers += [error(131009), Answer(drop=True)]
    await connection.show_typing(TO, "wamid.theirs")
    await connection.show_typing(TO, "wamid.other")
    assert not cloud_api.answers
