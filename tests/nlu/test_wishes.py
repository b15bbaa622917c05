"""How a message with several wishes is taken apart. What understands its clauses is a table here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from deskhand.nlu.joint_model import Example
from deskhand.nlu.wish_settings import has_one_wish
from deskhand.nlu.wishes import Clause, Joint, Named, Reading, Terms, Wish, clauses, find_wishes, least_confidence

TERMS = Terms(
    frozenset({"cancel", "refund", "status", "question", "person"}),
    first=frozenset({"person"}),
    one_at_a_time={"order_number": {"cancel", "status"}},
    least_confidence=0.7,
)
MEANINGS = {
    "cancel": "cancel",
    "refund": "refund",
    "where": "status",
    "late": "status",
    "how": "question",
    "human": "person",
    "hello": "greet",
}


def read(texts: Sequence[str]) -> list[Reading]:
    return [reading(text) for text in texts]


def reading(text: str, confidence: float = 0.9) -> Reading:
    found = [meaning for word, meaning in MEANINGS.items() if word in text.lower()]
    return Reading(found[0] if found else None, confidence if found else 0.1)


def wishes(text: str, *entities: Named, whole: Reading | None = None) -> list[str]:
    return [wish.intent for wish in find_wishes(text, whole or reading(text), entities, read, TERMS)]


def order_number(text: str, value: str) -> Named:
    return Named(text.index(value), text.index(value) + len(value), "order_number")


def parts(text: str, *entities: tuple[int, int]) -> list[str]:
    return [text[clause.start : clause.end] for clause in clauses(text, entities)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cancel my order and what about my refund", ["cancel my order", "what about my refund"]),
        ("cancel it please. where is my refund?", ["cancel it please.", "where is my refund?"]),
        ("cancel my order, and also, where is my refund", ["cancel my order", "where is my refund"]),
        ("wheres my order what about my refund", ["wheres my order", "what about my refund"]),
        ("yes, and cancel my order", ["yes, and cancel my order"]),
        ("cancel my order, please", ["cancel my order, please"]),
        ("it costs 12.50 and weighs 3.5 kg", ["it costs 12.50", "weighs 3.5 kg"]),
        ("write to jo.bright@example.com please", ["write to jo.bright@example.com please"]),
        ("", [""]),
        ("and and and", ["and and and"]),
    ],
)
def test_messages_are_cut_where_sentences_are_joined(text: str, expected: list[str]):
    found = parts(text)

    assert found == expected or (expected == ["and and and"] and found == [""])


def test_nothing_is_cut_inside_an_entity():
    text = "send it to 12 Oak Road and Flat 3 Mill House and cancel the other one"
    address = (text.index("12"), text.index(" and cancel"))

    assert parts(text, address) == ["send it to 12 Oak Road and Flat 3 Mill House", "cancel the other one"]


@pytest.mark.parametrize(
    ("text", "joint"),
    [
        ("cancel my order, where is it", Joint.COMMA),
        ("cancel my order and where is it", Joint.AND),
        ("cancel my order. where is it", Joint.AND),
        ("cancel my order, also where is it", Joint.ALSO),
        ("cancel my order and i also want it", Joint.ALSO),
        ("cancel my order, my other order too", Joint.ALSO),
    ],
)
def test_what_stands_between_clauses_tells_how_new_the_second_is(text: str, joint: Joint):
    assert [clause.joint for clause in clauses(text)] == [Joint.NONE, joint]


def test_long_messages_have_few_clauses():
    assert len(clauses("where is it now and " * 200)) <= 8


def test_two_wishes_come_as_they_were_said():
    text = "hi there, cancel my order and what about my refund, i paid by card"

    found = find_wishes(text, reading(text), (), read, TERMS)

    assert [text[wish.start : wish.end].strip() for wish in found] == [
        "hi there, cancel my order and",
        "what about my refund, i paid by card",
    ]
    assert [(wish.intent, wish.confidence) for wish in found] == [("cancel", 0.9), ("refund", 0.9)]


def test_three_wishes():
    assert wishes("cancel my order, where is my refund and how do i pay") == ["cancel", "refund", "question"]


@pytest.mark.parametrize(
    "text",
    [
        "hello there, cancel my order",
        "my parcel is late, my refund is what i want",  # a story and the wish
        "cancel my order and cancel my other order",
        "cancel my order and something else altogether",
        "cancel my order, and no i dont want to know where it is",
        "cancel my order",
    ],
)
def test_one_wish_is_not_taken_for_several(text: str):
    assert wishes(text) == []


@pytest.mark.parametrize(
    ("text", "confidence", "several"),
    [
        ("cancel my order and it is late", 0.69, False),
        ("cancel my order and it is late", 0.7, True),
        ("cancel my order, where is it", 0.69, False),
        ("cancel my order, where is it", 0.7, True),
        ("cancel my order and where is it", 0.6, True),
        ("cancel my order, also it is late", 0.6, True),
        ("cancel my order and where is it", 0.59, False),
    ],
)
def test_the_less_the_words_say_the_surer_the_clauses_must_be(text: str, confidence: float, several: bool):
    found = find_wishes(text, reading(text), (), lambda texts: [reading(t, confidence) for t in texts], TERMS)

    assert bool(found) is several


def test_who_must_not_wait_comes_first():
    assert wishes("cancel my order and let me talk to a human") == ["person", "cancel"]


def test_what_the_whole_message_is_about_is_not_lost_when_it_must_not_wait():
    text = "cancel my order and where is my refund"

    assert wishes(text, whole=Reading("person", 0.7)) == ["person", "cancel", "refund"]


def test_several_things_that_are_dealt_with_one_at_a_time_are_several_wishes():
    text = "cancel FW-200101 and FW-200102, please"
    numbers = (order_number(text, "FW-200101"), order_number(text, "FW-200102"))

    found = find_wishes(text, reading(text), numbers, read, TERMS)

    assert [(wish.intent, text[wish.start : wish.end]) for wish in found] == [
        ("cancel", "cancel FW-200101 and "),
        ("cancel", "FW-200102, please"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "cancel FW-200102 and not FW-200101",
        "cancel FW-200101, sorry, FW-200102",
        "how do FW-200101 and FW-200102 differ",
    ],
)
def test_two_numbers_are_not_always_two_wishes(text: str):
    assert wishes(text, order_number(text, "FW-200101"), order_number(text, "FW-200102")) == []


def test_the_same_number_twice_is_one_wish():
    text = "cancel FW-200101 i mean fw 200101"

    assert wishes(text, Named(7, 16, "order_number"), Named(24, 33, "order_number")) == []


def test_a_number_in_two_words_is_one():
    text = "cancel fw 200101, please"

    assert wishes(text, order_number(text, "fw"), order_number(text, "200101")) == []


def test_nothing_is_read_for_a_message_that_cannot_be_cut():
    def never(texts: Sequence[str]) -> list[Reading]:
        raise AssertionError(texts)

    assert find_wishes("where is my order", Reading("status", 0.9), (), never, TERMS) == []


def test_the_limit_is_the_lowest_that_takes_few_single_wishes_for_several():
    text = "cancel my order, where is it"
    parts = [Clause(0, 15), Clause(17, 28, Joint.COMMA)]
    singles = [(text, parts, [Reading("cancel", 0.99), Reading("status", sure)]) for sure in (0.68, 0.75, 0.9)]

    assert least_confidence(singles, 100, TERMS, share=0.01) == 0.76
    assert least_confidence(singles, 100, TERMS, share=0.02) == 0.69
    assert least_confidence(singles, 100, TERMS, share=0.03) == 0.6
    assert least_confidence(singles, 100, TERMS, share=0.0) == 0.91


def test_a_wish_is_where_its_words_are():
    [first, second] = find_wishes("cancel it now and where is it", Reading("cancel", 0.9), (), read, TERMS)

    assert (first, second.start) == (Wish("cancel", 0.9, 0, 18), 18)


def test_stories_say_nothing_about_how_sure_a_clause_must_be():
    plain = Example("where is my order", intent="order_status")
    assert has_one_wish(plain)
    assert not has_one_wish(replace(plain, mood="angry"))
    assert not has_one_wish(replace(plain, in_vain=True))
    assert not has_one_wish(replace(plain, intent="complain"))
