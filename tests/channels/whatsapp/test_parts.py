"""What a message becomes on WhatsApp: nothing too long, nothing lost."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskhand.channels.output import reply_from
from deskhand.channels.whatsapp.parts import BY_NUMBER, CHOOSE, as_words, bodies, template
from deskhand.conversation.model import Author, Button, Citation, Message

from .cloud_api import complaints_about
from .webhooks import PHONE


def said(text: str = "", *titles: str, **more: Any) -> Message:
    buttons = tuple(Button(title, f"/choose_{at}", f"id-{at}") for at, title in enumerate(titles, 1))
    return Message(
        UUID(int=1), UUID(int=2), 1, Author.ASSISTANT, text, datetime(2026, 1, 1, tzinfo=UTC), buttons, **more
    )


def taken(message: Message) -> list[dict[str, Any]]:
    """The bodies, all of which Meta would take."""
    made = bodies(message)
    for body in made:
        assert (
            complaints_about({"messaging_product": "whatsapp", "recipient_type": "individual", "to": PHONE, **body})
            == []
        )
    return made


def words_of(body: dict[str, Any]) -> str:
    kind = body["type"]
    if kind == "interactive":
        return str(body["interactive"]["body"]["text"])
    return str(body["text"]["body"]) if kind == "text" else str(body[kind].get("caption", ""))


# -- words


def test_a_text() -> None:
    assert taken(said("Your order is on its way.")) == [
        {"type": "text", "text": {"body": "Your order is on its way.", "preview_url": False}}
    ]


def test_nothing_to_say_is_no_call() -> None:
    assert bodies(said(" \n")) == []


def test_markup_is_whatsapps_own() -> None:
    text = "It is **ready**. See [your order](https://shop.example/o/1) or [write](mailto:help@shop.example?subject=x)."
    (body,) = taken(said(text))
    assert words_of(body) == "It is *ready*. See your order (https://shop.example/o/1) or write (help@shop.example)."


def test_a_link_that_leads_nowhere_safe_is_only_its_label() -> None:
    (body,) = taken(said("[Press me](javascript:alert(1)) now"))
    assert "javascript" not in words_of(body)


def test_sources_stand_below_the_answer() -> None:
    cited = (Citation("Returns", "https://shop.example/returns"), Citation("In the shop", ""))
    (body,) = taken(said("Within 30 days.", citations=cited))
    assert words_of(body) == "Within 30 days.\n\nSources:\n• Returns: https://shop.example/returns\n• In the shop"


def test_a_long_text_is_cut_after_sentences() -> None:
    sentences = [f"This is sentence number {number} of a long answer." for number in range(300)]
    made = [words_of(body) for body in taken(said(" ".join(sentences)))]
    assert len(made) == 4
    assert all(part.endswith("answer.") for part in made)
    assert " ".join(made) == " ".join(sentences)


# -- choices


def test_up_to_three_choices_are_buttons() -> None:
    (body,) = taken(said("Shall I cancel it?", "Yes", "No", "Talk to a person"))
    buttons = [each["reply"] for each in body["interactive"]["action"]["buttons"]]
    assert words_of(body) == "Shall I cancel it?"
    assert buttons == [
        {"id": "id-1", "title": "Yes"},
        {"id": "id-2", "title": "No"},
        {"id": "id-3", "title": "Talk to a person"},
    ]


def test_more_choices_are_a_list() -> None:
    (body,) = taken(said("Which order?", *(f"Order FW-{number}" for number in range(10))))
    assert body["interactive"]["type"] == "list"
    (section,) = body["interactive"]["action"]["sections"]
    assert section["rows"][9] == {"id": "id-10", "title": "Order FW-9"}


def test_a_title_too_long_for_a_row_stands_whole_below_it() -> None:
    long = "Something else that has to do with my account"
    (body,) = taken(said("What is it about?", "An order", long))
    rows = body["interactive"]["action"]["sections"][0]["rows"]
    assert rows[0] == {"id": "id-1", "title": "An order"}
    assert rows[1] == {"id": "id-2", "title": "Something else that has…", "description": long}


@pytest.mark.parametrize(
    "titles",
    [
        [f"Order {number}" for number in range(11)],
        ["Yes", "Y" * 73],
        ["Twice", "Twice"],
        ["The same beginning, then one end", "The same beginning, then another"],
    ],
)
def test_what_fits_no_list_is_numbered(titles: list[str]) -> None:
    (body,) = taken(said("Which one?", *titles))
    assert body["type"] == "text"
    lines = words_of(body).split("\n")
    assert lines[0] == "Which one?"
    assert lines[2:-2] == [f"{number}. {title}" for number, title in enumerate(titles, 1)]
    assert lines[-1] == BY_NUMBER


def test_choices_without_words_still_have_a_line_above_them() -> None:
    (body,) = taken(said("", "Yes", "No"))
    assert words_of(body) == CHOOSE


def test_long_words_go_before_the_choices() -> None:
    made = taken(said("One sentence. " * 200, "Yes", "No"))
    assert [body["type"] for body in made] == ["text", "interactive"]
    assert words_of(made[1]) == CHOOSE


def test_payloads_never_leave_the_server() -> None:
    for titles in (["Yes"], [f"Row {number}" for number in range(5)], [f"Row {number}" for number in range(20)]):
        assert "/choose" not in str(bodies(said("Which?", *titles)))


# -- pictures and documents


def response(**message: Any) -> Message:
    """As a response of Rasa's comes through the store."""
    reply = reply_from(message)
    assert reply is not None
    return said(reply.text, *(button.title for button in reply.buttons), image=reply.image)


