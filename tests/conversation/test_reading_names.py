"""Services, pauses and plans as customers call them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from deskhand.conversation.reading import mentions_no_pause, named, read_pause, read_plan_wish, read_until_month

SERVICES = {
    "jacket": "Jacket re-proofing",
    "knife": "Knife sharpening",
    "lantern": "Lantern repair",
    "stove": "Stove service",
    "tent": "Tent repair",
}
PLANS = [
    ("light", "Light", Decimal("9.00")),
    ("standard", "Standard", Decimal("15.00")),
    ("family", "Family", Decimal("24.00")),
]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("get my knives sharpened", ["knife"]),
        ("reproof two jackets", ["jacket"]),
        ("re-proofing please", ["jacket"]),
        ("my lantren is broken", ["lantern"]),
        ("a stove service", ["stove"]),
        ("i need a repair", []),
        ("could i book a service?", []),
        ("my tent or my stove", ["stove", "tent"]),
        ("something else", []),
    ],
)
def test_services_by_any_telling_word(text, keys):
    assert named(text, SERVICES) == keys


def test_services_by_their_place_only_when_listed():
    assert named("the second one", SERVICES, place=True) == ["knife"]
    assert named("the second one", SERVICES) == []


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("for 2 months", 2),
        ("skip next month", 1),
        ("skip the next two boxes", 2),
        ("no box next month", 1),
        ("half a year", 6),
        ("pause it", None),
        ("2", None),
    ],
)
def test_how_long_a_pause_is(text, months):
    assert read_pause(text) == months


def test_a_number_alone_counts_when_it_was_asked_for():
    assert read_pause("two", bare=True) == 2


@pytest.mark.parametrize(
    ("text", "month"), [("till september", 9), ("until the end of jan", 1), ("til march", 3), ("until i call", None)]
)
def test_until_which_month(text, month):
    assert read_until_month(text) == month


@pytest.mark.parametrize(
    ("text", "plan"),
    [
        ("from standard to light", "light"),
        ("the £24 one", "family"),
        ("i am paying 15 but want to pay 9", "light"),
        ("a cheaper one", "light"),
        ("upgrade please", "family"),
        ("the standard one is too much", "light"),
        ("famly", "family"),
        ("change my plan", None),
        ("standard", "standard"),
        ("the lowest", "light"),
    ],
)
def test_which_plan_is_wanted_by_somebody_on_standard(text, plan):
    assert read_plan_wish(text, PLANS, 1) == plan


def test_no_plan_is_bigger_than_the_biggest():
    assert read_plan_wish("a bigger one", PLANS, 2) is None


@pytest.mark.parametrize(
    ("text", "mentions"),
    [("no pause, cancel it", True), ("i don't want to pause", True), ("for good", True), ("pause it", False)],
)
def test_whether_a_pause_was_ruled_out(text, mentions):
    assert mentions_no_pause(text) is mentions
