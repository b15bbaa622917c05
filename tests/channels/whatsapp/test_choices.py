"""Choices that are typed back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from deskhand.channels.whatsapp.choices import Form, form_of, typed_choice
from deskhand.channels.whatsapp.typed_choices import with_typed_choices
from deskhand.conversation.model import Attachment, AttachmentKind, InboundEvent, InboundMessage

ORDERS = {f"id-{number}": f"Order FW-{number}00" for number in range(1, 13)}
YES_NO = {"yes": "Yes, cancel it", "no": "No"}


def test_the_forms() -> None:
    assert form_of(list(YES_NO.values())) is Form.BUTTONS
    assert form_of(list(ORDERS.values())[:10]) is Form.LIST
    assert form_of(list(ORDERS.values())) is Form.NUMBERED


@pytest.mark.parametrize("typed", ["2", " 2. ", "#2", "2)", "No. 2", "nr 2", "option 2", "Number 2!", "2️⃣", "２", "n 2"])
def test_a_number_stands_for_its_choice_where_numbers_were_shown(typed: str) -> None:
    assert typed_choice(typed, ORDERS) == "id-2"


@pytest.mark.parametrize(
    "typed", ["0", "13", "99", "2 and 3", "-2", "two orders", "2 weeks ago", "FW-200", "", "2.5", "12th", "١٢٣٤"]
)
def test_other_words_stay_words(typed: str) -> None:
    assert typed_choice(typed, ORDERS) is None


def test_a_number_is_an_answer_of_its_own_where_none_were_shown() -> None:
    assert typed_choice("2", YES_NO) is None
    assert typed_choice("2", dict(list(ORDERS.items())[:10])) is None


@pytest.mark.parametrize("typed", ["Yes, cancel it", "yes, cancel it.", " YES,  CANCEL IT! ", "Yes, cancel\u00a0it"])
def test_a_title_stands_for_its_choice(typed: str) -> None:
    assert typed_choice(typed, YES_NO) == "yes"


def test_a_title_that_two_choices_share_stands_for_neither() -> None:
    assert typed_choice("twice", {"a": "Twice", "b": "Twice"}) is None
    assert typed_choice("2", {"a": "Twice", "b": "Twice"}) == "b"


def test_nothing_on_offer_is_nothing_chosen() -> None:
    assert typed_choice("1", {}) is None


def inbound(text: str, contact: str = "A", **more: object) -> InboundMessage:
    return InboundMessage("whatsapp", contact, f"wamid.{text}", text, **more)  # type: ignore[arg-type]


class Offers:
    """An inbox that offers the same to everybody."""

    def __init__(self, offered: Mapping[str, str]) -> None:
        self.offered = offered
        self.asked: list[str] = []

    async def take(self, events: Sequence[InboundEvent]) -> None:
        raise NotImplementedError

    async def reply_choices(self, channel: str, contact_external_id: str) -> Mapping[str, str]:
        self.asked.append(contact_external_id)
        return self.offered


async def pressed(*events: InboundEvent) -> list[str | None]:
    found = await with_typed_choices(events, Offers(YES_NO))
    return [event.button_id for event in found if isinstance(event, InboundMessage)]


async def test_typed_words_become_the_press_and_stay_as_they_are() -> None:
    (event,) = await with_typed_choices([inbound("no")], Offers(YES_NO))
    assert event == inbound("no", button_id="no")


async def test_only_the_first_of_a_customers_messages_answers_what_was_asked_before() -> None:
    assert await pressed(inbound("wait"), inbound("no"), inbound("no", "B")) == [None, None, "no"]


async def test_a_press_and_a_picture_are_what_they_are() -> None:
    picture = inbound("no", attachments=(Attachment(AttachmentKind.IMAGE, "1"),))
    assert await pressed(inbound("no", button_id="other"), picture) == ["other", None]


async def test_a_long_text_does_not_ask_the_database() -> None:
    offers = Offers(YES_NO)
    await with_typed_choices([inbound("no" * 200)], offers)
    assert offers.asked == []
