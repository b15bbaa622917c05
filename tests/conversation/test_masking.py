"""What is kept of customers' words holds no personal data."""

from __future__ import annotations

import time

import pytest

from deskhand.conversation.masking import MASKS, MOST_CHARACTERS, has_personal_data, masked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my email is jo.smith+shop@mail.example.co.uk ok?", "my email is [email] ok?"),
        ("it's jo dot smith at gmail dot com", "it's [email]"),
        ("order FW-204518 never came", "order [order number] never came"),
        ("where is fw 204 518", "where is [order number]"),
        ("about 204518", "about [number]"),
        ("my return RT-90000001", "my return [number]"),
        ("call me on 0113 496 0000", "call me on [phone]"),
        ("+44 7700 900123 is my number", "[phone] is my number"),
        ("(0113) 496-0000", "[phone]"),
        ("card 4242 4242 4242 4242", "card [number]"),
        ("parcel JD0002213512345GB is lost", "parcel [number] is lost"),
        ("send it to 12 Mill Lane, LS6 2AB", "send it to [address], [postcode]"),
        ("i moved to flat 3, 14b north park road leeds", "i moved to [address] leeds"),
        ("My name is Jo Smith and the pump leaks", "My name is [name] and the pump leaks"),
        ("my name's jo", "my name's [name]"),
        ("I'm Priya Nair, the pump leaks", "I'm [name], the pump leaks"),
        ("ask Mrs Jones", "ask [name]"),
        ("see https://shop.example/reset?token=abcDEF and", "see https://shop.example/reset and"),
        ("code 123 456", "code [number]"),
    ],
)
def test_personal_data_is_masked(text: str, expected: str) -> None:
    assert masked(text) == expected
    assert has_personal_data(text) == any(mask in expected for mask in MASKS)


@pytest.mark.parametrize(
    "text",
    [
        "do you have a 2 person tent under £1,250.00?",
        "is the power bank 10000mAh or 20000 mAh",
        "500-1000 lumens?",
        "2 tents are on the road",
        "10 minutes before you close",
        "opening hours 9 to 5, 24/12?",
        "I'm happy with it, can I buy another",
        "why is my name wrong on the invoice",
        "it was delivered on 12/03/2026",
        "is the app at fernway.example any good",
        "size 7.5 or 42",
    ],
)
def test_what_is_not_personal_stays(text: str) -> None:
    assert masked(text) == text
    assert not has_personal_data(text)


def test_a_long_text_is_cut_between_words() -> None:
    text = "word " * 190 + "a number 0113 496 0000 " + "word " * 5000
    assert len(masked(text)) <= MOST_CHARACTERS
    assert masked(text).endswith("word")
    assert "0113" not in masked(text)


def test_masking_twice_is_masking_once() -> None:
    once = masked("I'm Jo Smith, 12 Mill Lane, LS6 2AB, FW-204518, jo@mail.example, 0113 496 0000")
    assert masked(once) == once


def test_nothing_can_move_the_cursor() -> None:
    assert masked("hello\x1b[2J\r\n\0you") == "hello [2J you"


@pytest.mark.parametrize("unit", ["1 ", "a@", "(0) ", "fw", "12 a ", "i'm Aa ", "at dot ", "a.", "-", "1-1"])
def test_no_text_keeps_the_server_busy(unit: str) -> None:
    started = time.perf_counter()
    masked(unit * 20_000)
    assert time.perf_counter() - started < 1
