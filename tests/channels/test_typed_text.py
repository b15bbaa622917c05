from __future__ import annotations

import warnings

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rasa.core.channels.channel import UserMessage
from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from deskhand.channels.errors import ChannelError
from deskhand.channels.typed_text import MAX_CHARACTERS, as_words, clean

DOMAIN = Domain.from_dict({"intents": ["greet", "affirm", "inform"], "entities": ["order_number"]})

PAYLOADS = [
    "/restart",
    "/session_start",
    "/back",
    "/greet",
    "  /greet",
    "\t\n/greet",
    "\u00a0/greet",
    "\u3000/greet",
    "\u2028/greet",
    "\x1c/greet",
    "\x85/greet",
    "/ greet",
    "/greet ",
    "//greet",
    "/ / greet",
    "/greet@1.0",
    '/inform{"order_number": "FW-204518"}',
    '/inform@0.9{"order_number": ["FW-204518"]}',
    "/greet{not json",
    "/greet\nsecond line",
    "\ufeff/greet",
    "\u200b/greet",
    "\u202e/greet",
    "\u0301/greet",
    "／greet",
    "\u2044greet",
    "⁄/greet",
    "\u3000／ /greet",
]


def obeyed_intent(text: str) -> str | None:
    """The intent that Rasa reads out of a message by its leading slash, by Rasa's own code."""
    seen = UserMessage(text).text or ""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for domain in (DOMAIN, None):
            message = YAMLStoryReader.unpack_regex_message(Message({TEXT: seen}), domain)
            if message.get(INTENT):
                return str(message.get(INTENT)["name"])
    return None


def test_rasa_does_obey_what_is_not_made_harmless():
    assert obeyed_intent("\u3000/ greet@1.0") == "greet"
    assert obeyed_intent("/restart") == "restart"


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_typed_payload_is_only_words(payload):
    assert obeyed_intent(as_words(payload)) is None
    assert not as_words(payload).lstrip().startswith(("/", "／", "\u2044"))


@given(st.text(alphabet=st.sampled_from('/／⁄∕⧸ \t\n\x1c\x85\u00a0\u200b\ufeff\u0338greet@{}"1.0:'), max_size=30))
@example("/")
@example("/{")
@example(" / / ")
def test_no_text_at_all_is_a_payload(text):
    assert obeyed_intent(as_words(text)) is None


@given(st.text())
def test_no_text_is_a_payload_even_after_cleaning(text):
    try:
        text = clean(text)
    except ChannelError:
        return
    words = as_words(text)
    assert obeyed_intent(words) is None
    assert words


@given(st.text())
def test_text_without_a_leading_slash_is_left_alone(text):
    if not text.strip().startswith("/"):
        as_words(text)
    assert as_words("x" + text) == "x" + text


def test_the_words_after_the_slash_are_kept():
    assert as_words("/human please") == "human please"
    assert as_words("and/or") == "and/or"
    assert as_words("1/2 of it") == "1/2 of it"
    assert as_words("EXTERNAL: greet") == "EXTERNAL: greet"


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\x00", "\u200b\u200b", "\u00a0", "\x07\x08"])
def test_nothing_is_not_a_message(text):
    with pytest.raises(ChannelError) as refused:
        clean(text)
    assert refused.value.code == "empty_message"


def test_controls_go_and_lone_surrogates_are_replaced():
    assert clean("a\x00b\x1b[31mc\r\nd\te") == "ab[31mc\nd\te"
    assert clean("half \ud83d of it") == "half \ufffd of it"


@pytest.mark.parametrize("text", ["👩🏽‍🚀 hi 🎉", "שלום, איפה ההזמנה שלי?", "مرحبا", "日本語", "e\u0301", "❤️"])
def test_what_people_write_stays_as_it_is(text):
    assert clean(text) == text
    assert as_words(text) == text


def test_the_limit_counts_characters_and_not_bytes():
    assert len(clean("🎉" * MAX_CHARACTERS)) == MAX_CHARACTERS
    with pytest.raises(ChannelError) as refused:
        clean("🎉" * (MAX_CHARACTERS + 1))
    assert refused.value.code == "message_too_long"
    assert "4,000" in refused.value.message


@given(st.text(st.characters(), max_size=200))
def test_what_is_clean_can_be_stored(text):
    try:
        cleaned = clean(text)
    except ChannelError:
        return
    assert "\x00" not in cleaned
    cleaned.encode("utf-8")
    assert clean(cleaned) == cleaned
