"""What Meta tells, understood: every kind of message, who it is from, and what is left alone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from deskhand.channels.delivery.contracts import Cause
from deskhand.channels.whatsapp import webhook as reading
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

from .cloud_api import PHONE_NUMBER_ID, SPECS
from .webhooks import PHONE, USER_ID, card, message, pressed, status, text, value, webhook


def read(*messages: Any, **more: Any) -> reading.Webhook:
    return reading.read(webhook(value(*messages, **more)), PHONE_NUMBER_ID)


def the_event(*messages: Any, **more: Any) -> InboundEvent:
    found = read(*messages, **more)
    assert not found.ignored
    (event,) = found.events
    return event


def the_message(*messages: Any, **more: Any) -> InboundMessage:
    event = the_event(*messages, **more)
    assert isinstance(event, InboundMessage)
    return event


def the_attachment(sent: dict[str, Any]) -> Attachment:
    (attachment,) = the_message(sent).attachments
    return attachment


# -- words


def test_text() -> None:
    sent = text("Where is my order?")
    assert the_message(sent) == InboundMessage(
        channel="whatsapp",
        contact_external_id=USER_ID,
        external_id=sent["id"],
        text="Where is my order?",
        aliases=(PHONE,),
        order=1_760_000_000,
        contact_name="Sheena Nelson",
    )


@pytest.mark.parametrize("kind", ["button_reply", "list_reply"])
def test_a_pressed_button_or_row_has_its_id_and_its_title(kind: str) -> None:
    received = the_message(pressed("b-17", "Track an order", kind))
    assert (received.button_id, received.text) == ("b-17", "Track an order")


def test_a_button_of_a_template_is_words_because_its_payload_is_not_ours() -> None:
    received = the_message(message("button", {"payload": "/restart", "text": "Call me back"}))
    assert (received.button_id, received.text) == (None, "Call me back")


def test_typed_payloads_and_controls_are_kept_as_harmless_text() -> None:
    assert the_message(text("/restart\r\n\x00now\ud800")).text == "/restart\nnow\ufffd"


def test_text_with_nothing_to_read_still_gets_an_answer() -> None:
    received = the_message(text("\u200b \n"))
    assert received.text == ""
    assert [each.kind for each in received.attachments] == [AttachmentKind.UNSUPPORTED]


def test_a_very_long_text_is_stored_as_far_as_whatsapp_lets_people_type() -> None:
    assert len(the_message(text("a" * 100_000)).text) == 65_536


# -- what is sent beside words


@pytest.mark.parametrize(
    ("kind", "content", "expected"),
    [
        (
            "image",
            {"id": "65463453", "mime_type": "image/jpeg", "sha256": "x", "caption": "Broken"},
            Attachment(AttachmentKind.IMAGE, "65463453", "image/jpeg"),
        ),
        (
            "audio",
            {"id": "1", "mime_type": "audio/ogg; codecs=opus", "voice": True},
            Attachment(AttachmentKind.AUDIO, "1", "audio/ogg; codecs=opus", description="a voice message"),
        ),
        ("video", {"id": "2", "mime_type": "video/mp4"}, Attachment(AttachmentKind.VIDEO, "2", "video/mp4")),
        (
            "document",
            {"id": "3", "mime_type": "application/pdf", "filename": "../../etc/receipt 1.pdf"},
            Attachment(AttachmentKind.DOCUMENT, "3", "application/pdf", "receipt 1.pdf"),
        ),
        ("sticker", {"id": "4", "mime_type": "image/webp"}, Attachment(AttachmentKind.STICKER, "4", "image/webp")),
        (
            "location",
            {"latitude": 37.46, "longitude": -122.21, "name": "HQ", "address": "1 Hacker Way"},
            Attachment(AttachmentKind.LOCATION, description="HQ, 1 Hacker Way (37.46, -122.21)"),
        ),
        (
            "location",
            {"latitude": 12.25, "longitude": 43.9},
            Attachment(AttachmentKind.LOCATION, description="(12.25, 43.9)"),
        ),
        ("location", {"latitude": None}, Attachment(AttachmentKind.LOCATION)),
        (
            "contacts",
            [{"name": {"formatted_name": "Monica"}, "phones": [{"phone": "+1 666-666-6666"}]}],
            Attachment(AttachmentKind.CONTACT, description="Monica, +1 666-666-6666"),
        ),
        (
            "order",
            {"product_items": [{"product_retailer_id": "SODA", "quantity": 2}]},
            Attachment(AttachmentKind.UNSUPPORTED, description="an order: 2 × SODA"),
        ),
        ("unsupported", {"type": "poll"}, Attachment(AttachmentKind.UNSUPPORTED, description="poll")),
        ("hologram", {"id": "9"}, Attachment(AttachmentKind.UNSUPPORTED, description="hologram")),
        ("image", {"mime_type": "image/jpeg"}, Attachment(AttachmentKind.UNSUPPORTED, description="image")),
        ("image", {"id": "../1"}, Attachment(AttachmentKind.UNSUPPORTED, description="image")),
        ("image", {"id": "5", "mime_type": "<b>"}, Attachment(AttachmentKind.IMAGE, "5")),
    ],
)
def test_attachment(kind: str, content: Any, expected: Attachment) -> None:
    assert the_attachment(message(kind, content)) == expected


def test_a_caption_is_what_was_said() -> None:
    assert the_message(message("image", {"id": "1", "mime_type": "image/png", "caption": " Broken "})).text == "Broken"


def test_the_name_is_the_one_on_the_senders_own_card() -> None:
    strangers = {**card("14155550100", "US.1"), "profile": {"name": "Somebody else"}}
    assert the_message(text("hi"), cards=[strangers, card()]).contact_name == "Sheena Nelson"
    assert the_message(text("hi"), cards=[strangers]).contact_name is None
    assert the_message(text("hi"), cards=[{**card(), "profile": ["?"]}]).contact_name is None


def test_each_shared_contact_is_an_attachment() -> None:
    people = [{"name": {"first_name": "Rachel", "last_name": "Green"}}, {"name": {"formatted_name": "Ross"}}]
    received = the_message(message("contacts", people))
    assert [each.description for each in received.attachments] == ["Rachel Green", "Ross"]


def test_a_form_or_a_message_that_meta_could_not_hand_over_is_answered_as_unsupported() -> None:
    form = message("interactive", {"type": "nfm_reply", "nfm_reply": {"response_json": "{}", "name": "flow"}})
    lost = {key: each for key, each in message("interactive").items() if key != "interactive"}
    assert the_attachment(form).description == "nfm reply"
    assert the_attachment(lost).kind is AttachmentKind.UNSUPPORTED


# -- changes


def test_an_edit_changes_the_message_it_names() -> None:
    edit = {"original_message_id": "wamid.old", "message": {"type": "text", "text": {"body": "Sorry: FW-204518"}}}
    assert the_event(message("edit", edit)) == InboundEdit("whatsapp", USER_ID, "wamid.old", "Sorry: FW-204518")


def test_an_edited_caption_is_an_edit_too() -> None:
    edit = {"original_message_id": "wamid.old", "message": {"type": "image", "image": {"id": "1", "caption": "New"}}}
    assert the_event(message("edit", edit)) == InboundEdit("whatsapp", USER_ID, "wamid.old", "New")


def test_a_deletion_takes_back_the_message_it_names() -> None:
    taken_back = message("revoke", {"original_message_id": "wamid.old"})
    assert the_event(taken_back) == InboundDeletion("whatsapp", USER_ID, "wamid.old")


@pytest.mark.parametrize(
    ("emoji", "kept"), [({"emoji": "👍"}, "👍"), ({"emoji": ""}, ""), ({}, ""), ({"emoji": "x" * 500}, "x" * 32)]
)
def test_a_reaction_is_a_mark_on_a_message_and_no_answer(emoji: dict[str, str], kept: str) -> None:
    reaction = message("reaction", {"message_id": "wamid.ours", **emoji})
    marked = InboundReaction("whatsapp", USER_ID, "wamid.ours", kept, int(reaction["timestamp"]))
    assert the_event(reaction) == marked


# -- who it is


def test_a_customer_without_a_number_is_known_by_the_user_id() -> None:
    received = the_message(text("Hi", sender=None, from_user_id=USER_ID), cards=[card(phone=None)])
    assert (received.contact_external_id, received.aliases) == (USER_ID, ())


def test_a_customer_without_a_user_id_is_known_by_the_number() -> None:
    received = the_message(text("Hi"), cards=[card(user_id=None)])
    assert (received.contact_external_id, received.aliases) == (PHONE, ())


def test_a_user_id_in_the_place_of_the_number_is_still_one() -> None:
    received = the_message(text("Hi", sender=USER_ID), cards=[])
    assert (received.contact_external_id, received.aliases) == (USER_ID, ())


def test_the_only_card_names_a_message_that_names_nobody() -> None:
    received = the_message(text("Hi", sender=None))
    assert (received.contact_external_id, received.aliases) == (USER_ID, (PHONE,))


def test_cards_of_several_senders_are_not_mixed_up() -> None:
    cards = [card("4915100000001", "DE.1"), card("4915100000002", "DE.2")]
    found = read(text("one", sender="4915100000002"), text("two", sender="4915100000001"), cards=cards)
    ids = [(event.contact_external_id, event.aliases) for event in found.events if isinstance(event, InboundMessage)]
    assert ids == [("DE.2", ("4915100000002",)), ("DE.1", ("4915100000001",))]


@pytest.mark.parametrize(
    ("sent", "cards"),
    [
        ({"sender": "4915100000009"}, [card("4915100000001", "DE.1")]),
        ({"sender": "4915100000009", "from_user_id": "DE.9"}, [card("4915100000001", "DE.9")]),
        ({"sender": "4915100000009", "from_user_id": "DE.9"}, [card("4915100000009", "DE.1")]),
    ],
)
def test_two_customers_are_never_taken_for_one(sent: dict[str, Any], cards: list[Any]) -> None:
    received = the_message(text("Hi", **sent), cards=cards)
    known = {received.contact_external_id, *received.aliases}
    assert not known & {"4915100000001", "DE.1"}


def test_a_message_of_nobody_is_left_alone() -> None:
    assert read(text("Hi", sender=None), cards=[card(), card("4915100000001", "DE.1")]).ignored == {"malformed": 1}


def test_a_message_to_a_group_is_left_alone() -> None:
    assert read(text("Hi", group_id="g1")).ignored == {"group": 1}


# -- what became of what we sent


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("sent", DeliveryState.SENT),
        ("delivered", DeliveryState.DELIVERED),
        ("read", DeliveryState.READ),
        ("played", DeliveryState.READ),
    ],
)
def test_status(state: str, expected: DeliveryState) -> None:
    assert the_event(statuses=[status(state)]) == DeliveryReport("whatsapp", "wamid.sent-1", expected)


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        (131026, Cause.UNREACHABLE),
        (131047, Cause.WINDOW_CLOSED),
        (131053, Cause.REFUSED),
        (130429, Cause.RATE_LIMITED),
        (131031, Cause.NOT_AUTHORISED),
        (131000, Cause.UNAVAILABLE),
        (999_999, Cause.REFUSED),
    ],
)
def test_a_failure_says_why(code: int, cause: Cause) -> None:
    failed = status("failed", errors=[{"code": code, "title": "x", "message": "x"}])
    report = DeliveryReport("whatsapp", "wamid.sent-1", DeliveryState.FAILED, cause.value, str(code))
    assert the_event(statuses=[failed]) == report


def test_a_failure_without_a_reason_is_one_too() -> None:
    report = DeliveryReport("whatsapp", "wamid.sent-1", DeliveryState.FAILED, Cause.REFUSED.value)
    assert the_event(statuses=[status("failed")]) == report


def test_other_statuses_are_left_alone() -> None:
    states = [status("deleted"), status("read", recipient_type="group"), status("read", "")]
    assert read(statuses=states).ignored == {"another status": 1, "group": 1, "malformed": 1}


# -- whole webhooks


def test_everything_of_a_batch_is_read_in_its_order() -> None:
    first, second, third = text("one"), text("two"), text("three")
    told = webhook(value(first, second), value(statuses=[status("read")]), value(third))
    found = reading.read(told, PHONE_NUMBER_ID)
    assert [event.external_id for event in found.events if not isinstance(event, DeliveryReport)] == [
        first["id"],
        second["id"],
        third["id"],
    ]
    assert len(found.events) == 4


def test_a_bad_message_does_not_keep_back_the_good_one_beside_it() -> None:
    good = text("Hi")
    found = read({"id": 7}, good, "nonsense", message("edit", {"original_message_id": "wamid.old"}))
    assert [event.external_id for event in found.events if isinstance(event, InboundMessage)] == [good["id"]]
    assert found.ignored == {"malformed": 2}


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (webhook(value(text("Hi")), field="calls"), "another field"),
        ({**webhook(value(text("Hi"))), "object": "page"}, "another product"),
        ([], "another product"),
        (None, "another product"),
    ],
)
def test_what_is_not_for_us_is_left_alone(payload: Any, reason: str) -> None:
    assert reading.read(payload, PHONE_NUMBER_ID) == reading.Webhook((), {reason: 1})


def test_another_number_of_the_business_is_left_alone() -> None:
    assert reading.read(webhook(value(text("Hi"))), "999999").ignored == {"another number": 1}


# -- Meta's own samples, for those who have them

UNDERSTOOD = {
    "message.json": {
        "reaction": InboundReaction,
        "unreaction_empty": InboundReaction,
        "unreaction_no_emoji": InboundReaction,
        **dict.fromkeys(
            [
                "text",
                "image",
                "media_with_url",
                "video",
                "document",
                "audio",
                "voice",
                "static_sticker",
                "animated_sticker",
                "current_location",
                "chosen_location",
                "contacts",
                "order",
                "unsupported",
                "unsupported_with_type",
                "reply",
                "forwarded",
                "forwarded_many_times",
                "interactive_message_with_err",
                "referral",
            ],
            InboundMessage,
        ),
    },
    "callback_button.json": dict.fromkeys(("button", "quick_reply", "quick_reply_without_context"), InboundMessage),
    "callback_selection.json": dict.fromkeys(("callback", "description"), InboundMessage),
    "flow_completion.json": dict.fromkeys(("completion", "without_flow_token"), InboundMessage),
    "edited_message.json": {"image": InboundEdit},
    "deleted_message.json": {"revoke": InboundDeletion},
    "message_status.json": dict.fromkeys(
        ("sent", "delivered", "read", "played", "failed", "with_tracker"), DeliveryReport
    ),
}


def samples() -> list[tuple[str, str, Any]]:
    """(file, name, webhook) of each sample."""
    files = sorted((SPECS / "webhook-samples").glob("*.json")) if SPECS else []
    return [(file.name, name, sample) for file in files for name, sample in json.loads(file.read_text("utf-8")).items()]


def number_of(sample: Any) -> str:
    changes = [change for entry in sample.get("entry", []) for change in entry["changes"]]
    return str(
        next((each["value"]["metadata"]["phone_number_id"] for each in changes if "metadata" in each["value"]), "")
    )


@pytest.mark.skipif(SPECS is None, reason="Meta's samples are not at hand (DESKHAND_SPECS)")
def test_every_sample_of_metas_is_understood_or_left_alone_on_purpose() -> None:
    found = samples()
    assert len(found) >= 60
    for file, name, sample in found:
        told = reading.read(sample, number_of(sample))
        expected = UNDERSTOOD.get(file, {}).get(name)
        kinds = [type(event) for event in told.events]
        assert kinds == ([expected] if expected else []), (file, name, told)
        assert "malformed" not in told.ignored, (file, name)
        assert told.events or told.ignored, (file, name)


@pytest.mark.skipif(SPECS is None, reason="Meta's samples are not at hand (DESKHAND_SPECS)")
def test_the_list_of_what_is_understood_names_samples_that_exist() -> None:
    there = {(file, name) for file, name, _ in samples()}
    assert {(file, name) for file, names in UNDERSTOOD.items() for name in names} <= there
