"""What the assistant says, as Telegram shows it. The MarkdownV2 is read by a parser that is as strict as Telegram's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from hypothesis import example, given, settings
from hypothesis import strategies as st

from deskhand.channels.splitting import size
from deskhand.channels.telegram.keyboard import MAX_DATA_BYTES, button_id_of, callback_data, keyboard
from deskhand.channels.telegram.parts import parts_of
from deskhand.channels.telegram.place import Place
from deskhand.channels.telegram.richtext import Span, escaped, markdown_v2, plain, spans_of, split
from deskhand.conversation.model import Author, Button, Citation, Message

from .bot_api import Call, check
from .markdown_v2 import RESERVED, parse

ANNA = Place(42, 42)
IN_GROUP = Place(42, -1001234)
SAID = Message(UUID(int=1), UUID(int=2), 1, Author.ASSISTANT, "", datetime(2026, 1, 1, tzinfo=UTC))

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
MARKS = [*RESERVED, *"\\ \nab😀é", "**", "](", "https://a.example/x_y", "- "]
MARKED_TEXT = st.lists(st.sampled_from(MARKS), max_size=60).map("".join)


def parts(text: str = "", place: Place = ANNA, **fields) -> list[dict]:
    made = [part.payload for part in parts_of(replace(SAID, text=text, **fields), place)]
    for payload in made:
        while payload is not None:  # Telegram must take all of it, and what is sent instead
            check(Call(payload["method"], {"chat_id": place.chat_id, **payload["params"]}))
            payload = payload.get("instead")
    return made


def only(text: str = "", place: Place = ANNA, **fields) -> dict:
    (payload,) = parts(text, place, **fields)
    return payload["params"]


# -- escaping


@given(ANY_TEXT)
@example(RESERVED + "\\`")
@settings(max_examples=2000)
def test_an_escaped_text_is_read_as_it_was(text: str):
    parsed = parse(escaped(text))
    assert (parsed.text, parsed.entities) == (text, ())


@given(st.one_of(ANY_TEXT, MARKED_TEXT))
@example("**a****b**")
@example("**[x](https://a.example)**[y](https://b.example)")
@example("[](https://a.example)[*](http://a)\\")
@example("[a](https://a.example/\\)")
@settings(max_examples=3000)
def test_whatever_is_said_can_be_read_by_telegram(text: str):
    spans = spans_of(text)
    parsed = parse(markdown_v2(spans))
    assert parsed.text == plain(spans)


def test_bold_words_links_and_lists_keep_their_looks():
    parsed = parse(only("**Your order** FW-204_518 (£5.00!)\n- see [the *rules*](https://a.example/r)")["text"])
    assert parsed.text == "Your order FW-204_518 (£5.00!)\n• see the *rules*"
    assert parsed.bold() == ["Your order"]
    assert parsed.links() == [("the *rules*", "https://a.example/r")]


def test_a_links_address_arrives_whole():
    (link,) = parse(only("[rules](https://a.example/a_b.html?x=1&y=%20~#z)")["text"]).links()
    assert link == ("rules", "https://a.example/a_b.html?x=1&y=%20~#z")


def test_only_addresses_of_the_web_become_links():
    text = "[a](javascript:alert(1) [b](tg://user?id=1) [c](https:) [d](mailto:help@a.example) [e](/x) [f](https://[)"
    parsed = parse(only(text)["text"])
    assert parsed.links() == []
    assert "d (help@a.example)" in parsed.text


def test_sources_stand_below_the_text():
    sources = (Citation("Returns (2026)", "https://a.example/returns"), Citation("Old paper", ""))
    parsed = parse(only("30 days.", citations=sources)["text"])
    assert parsed.text == "30 days.\n\nSources:\n• Returns (2026)\n• Old paper"
    assert parsed.links() == [("Returns (2026)", "https://a.example/returns")]
    assert parse(only("Yes.", citations=sources[:1])["text"]).text == "Yes.\n\nSource:\n• Returns (2026)"


def test_what_is_sent_without_looks_names_its_addresses():
    (payload,) = parts("See **the** [rules](https://a.example/r) at [https://b.example](https://b.example).")
    bare = payload["instead"]["params"]
    assert "parse_mode" not in bare
    assert bare["text"] == "See the rules (https://a.example/r) at https://b.example."


# -- length


def test_a_short_text_is_one_message_and_a_blank_one_none():
    assert len(parts("Hello.")) == 1
    for blank in ("", " \n", "\u200b"):
        assert parts(blank) == []


def test_a_long_text_is_cut_between_paragraphs_and_loses_nothing():
    paragraphs = [f"{number}. " + "word " * 150 for number in range(12)]
    texts = [parse(payload["params"]["text"]).text for payload in parts("\n\n".join(paragraphs))]
    assert len(texts) > 1
    assert [text.split(".")[0].isdigit() for text in texts] == [True] * len(texts)
    assert " ".join(" ".join(texts).split()) == " ".join(" ".join(paragraphs).split())


def test_a_long_paragraph_is_cut_between_sentences():
    texts = [parse(payload["params"]["text"]).text for payload in parts("This is one sentence. " * 400)]
    assert len(texts) == 3
    assert all(text.endswith("sentence.") for text in texts)


def test_bold_words_and_links_across_a_cut_keep_their_looks_on_both_sides():
    spans = (Span("a" * 4000 + " " + "b" * 4000, bold=True, url="https://a.example"),)
    first, second = split(spans, 4096)
    assert parse(markdown_v2(first)).links() == [("a" * 4000, "https://a.example")]
    assert parse(markdown_v2(second)).bold() == ["b" * 4000]


def test_a_cut_does_not_go_through_an_emoji():
    family = "👨‍👩‍👧‍👦"
    cuts = split((Span(family * 1000),), 4096)
    assert "".join(plain(cut) for cut in cuts) == family * 1000
    assert all(plain(cut).startswith("👨") and plain(cut).endswith("👦") for cut in cuts)


@given(st.text(st.sampled_from("a. \n😀\u0301!é\u200b"), max_size=200), st.integers(4, 60))
@settings(max_examples=1500)
def test_no_message_is_too_long_or_blank_and_no_letter_is_lost(text: str, limit: int):
    cuts = [plain(cut) for cut in split((Span(text),), limit)]
    assert all(cut.strip() and size(cut) <= limit for cut in cuts)
    visible = "".join(text.split()).replace("\u200b", "")
    assert "".join("".join(cuts).split()).replace("\u200b", "") == visible


@given(st.text(st.sampled_from("ab_*[](). \n😀\\-"), min_size=4000, max_size=9000))
@settings(max_examples=25)
def test_any_long_text_goes_through(text: str):
    for payload in parts(text):
        assert payload["method"] == "sendMessage"


# -- buttons


def test_buttons_are_below_the_last_message():
    buttons = (Button("Yes", "/affirm", "b1"), Button("No", "/deny", "b2"))
    first, last = parts("word " * 1000, buttons=buttons)
    assert "reply_markup" not in first["params"]
    assert last["params"]["reply_markup"] == {
        "inline_keyboard": [[{"text": "Yes", "callback_data": "b1"}, {"text": "No", "callback_data": "b2"}]]
    }
    assert "/affirm" not in str(last)


def test_long_titles_stand_below_each_other():
    markup = keyboard([Button("Yes", "/a", "1"), Button("Talk to somebody in the shop", "/b", "2")])
    assert [len(row) for row in markup["inline_keyboard"]] == [1, 1]


def test_buttons_without_words_get_some():
    assert only("", buttons=(Button("Yes", "/affirm", "b1"),))["text"] == "⬇️"


def test_an_id_that_is_too_long_for_telegram_is_mapped_and_found_again():
    long = ["order:" + "x" * 80, "order:" + "y" * 80, "ü" * 33]
    data = [callback_data(one) for one in long]
    assert all(len(one.encode()) <= MAX_DATA_BYTES for one in data)
    offered = [*long, "short"]
    assert [button_id_of(one, offered) for one in data] == long
    assert button_id_of(data[0], ["short"]) == data[0]
    only("Which?", buttons=tuple(Button("One", "/x", one) for one in long))


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200))
@example("~")
@example("~" + "x" * 43)
def test_any_id_survives_the_way_to_telegram_and_back(button_id: str):
    data = callback_data(button_id)
    assert 1 <= len(data.encode()) <= MAX_DATA_BYTES
    assert button_id_of(data, [f"{button_id}-", button_id]) == button_id


# -- pictures


def test_a_picture_has_its_words_as_caption_and_its_link_instead():
    image = "https://a.example/tent_(1).jpg"
    (payload,) = parts(f"Here it is.\n\n[Picture]({image})", image=image, buttons=(Button("Yes", "/affirm", "b1"),))
    assert (payload["method"], payload["params"]["photo"]) == ("sendPhoto", image)
    assert parse(payload["params"]["caption"]).text == "Here it is."
    assert payload["params"]["reply_markup"]["inline_keyboard"]
    instead = payload["instead"]
    assert instead["method"] == "sendMessage"
    assert instead["params"]["reply_markup"]["inline_keyboard"]
    assert "Picture" in parse(instead["params"]["text"]).text


def test_words_that_are_too_long_for_a_caption_follow_the_picture():
    image = "https://a.example/tent.jpg"
    picture, words = parts("word " * 300, image=image, buttons=(Button("Yes", "/affirm", "b1"),))
    assert picture["method"] == "sendPhoto"
    assert not {"caption", "reply_markup"} & set(picture["params"])
    assert words["method"] == "sendMessage"
    assert words["params"]["reply_markup"]["inline_keyboard"]


def test_what_is_no_address_of_a_picture_is_not_sent_as_one():
    assert only("Look.", image="AgACAgIAAxkBAAI_file_id")["text"] == "Look\\."


# -- groups


def test_in_a_group_the_answer_calls_whom_it_is_for():
    parsed = parse(only("At nine.", IN_GROUP)["text"])
    assert parsed.links() == [("↩️", "tg://user?id=42")]
    assert parsed.text == "↩️ At nine."
    assert parts("", IN_GROUP) == []


def test_a_message_is_always_put_into_the_same_calls():
    message = replace(SAID, text="word " * 2000, citations=(Citation("a", "https://a.example"),))
    assert parts_of(message, ANNA) == parts_of(message, ANNA)
