"""People type facts in many shapes."""

import pytest

from deskhand.conversation.reading import (
    is_plain_yes,
    read_code,
    read_email,
    read_months,
    read_order_number,
    read_postcode,
    read_rating,
    read_yes_or_no,
)


@pytest.mark.parametrize(
    ("said", "email"),
    [
        ("it's Jo.Smith@Example.com.", "jo.smith@example.com"),
        ("jo dot smith at gmail dot com", "jo.smith@gmail.com"),
        ("jo@example,com", "jo@example.com"),
        ("jo.bright @ example . com", "jo.bright@example.com"),
        ("jo(at)example(dot)co.uk", "jo@example.co.uk"),
        ("j dot bright at example dot co dot uk", "j.bright@example.co.uk"),
        ("jo.smith@gmial.con", "jo.smith@gmail.com"),
        ("mail: JO_B+shop@example.org thanks", "jo_b+shop@example.org"),
        ("I was at home", None),
        ("", None),
        ("@", None),
        ("💌", None),
    ],
)
def test_read_email(said: str, email: str | None) -> None:
    assert read_email(said) == email


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("fw 204 518", "FW-204518"),
        ("FW204518", "FW-204518"),
        ("204518", "FW-204518"),
        ("fw-2O45l8", "FW-204518"),
        ("f.w. 204518 pls", "FW-204518"),
        ("fw–204518", "FW-204518"),
        ("order #204518?", "FW-204518"),
        ("FW-20451", None),
        ("FW-2045181", None),
        ("£204518", None),
        ("it cost 204518.50", None),
    ],
)
def test_read_order_number(said: str, number: str | None) -> None:
    assert read_order_number(said) == number


def test_six_digits_alone_are_no_order_number_where_they_could_be_a_code() -> None:
    assert read_order_number("482913", bare=False) is None


@pytest.mark.parametrize(
    ("said", "postcode"),
    [("ls6 2ab", "LS6 2AB"), ("LS62AB", "LS6 2AB"), ("it's sw1a 1aa ta", "SW1A 1AA"), ("no idea", None)],
)
def test_read_postcode(said: str, postcode: str | None) -> None:
    assert read_postcode(said) == postcode


def test_a_postcode_that_was_asked_for_may_have_any_shape() -> None:
    assert read_postcode("90210", any_shape=True) == "90210"
    assert read_postcode("90210") is None


@pytest.mark.parametrize(
    ("said", "code"), [("482913", "482913"), ("it's 482 913", "482913"), ("48291", None), ("4829134", None)]
)
def test_read_code(said: str, code: str | None) -> None:
    assert read_code(said) == code


@pytest.mark.parametrize(
    ("said", "months"),
    [
        ("2 months", 2),
        ("a couple of months", 2),
        ("for six weeks", 2),
        ("half a year", 6),
        ("a mnth", 1),
        ("3", None),
    ],
)
def test_read_months(said: str, months: int | None) -> None:
    assert read_months(said) == months


@pytest.mark.parametrize(
    ("said", "rating"), [("8/10", 4), ("five stars", 5), ("⭐⭐⭐", 3), ("4", 4), ("0/10", 1), ("was ok", None)]
)
def test_read_rating(said: str, rating: int | None) -> None:
    assert read_rating(said) == rating


@pytest.mark.parametrize(
    ("said", "meant"),
    [("yes please", True), ("Yep 👍", True), ("👍", True), ("nope", False), ("no, wrong one", False), ("maybe", None)],
)
def test_read_yes_or_no(said: str, meant: bool | None) -> None:
    assert read_yes_or_no(said) is meant


@pytest.mark.parametrize("said", ["yes", "yes please", "ok go ahead", "Sure, that's fine 👍", "👍", "yep do it thanks"])
def test_a_plain_yes(said: str) -> None:
    assert is_plain_yes(said)


@pytest.mark.parametrize("said", ["ok light then", "fine, family then", "yes?", "ok but wait", "no", ""])
def test_what_names_something_else_is_no_plain_yes(said: str) -> None:
    assert not is_plain_yes(said)
