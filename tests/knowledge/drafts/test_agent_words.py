"""Of an agent's message only what would help anybody is kept, word for word."""

from __future__ import annotations

import pytest

from deskhand.knowledge.drafts.agent_words import Block, Kind, LeftOut, helpful

NAMES = {"Priya", "Nair", "Priya Nair", "Anna"}


SHOP = {"Ember", "Spare", "Skylark", "Glow", "Lantern"}


def is_known(word: str) -> bool:
    return word in SHOP


def kept(message: str) -> list[str]:
    return [line for block in helpful(message, NAMES, is_known).blocks for line in block.lines]


@pytest.mark.parametrize(
    "sentence",
    [
        "We sell single pole sections for £9.",
        "The Ember stove takes screw-on cartridges only.",
        "If your parcel was damaged, send us a photo within 30 days.",
        "I recommend a silicone spray for the flysheet.",
        "You can order them under Spare parts.",
        "Once your tent is dry, store it loosely.",
        "Orders sent before 2pm arrive the next day.",
        "Choose Skylark under Spare parts. On Sunday the Ember is cheaper: Ask for the price with the USB lead.",
    ],
)
def test_what_helps_anybody_is_kept_word_for_word(sentence: str) -> None:
    assert " ".join(kept(sentence)) == sentence


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("Hi there!", LeftOut.COURTESY),
        ("Hello Priya,", LeftOut.COURTESY),
        ("You're very welcome!", LeftOut.COURTESY),
        ("Sorry to hear that.", LeftOut.COURTESY),
        ("Is there anything else I can help with?", LeftOut.COURTESY),
        ("Which tent do you have?", LeftOut.COURTESY),
        ("Have a lovely weekend!", LeftOut.COURTESY),
        ("Kind regards, Anna", LeftOut.COURTESY),
        ("Anna from Fernway", LeftOut.COURTESY),
        ("Just a moment please.", LeftOut.COURTESY),
        ("Let me know how it goes.", LeftOut.COURTESY),
        ("I have looked into it.", LeftOut.CASE),
        ("I'll call the workshop.", LeftOut.CASE),
        ("Your parcel was handed to the courier.", LeftOut.CASE),
        ("Your new pole has been ordered.", LeftOut.CASE),
        ("We've refunded the full amount.", LeftOut.CASE),
        ("The driver comes tomorrow.", LeftOut.CASE),
        ("Your order number is FW-204518.", LeftOut.PERSONAL),
        ("It goes to 12 Mill Lane.", LeftOut.PERSONAL),
        ("Write to priya.nair@mail.example again.", LeftOut.PERSONAL),
        ("The pole for Priya is packed.", LeftOut.PERSONAL),
        ("Mrs Nair gets it by post.", LeftOut.PERSONAL),
        ("It was packed by Kwame.", LeftOut.NAME),
        ("Ask in the shop for Marta Kowalska.", LeftOut.NAME),
    ],
)
def test_what_concerns_one_customer_is_left_out_and_counted(sentence: str, reason: LeftOut) -> None:
    said = helpful(f"{sentence}\nWe sell single pole sections for £9.", NAMES, is_known)
    assert [line for block in said.blocks for line in block.lines] == ["We sell single pole sections for £9."]
    assert said.left_out == {reason: 1}


@pytest.mark.parametrize(
    "message",
    [
        "Hi Priya, we sell single pole sections for £9.",
        "Good morning Priya! We sell single pole sections for £9.",
        "Priya, we sell single pole sections for £9.",
        "We sell single pole sections for £9, Priya.",
    ],
)
def test_whom_it_is_said_to_is_taken_off(message: str) -> None:
    assert kept(message) == ["We sell single pole sections for £9."]


def test_steps_stay_steps() -> None:
    message = (
        "Hi Priya,\nReset it like this:\n1. Hold the button for ten seconds.\n2) Let go.\nStep 3: Plug it in.\nAnna"
    )
    assert helpful(message, NAMES).blocks == (
        Block(Kind.TEXT, ("Reset it like this:",)),
        Block(Kind.STEPS, ("Hold the button for ten seconds.", "Let go.", "Plug it in.")),
    )


def test_steps_on_one_line_are_cut_apart() -> None:
    said = helpful("1) Hold the button. 2) Let go. 3) Plug it in.")
    assert said.blocks == (Block(Kind.STEPS, ("Hold the button.", "Let go.", "Plug it in.")),)


def test_a_number_within_a_step_is_no_step() -> None:
    assert kept("1. Heat it to 200. 5 minutes are enough.") == ["Heat it to 200. 5 minutes are enough."]


def test_items_stay_items() -> None:
    assert helpful("- a damp cloth\n• mild soap").blocks == (Block(Kind.ITEMS, ("a damp cloth", "mild soap")),)


def test_no_step_goes_missing_only_what_is_personal_in_it() -> None:
    message = "1. Open My orders.\n2. Choose FW-204518, Priya.\n3. Send it to Kwame with the Skylark."
    expected = ("Open My orders.", "Choose [order number].", "Send it to [name] with the Skylark.")
    said = helpful(message, NAMES, lambda word: word in SHOP | {"My"})
    assert said.blocks == (Block(Kind.STEPS, expected),)


def test_a_message_of_courtesies_has_nothing() -> None:
    assert helpful("Hi Priya,\n\nthank you for waiting!\n\nBest wishes\nAnna", NAMES).blocks == ()