def test_a_picture_has_the_words_as_its_caption() -> None:
    (body,) = taken(response(text="Here it is.", image="https://shop.example/a.png"))
    assert body == {"type": "image", "image": {"link": "https://shop.example/a.png", "caption": "Here it is."}}


def test_words_too_long_for_a_caption_follow_the_picture() -> None:
    made = taken(response(text="Word. " * 300, image="https://shop.example/a.png"))
    assert [body["type"] for body in made] == ["image", "text"]
    assert "caption" not in made[0]["image"]


def test_a_picture_with_choices_comes_before_them() -> None:
    made = taken(response(text="This one?", image="https://shop.example/a.png", buttons=[{"title": "Yes"}]))
    assert [body["type"] for body in made] == ["image", "interactive"]


def test_a_document_has_its_name() -> None:
    (body,) = taken(response(text="Your label", attachment="https://shop.example/l/return%20label.pdf?x=1"))
    assert body["document"] == {
        "link": "https://shop.example/l/return%20label.pdf?x=1",
        "filename": "return label.pdf",
        "caption": "Your label",
    }


def test_a_picture_that_cannot_be_fetched_is_said_in_words() -> None:
    (body,) = taken(response(text="Here it is.", image="https://shop.example/a.png"))
    assert words_of(as_words(body) or {}) == "Here it is.\n\nhttps://shop.example/a.png"
    assert as_words({"type": "text", "text": {"body": "x"}}) is None


def test_a_link_within_a_sentence_is_no_document() -> None:
    (body,) = taken(said("Read [Document](https://shop.example/a) first."))
    assert body["type"] == "text"


# -- templates


def test_template() -> None:
    body = template("follow_up", "en_GB", ["Sam"])
    assert body["template"]["components"] == [{"type": "body", "parameters": [{"type": "text", "text": "Sam"}]}]
    assert (
        complaints_about({"messaging_product": "whatsapp", "recipient_type": "individual", "to": PHONE, **body}) == []
    )


# -- whatever the assistant says


@given(
    st.text(alphabet=st.characters(codec="utf-8"), max_size=3000),
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zs"]), min_size=1, max_size=100), max_size=14
    ),
    st.integers(1, 6),
)
def test_whatever_is_said_meta_takes_it(text: str, titles: list[str], times: int) -> None:
    titles = [title for title in titles if title.strip()]
    message = said(text * times, *titles)
    assert taken(message) == taken(message)
