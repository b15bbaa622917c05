"""What is called at the Bot API, and what its answers mean."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from uuid import UUID

import pytest

from deskhand.channels.delivery.contracts import Address, Cause, GiveUp, Part, Sent, TryLater
from deskhand.channels.errors import MediaUnavailable
from deskhand.channels.telegram.client import BotApi
from deskhand.channels.telegram.connection import MAX_FILE_BYTES, TelegramConnection
from deskhand.channels.telegram.errors import TelegramRefused, TelegramUnavailable
from deskhand.channels.telegram.updates import ChatMoved
from deskhand.conversation.model import Attachment, AttachmentKind, Author, Message

from .bot_api import TOKEN, BotApiDouble, Fault

ANNA = Address(UUID(int=1), "42")
IN_GROUP = Address(UUID(int=2), "42@-1001234")
IN_TOPIC = Address(UUID(int=3), "42@-1001234/7")
HELLO = Part({"method": "sendMessage", "params": {"text": "Hello"}})
PICTURE = Part(
    {
        "method": "sendPhoto",
        "params": {"photo": "https://a.example/x.jpg"},
        "instead": {"method": "sendMessage", "params": {"text": "See https://a.example/x.jpg"}},
    }
)
PDF = b"%PDF-1.7"
FILE = Attachment(AttachmentKind.DOCUMENT, "bill", "application/pdf", "bill.pdf")


@pytest.fixture
def moved() -> list[ChatMoved]:
    return []


@pytest.fixture
def connection(api: BotApi, moved: list[ChatMoved]) -> TelegramConnection:
    async def note(move: ChatMoved) -> None:
        moved.append(move)

    return TelegramConnection(api, note)


@pytest.mark.parametrize(
    ("address", "where"),
    [
        (ANNA, {"chat_id": 42}),
        (IN_GROUP, {"chat_id": -1001234}),
        (IN_TOPIC, {"chat_id": -1001234, "message_thread_id": 7}),
    ],
)
async def test_a_part_goes_where_the_customer_wrote(connection, telegram: BotApiDouble, address, where):
    assert await connection.send(HELLO, address, "k") == Sent(f"{where['chat_id']}:1")
    assert telegram.sent() == [{"text": "Hello", **where}]


async def test_the_parts_of_a_message_go_through(connection, telegram: BotApiDouble):
    said = Message(UUID(int=1), UUID(int=2), 1, Author.AGENT, "One. " * 1500, datetime(2026, 1, 1, tzinfo=UTC))
    parts = connection.parts(said, IN_TOPIC)
    assert [type(await connection.send(part, IN_TOPIC, "k")) for part in parts] == [Sent, Sent]
    assert telegram.problems == []


BLOCKED = "Forbidden: bot was blocked by the user"


@pytest.mark.parametrize(
    ("fault", "meaning"),
    [
        (
            Fault(429, "Too Many Requests: retry after 7", {"retry_after": 7}),
            TryLater(Cause.RATE_LIMITED, 7.0, whole_channel=True, code="429"),
        ),
        (Fault(429, "Too Many Requests"), TryLater(Cause.RATE_LIMITED, 5.0, whole_channel=True, code="429")),
        (Fault(500, "Internal Server Error"), TryLater(Cause.UNAVAILABLE)),
        (Fault(502, body=b"<html>Bad Gateway</html>"), TryLater(Cause.UNAVAILABLE)),
        (Fault(200, body=b"<html>a login page</html>"), TryLater(Cause.UNAVAILABLE)),
        (Fault(200, body=b"[" * 100_000), TryLater(Cause.UNAVAILABLE)),
        (Fault(drops=True), TryLater(Cause.UNAVAILABLE)),
        (Fault(hangs=True), TryLater(Cause.UNAVAILABLE)),
    ],
)
async def test_what_may_pass_is_tried_later(connection, telegram: BotApiDouble, fault, meaning):
    telegram.fail("sendMessage", fault)
    assert await connection.send(HELLO, ANNA, "k") == meaning


@pytest.mark.parametrize(
    ("code", "description", "cause"),
    [
        (403, BLOCKED, Cause.UNREACHABLE),
        (403, "Forbidden: user is deactivated", Cause.UNREACHABLE),
        (403, "Forbidden: bot can't initiate conversation with a user", Cause.UNREACHABLE),
        (403, "Forbidden: bot was kicked from the supergroup chat", Cause.UNREACHABLE),
        (400, "Bad Request: chat not found", Cause.UNREACHABLE),
        (400, "Bad Request: PEER_ID_INVALID", Cause.UNREACHABLE),
        (400, "Bad Request: not enough rights to send text messages to the chat", Cause.UNREACHABLE),
        (400, "Bad Request: TOPIC_CLOSED", Cause.UNREACHABLE),
        (400, "Bad Request: message is too long", Cause.REFUSED),
        (400, "Bad Request: something of tomorrow", Cause.REFUSED),
        (413, "Request Entity Too Large", Cause.REFUSED),
        (401, "Unauthorized", Cause.NOT_AUTHORISED),
        (404, "Not Found", Cause.NOT_AUTHORISED),
    ],
)
async def test_what_does_not_pass_is_given_up_for_its_cause(
    connection, telegram: BotApiDouble, code, description, cause
):
    telegram.fail("sendMessage", Fault(code, description))
    result = await connection.send(HELLO, ANNA, "k")
    assert isinstance(result, GiveUp)
    assert (result.cause, result.code) == (cause, str(code))
    assert result.detail
    assert description not in result.detail


async def test_a_groups_own_limit_holds_up_nobody_else(connection, telegram: BotApiDouble):
    telegram.fail("sendMessage", Fault(429, "Too Many Requests", {"retry_after": 30}))
    assert await connection.send(HELLO, IN_GROUP, "k") == TryLater(Cause.RATE_LIMITED, 30.0, False, "429")


async def test_a_group_that_became_a_supergroup_is_followed(connection, telegram: BotApiDouble, moved):
    upgraded = "Bad Request: group chat was upgraded to a supergroup chat"
    telegram.fail("sendMessage", Fault(400, upgraded, {"migrate_to_chat_id": -1009999}))
    assert await connection.send(HELLO, IN_GROUP, "k") == Sent("-1009999:1")
    assert telegram.sent() == [{"text": "Hello", "chat_id": -1009999}]
    assert moved == [ChatMoved(-1001234, -1009999)]


async def test_a_move_that_cannot_be_noted_does_not_keep_the_message_back(api, telegram: BotApiDouble):
    async def fails(_move: ChatMoved) -> None:
        raise RuntimeError

    telegram.fail("sendMessage", Fault(400, "Bad Request", {"migrate_to_chat_id": -1009999}))
    assert await TelegramConnection(api, fails).send(HELLO, IN_GROUP, "k") == Sent("-1009999:1")


async def test_a_group_that_moves_to_itself_is_not_followed_for_ever(connection, telegram: BotApiDouble):
    telegram.fail("sendMessage", *[Fault(400, "Bad Request", {"migrate_to_chat_id": -1001234})] * 2)
    assert isinstance(await connection.send(HELLO, IN_GROUP, "k"), GiveUp)


@pytest.mark.parametrize(
    "description",
    [
        "Bad Request: wrong HTTP URL specified",
        "Bad Request: failed to get HTTP URL content",
        "Bad Request: PHOTO_INVALID_DIMENSIONS",
        "Bad Request: can't parse entities: Character '.' is reserved and must be escaped",
    ],
)
async def test_a_picture_that_telegram_cannot_fetch_is_sent_as_a_link(connection, telegram: BotApiDouble, description):
    telegram.fail("sendPhoto", Fault(400, description))
    assert await connection.send(PICTURE, ANNA, "k") == Sent("42:1")
    assert [one["text"] for one in telegram.sent()] == ["See https://a.example/x.jpg"]


async def test_typing_is_shown_where_the_customer_waits_and_never_fails(connection, telegram: BotApiDouble):
    await connection.show_typing(IN_TOPIC, "x")
    assert telegram.sent("sendChatAction") == [{"chat_id": -1001234, "message_thread_id": 7, "action": "typing"}]
    telegram.fail("sendChatAction", Fault(403, BLOCKED), Fault(drops=True))
    await connection.show_typing(ANNA, None)
    await connection.show_typing(ANNA, None)


# -- files


async def bytes_of(connection: TelegramConnection, attachment: Attachment) -> bytes:
    return b"".join([chunk async for chunk in connection.fetch(attachment)])


async def test_a_file_is_fetched_whole(connection, telegram: BotApiDouble):
    telegram.files["documents/bill"] = PDF + bytes(range(256)) * 2000
    assert await bytes_of(connection, FILE) == telegram.files["documents/bill"]


async def test_a_file_that_is_too_large_is_not_asked_for(connection, telegram: BotApiDouble):
    large = Attachment(AttachmentKind.VIDEO, "film", size=MAX_FILE_BYTES + 1)
    with pytest.raises(MediaUnavailable, match="20 MB"):
        await bytes_of(connection, large)
    assert telegram.calls == []


async def test_a_file_larger_than_it_was_said_to_be_is_cut_off(connection, telegram: BotApiDouble):
    telegram.files["documents/bill"] = PDF + bytes(MAX_FILE_BYTES)
    received: list[int] = []

    async def receive() -> None:
        async for chunk in connection.fetch(FILE):
            received.append(len(chunk))

    with pytest.raises(MediaUnavailable, match="20 MB"):
        await receive()
    assert sum(received) <= MAX_FILE_BYTES


async def test_a_file_that_is_gone_is_said_to_be(connection, telegram: BotApiDouble):
    with pytest.raises(MediaUnavailable):
        await bytes_of(connection, FILE)
    with pytest.raises(MediaUnavailable):
        await bytes_of(connection, Attachment(AttachmentKind.LOCATION))
    telegram.files["documents/bill"] = PDF
    telegram.fail("getFile", Fault(drops=True), Fault(400, "Bad Request: file is too big"))
    for _ in range(2):
        with pytest.raises(MediaUnavailable):
            await bytes_of(connection, FILE)


@pytest.mark.parametrize(
    "attachment",
    [
        Attachment(AttachmentKind.DOCUMENT, "bill", "application/vnd.android.package-archive", "offer.apk"),
        Attachment(AttachmentKind.DOCUMENT, "bill", "text/html", "page.html"),
        Attachment(AttachmentKind.DOCUMENT, "bill", None, "tool.exe"),
        Attachment(AttachmentKind.DOCUMENT, "bill", "application/zip", "all.zip"),
        Attachment(AttachmentKind.DOCUMENT, "bill"),
        Attachment(AttachmentKind.STICKER, "bill", "application/x-tgsticker"),
        Attachment(AttachmentKind.IMAGE, "bill", "image/svg+xml"),
    ],
)
async def test_files_that_nobody_should_open_are_not_asked_for(connection, telegram: BotApiDouble, attachment):
    telegram.files["documents/bill"] = PDF
    with pytest.raises(MediaUnavailable, match="type"):
        await bytes_of(connection, attachment)
    assert telegram.calls == []


async def test_a_file_whose_type_telegram_does_not_tell_is_known_by_its_name(connection, telegram: BotApiDouble):
    telegram.files["documents/bill"] = PDF
    named = Attachment(AttachmentKind.DOCUMENT, "bill", "application/octet-stream", "bill.pdf")
    assert await bytes_of(connection, named) == PDF


async def test_a_program_that_says_it_is_a_picture_is_not_handed_on(connection, telegram: BotApiDouble):
    telegram.files["documents/bill"] = b"MZ" + bytes(100)
    with pytest.raises(MediaUnavailable, match="not of the type"):
        await bytes_of(connection, Attachment(AttachmentKind.DOCUMENT, "bill", "image/png", "photo.png"))


# -- secrets


async def test_the_token_is_in_no_log_and_no_error(connection, telegram: BotApiDouble, caplog):
    caplog.set_level(logging.DEBUG)
    telegram.files["documents/bill"] = PDF
    telegram.fail("sendMessage", Fault(drops=True), Fault(401, "Unauthorized"), Fault(502, body=b""))
    said = [str(await connection.send(HELLO, ANNA, "k")) for _ in range(4)]
    await bytes_of(connection, FILE)
    telegram.fail("getFile", Fault(drops=True))
    with pytest.raises(MediaUnavailable) as unavailable:
        await bytes_of(connection, FILE)
    secret = TOKEN.partition(":")[2]
    cause = unavailable.value.__cause__
    everything = [*said, str(unavailable.value), repr(cause), repr(cause.__cause__), caplog.text]
    assert [one for one in everything if secret in one] == []


async def test_an_error_of_the_network_leads_to_no_address(api: BotApi, telegram: BotApiDouble):
    telegram.fail("getMe", Fault(drops=True))
    with pytest.raises(TelegramUnavailable) as failed:
        await api.call("getMe")
    assert failed.value.__suppress_context__


async def test_a_refusals_words_are_not_in_its_message(api: BotApi, telegram: BotApiDouble):
    telegram.fail("getMe", Fault(400, "Bad Request: what the customer said"))
    with pytest.raises(TelegramRefused) as failed:
        await api.call("getMe")
    assert "customer" not in str(failed.value)
