"""What a customer wants who waits for a person."""

from __future__ import annotations

import json

import pytest

from deskhand.conversation.reading.phones import read_phone
from deskhand.conversation.waiting import (
    BACK_PAYLOAD,
    CALLBACK_PAYLOADS,
    PLACE_PAYLOAD,
    Wish,
    is_for_assistant,
    payload_of,
    wish_for_callback,
    wish_while_waiting,
)


@pytest.mark.parametrize(
    "text",
    [
        "go back to the bot",
        "can I go back to Fern please",
        "I'd rather talk to the assistant",
        "take me back to the assistant",
        "i don't need a person any more",
        "never mind",
        "nevermind thanks",
        "ok then let me continue with the bot",
        "back to the bot",
        "bot please",
    ],
)
def test_somebody_may_go_back_to_the_assistant(text):
    assert wish_while_waiting(text) is Wish.BACK


@pytest.mark.parametrize(
    "text",
    [
        "where am i in the queue?",
        "how long will it take",
        "how many people are ahead of me",
        "what's my position in the queue",
        "how much longer",
        "anyone there?",
        "hello? is anybody there",
        "when will someone answer",
        "am i next",
        "I'm still waiting",
        "how long do I have to wait",
    ],
)
def test_somebody_may_ask_where_they_stand(text):
    assert wish_while_waiting(text) is Wish.PLACE


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("can you call me back tomorrow at 3", Wish.CALL),
        ("please ring me", Wish.CALL),
        ("i need a callback", Wish.CALL),
        ("give me a call on 07700 900123", Wish.CALL),
        ("just email me please", Wish.EMAIL),
        ("can I get an answer by email", Wish.EMAIL),
        ("email", Wish.EMAIL),
    ],
)
def test_somebody_may_want_to_be_reached_later(text, wish):
    assert wish_while_waiting(text) is wish


@pytest.mark.parametrize(
    "text",
    [
        "don't call me, I'm at work",
        "nobody called me back last time",
        "your driver rang me three times",
        "please do not email me",
        "I don't want to talk to the bot",
        "the order number is FW-204518",
        "my parcel is two weeks late",
        "how long is the tent?",
        "the invoice was sent by email on Monday",
        "I still have no refund, never mind the delivery",
        "it came back to the depot",
        "where is my parcel",
        "they call me a liar",
        "I called your shop twice",
    ],
)
def test_everything_else_is_for_the_person(text):
    assert wish_while_waiting(text) is None


def test_long_messages_are_for_the_person():
    assert wish_while_waiting("how long will it take? " + "The lamp flickers. " * 20) is None


def test_a_typed_callback_keeps_its_words_so_that_the_time_is_read():
    payload = payload_of(Wish.CALL, 'call me "soon", tomorrow at 3')
    intent, _, entities = payload.partition("{")
    assert intent == "/request_human"
    assert json.loads("{" + entities) == {"callback_reach": "phone", "callback_at": 'call me "soon", tomorrow at 3'}


def test_only_buttons_about_waiting_are_the_assistants():
    assert all(is_for_assistant(one) for one in (BACK_PAYLOAD, PLACE_PAYLOAD, *CALLBACK_PAYLOADS.values()))
    assert is_for_assistant('/inform{"callback_at": "2026-11-23T10:00:00+00:00"}')
    assert not any(is_for_assistant(one) for one in ("/order_status", "/affirm", "/stop", '/inform{"when": "x"}'))


def test_a_callback_may_be_asked_for_at_any_time():
    assert wish_for_callback("could someone phone me back") is Wish.CALL
    assert wish_for_callback("I want a person") is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("07700 900123", "07700900123"),
        ("+44 7700 900 123", "+447700900123"),
        ("my number is (0161) 496 0123, after five", "01614960123"),
        ("0049 30 123456", "+4930123456"),
        ("tomorrow at 3", None),
        ("FW-204518", None),
        ("204518", None),
        ("2026-11-23T10:00:00+00:00", None),
        ("12345678901234567890", None),
    ],
)
def test_phone_numbers_are_read_as_people_type_them(text, number):
    assert read_phone(text) == number
