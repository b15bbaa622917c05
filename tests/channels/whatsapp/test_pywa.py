"""A client that others use, against ours: it reads the webhooks that we read, and sends what we send."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest
from pywa import WhatsApp, errors, types, utils

from deskhand.channels.delivery.contracts import Address, Cause
from deskhand.channels.whatsapp import webhook as reading
from deskhand.channels.whatsapp.choices import row_title
from deskhand.channels.whatsapp.connection import WhatsAppConnection
from deskhand.channels.whatsapp.failures import BY_CODE
from deskhand.channels.whatsapp.parts import bodies, template
from deskhand.channels.whatsapp.recipients import recipient
from deskhand.channels.whatsapp.signature import is_genuine, sign
from deskhand.conversation.model import (
    Author,
    Button,
    DeliveryReport,
    InboundDeletion,
    InboundEdit,
    InboundMessage,
    Message,
)

from .cloud_api import PHONE_NUMBER_ID, TOKEN, CloudApi, complaints_about
from .conftest import address
from .webhooks import PHONE, USER_ID, card, message, pressed, status, text, value, webhook


@dataclass
class Pywa:
    client: WhatsApp
    requests: list[dict[str, Any]] = field(default_factory=list)


@pytest.fixture
def pywa() -> Iterator[Pywa]:
    """pywa, which talks to nobody: what it would send is kept."""
    requests: list[dict[str, Any]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(json.loads(request.content))
        sent = {"messages": [{"id": "wamid.1"}], "contacts": [{"input": PHONE, "wa_id": PHONE, "user_id": USER_ID}]}
        return httpx.Response(200, json={"messaging_product": "whatsapp", "success": True, **sent})

    with httpx.Client(transport=httpx.MockTransport(answer)) as session:
        yield Pywa(WhatsApp(PHONE_NUMBER_ID, TOKEN, session=session), requests)


def said(text: str, *titles: str, **more: Any) -> Message:
    buttons = tuple(Button(title, "/x", f"id-{at}") for at, title in enumerate(titles))
    return Message(
        UUID(int=1), UUID(int=2), 1, Author.ASSISTANT, text, datetime(2026, 1, 1, tzinfo=UTC), buttons, **more
    )


def ours(body: dict[str, Any], to: Address) -> dict[str, Any]:
    whole = {"messaging_product": "whatsapp", **recipient(to), **body}
    assert complaints_about(whole) == []
    return whole


def without_nothing(node: Any) -> Any:
    """pywa spells out what is not there, and holds lists as tuples."""
    if isinstance(node, dict):
        return {key: without_nothing(each) for key, each in node.items() if each is not None}
    return [without_nothing(each) for each in node] if isinstance(node, list | tuple) else node


# -- sending

TO = address(PHONE)
SENT: dict[str, tuple[Message, Callable[[WhatsApp], Any]]] = {
    "text": (said("Hello"), lambda wa: wa.send_message(PHONE, "Hello", preview_url=False)),
    "buttons": (
        said("Shall I?", "Yes", "No"),
        lambda wa: wa.send_message(
            PHONE, "Shall I?", buttons=[types.Button("Yes", "id-0"), types.Button("No", "id-1")]
        ),
    ),
    "list": (
        said("Which?", *(f"Order {number}" for number in range(9)), "One that is called something longer"),
        lambda wa: wa.send_message(
            PHONE,
            "Which?",
            buttons=types.SectionList(
                "See the choices",
                [
                    types.Section(
                        None,  # type: ignore[arg-type]  # a single section needs no title
                        [
                            *(types.SectionRow(f"Order {number}", f"id-{number}") for number in range(9)),
                            types.SectionRow(
                                row_title("One that is called something longer"),
                                "id-9",
                                "One that is called something longer",
                            ),
                        ],
                    )
                ],
            ),
        ),
    ),
    "image": (
        said("Look\n\n[Picture](https://shop.example/a.png)"),
        lambda wa: wa.send_image(PHONE, "https://shop.example/a.png", caption="Look"),
    ),
    "document": (
        said("[Document](https://shop.example/label.pdf)"),
        lambda wa: wa.send_document(PHONE, "https://shop.example/label.pdf", filename="label.pdf"),
    ),
}


@pytest.mark.parametrize("what", SENT)
def test_pywa_sends_the_same(pywa: Pywa, what: str) -> None:
    message, send = SENT[what]
    send(pywa.client)
    (body,) = bodies(message)
    assert ours(body, TO) == without_nothing(pywa.requests[0])


def test_pywa_names_a_customer_without_a_number_in_the_same_way(pywa: Pywa) -> None:
    pywa.client.send_message(USER_ID, "Hello", preview_url=False)
    (body,) = bodies(said("Hello"))
    assert ours(body, address(USER_ID)) == without_nothing(pywa.requests[0])


def test_pywa_sends_the_same_template(pywa: Pywa) -> None:
    pywa.client.send_template(PHONE, "follow_up", types.templates.TemplateLanguage.ENGLISH_UK, params=[])
    sent, made = without_nothing(pywa.requests[0]), ours(template("follow_up", "en_GB"), TO)
    for body in (sent, made):  # either may leave out what has no parameters, and the only policy there is
        body["template"].pop("components", None)
        body["template"]["language"].pop("policy", None)
    assert made == sent


async def test_pywa_shows_typing_in_the_same_way(
    pywa: Pywa, cloud_api: CloudApi, connection: WhatsAppConnection
) -> None:
    pywa.client.indicate_typing("wamid.theirs")
    await connection.show_typing(TO, "wamid.theirs")
    assert cloud_api.sent == [without_nothing(pywa.requests[0])]


# -- reading


def both(pywa: Pywa, kind: type[Any], sent: dict[str, Any] | None = None, **more: Any) -> tuple[Any, Any]:
    """The webhook as pywa and as we understand it."""
    told = webhook(value(*([sent] if sent else []), **more))
    (event,) = reading.read(told, PHONE_NUMBER_ID).events
    return kind.from_update(pywa.client, told), event


def same_customer(theirs: Any, event: InboundMessage | InboundEdit | InboundDeletion) -> bool:
    return bool(theirs.from_user.bsuid == event.contact_external_id)


def test_pywa_reads_the_same_text(pywa: Pywa) -> None:
    theirs, event = both(pywa, types.Message, text("Where is my order?"))
    assert isinstance(event, InboundMessage)
    assert (theirs.id, theirs.text) == (event.external_id, event.text)
    assert theirs.timestamp.timestamp() == event.order
    assert same_customer(theirs, event)
    assert (theirs.from_user.wa_id,) == event.aliases


@pytest.mark.parametrize("kind", ["image", "video", "audio", "document", "sticker"])
def test_pywa_reads_the_same_file(pywa: Pywa, kind: str) -> None:
    content = {"id": "77", "mime_type": "image/webp", "sha256": "x", "caption": "See", "filename": "a.pdf"}
    theirs, event = both(pywa, types.Message, message(kind, content | ({"animated": False, "voice": False})))
    assert isinstance(event, InboundMessage)
    (attachment,) = event.attachments
    assert (theirs.media.id, theirs.media.mime_type) == (attachment.media_id, attachment.mime_type)
    assert attachment.kind.value == theirs.type.value


def test_pywa_reads_the_same_press(pywa: Pywa) -> None:
    theirs, event = both(pywa, types.CallbackButton, pressed("id-1", "Yes"))
    assert (theirs.data, theirs.title) == (event.button_id, event.text)


def test_pywa_reads_the_same_row(pywa: Pywa) -> None:
    chosen = pressed("id-1", "Order 1", "list_reply", context={"from": "15550783881", "id": "wamid.ours"})
    theirs, event = both(pywa, types.CallbackSelection, chosen)
    assert (theirs.data, theirs.title) == (event.button_id, event.text)


def test_pywa_reads_the_same_edit(pywa: Pywa) -> None:
    edit = {"original_message_id": "wamid.old", "message": {"type": "text", "text": {"body": "New"}}}
    theirs, event = both(pywa, types.EditedMessage, message("edit", edit))
    assert isinstance(event, InboundEdit)
    assert (theirs.original_message_id, theirs.message.text) == (event.external_id, event.text)
    assert same_customer(theirs, event)


def test_pywa_reads_the_same_deletion(pywa: Pywa) -> None:
    theirs, event = both(pywa, types.DeletedMessage, message("revoke", {"original_message_id": "wamid.old"}))
    assert isinstance(event, InboundDeletion)
    assert theirs.original_message_id == event.external_id
    assert same_customer(theirs, event)


@pytest.mark.parametrize("state", ["sent", "delivered", "read", "failed"])
def test_pywa_reads_the_same_status(pywa: Pywa, state: str) -> None:
    failed = {"errors": [{"code": 131047, "title": "x", "message": "x"}]} if state == "failed" else {}
    theirs, event = both(pywa, types.MessageStatus, statuses=[status(state, **failed)], cards=[card()])
    assert isinstance(event, DeliveryReport)
    assert (theirs.id, theirs.status.value) == (event.external_id, event.state.value)
    assert (str(theirs.error.code) if theirs.error else None) == event.code


def test_pywa_finds_the_same_signatures_genuine() -> None:
    body = json.dumps(webhook(value(text("Hi")))).encode()
    for secret in ("app-secret", "another"):
        signature = sign(body, secret)
        theirs = utils.webhook_updates_validator("app-secret", body, signature)
        assert theirs == is_genuine(body, signature, "app-secret") == (secret == "app-secret")


# -- errors


@pytest.mark.parametrize(
    ("family", "causes"),
    [
        (errors.AuthorizationError, {Cause.NOT_AUTHORISED}),
        (errors.ThrottlingError, {Cause.RATE_LIMITED, Cause.NOT_AUTHORISED}),
        (errors.IntegrityError, {Cause.NOT_AUTHORISED}),
    ],
)
def test_pywas_families_of_errors_mean_what_they_mean_here(family: type[Any], causes: set[Cause]) -> None:
    codes = {code for kind in family.__subclasses__() for code in kind.__error_codes__ or ()}
    known = codes & BY_CODE.keys()
    assert len(known) >= 3
    assert {BY_CODE[code].cause for code in known} <= causes


def test_every_reason_why_pywa_could_not_send_is_known() -> None:
    codes = {code for kind in errors.SendMessageError.__subclasses__() for code in kind.__error_codes__ or ()}
    others = {131044, 131063, 137000}  # of calls, of marketing, and of a check that we do not ask for
    assert codes - others <= BY_CODE.keys()
