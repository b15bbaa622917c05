"""python-telegram-bot's own types: what they write we read, and what we send they read."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import telegram as ptb
from hypothesis import given
from hypothesis import strategies as st
from telegram.helpers import escape_markdown

from deskhand.channels.telegram.addressing import Myself
from deskhand.channels.telegram.parts import parts_of
from deskhand.channels.telegram.place import Place
from deskhand.channels.telegram.richtext import escaped
from deskhand.channels.telegram.schema import ALLOWED_UPDATES, Update
from deskhand.channels.telegram.updates import CommandWords, events_in
from deskhand.conversation.model import (
    AttachmentKind,
    Author,
    Button,
    ContactReachable,
    InboundEdit,
    InboundMessage,
    Message,
)

from .bot_api import BOT_ID, USERNAME, BotApiDouble
from .conftest import Bot
from .markdown_v2 import parse
from .samples import pressed, wrote

NOW = datetime(2026, 7, 1, tzinfo=UTC)
ANNA = ptb.User(42, "Anna", is_bot=False)
FERN = ptb.User(BOT_ID, "Fern", is_bot=True, username=USERNAME)
HOME = ptb.Chat(42, ptb.Chat.PRIVATE, first_name="Anna")
GROUP = ptb.Chat(-1001234, ptb.Chat.SUPERGROUP, title="Campers")


def events(**happened: Any) -> tuple[Any, ...]:
    told = ptb.Update(7, **happened).to_json()
    return events_in(Update.model_validate_json(told), Myself(BOT_ID, USERNAME), CommandWords())


def message(chat: ptb.Chat = HOME, **content: Any) -> ptb.Message:
    return ptb.Message(3, NOW, chat, from_user=ANNA, **content)


def test_its_messages_are_read():
    (event,) = events(message=message(text="hi"))
    assert event == InboundMessage("telegram", "42", "42:3", "hi", order=7, contact_name="Anna")
    mention = ptb.MessageEntity(ptb.MessageEntity.MENTION, 0, len(USERNAME) + 1)
    (event,) = events(message=message(GROUP, text=f"@{USERNAME} hi", entities=[mention]))
    assert (event.text, event.contact_external_id) == ("hi", "42@-1001234")
    assert events(message=message(GROUP, text="hi")) == ()
    command = ptb.MessageEntity(ptb.MessageEntity.BOT_COMMAND, 0, 6)
    (event,) = events(message=message(text="/human", entities=[command]))
    assert event.text == CommandWords.human


def test_its_edits_presses_and_blocks_are_read():
    assert events(edited_message=message(text="ho")) == (InboundEdit("telegram", "42", "42:3", "ho"),)
    keys = ptb.InlineKeyboardMarkup([[ptb.InlineKeyboardButton("Yes", callback_data="b1")]])
    under = ptb.Message(4, NOW, HOME, from_user=FERN, text="Sure?", reply_markup=keys)
    (event,) = events(callback_query=ptb.CallbackQuery("q1", ANNA, "9", message=under, data="b1"))
    assert (event.text, event.button_id, event.external_id) == ("Yes", "b1", "callback:q1")
    gone = ptb.InaccessibleMessage(HOME, 4)
    (event,) = events(callback_query=ptb.CallbackQuery("q2", ANNA, "9", message=gone, data="b1"))
    assert event.button_id == "b1"
    blocked = ptb.ChatMemberUpdated(HOME, ANNA, NOW, ptb.ChatMemberMember(FERN), ptb.ChatMemberBanned(FERN, NOW))
    assert events(my_chat_member=blocked) == (ContactReachable("telegram", "42", reachable=False),)


def test_its_attachments_are_read():
    photo = [ptb.PhotoSize("p1", "u", 90, 90, 10), ptb.PhotoSize("p2", "u", 800, 800, 900)]
    sticker = ptb.Sticker("s", "u", 1, 1, is_animated=False, is_video=False, type="regular", emoji="👍")
    sent: list[tuple[dict[str, Any], AttachmentKind, str | None]] = [
        ({"photo": photo, "caption": "c"}, AttachmentKind.IMAGE, "p2"),
        ({"voice": ptb.Voice("v", "u", 3)}, AttachmentKind.AUDIO, "v"),
        ({"audio": ptb.Audio("a", "u", 3)}, AttachmentKind.AUDIO, "a"),
        ({"video": ptb.Video("m", "u", 1, 1, 3)}, AttachmentKind.VIDEO, "m"),
        ({"video_note": ptb.VideoNote("n", "u", 1, 3)}, AttachmentKind.VIDEO, "n"),
        ({"animation": ptb.Animation("g", "u", 1, 1, 3)}, AttachmentKind.VIDEO, "g"),
        ({"document": ptb.Document("d", "u", file_name="x.pdf")}, AttachmentKind.DOCUMENT, "d"),
        ({"sticker": sticker}, AttachmentKind.STICKER, "s"),
        ({"location": ptb.Location(-0.1, 51.5)}, AttachmentKind.LOCATION, None),
        ({"contact": ptb.Contact("+44123", "Bo")}, AttachmentKind.CONTACT, None),
        ({"dice": ptb.Dice(3, "🎲")}, AttachmentKind.UNSUPPORTED, None),
    ]
    for content, kind, media_id in sent:
        (event,) = events(message=message(**content))
        assert [(one.kind, one.media_id) for one in event.attachments] == [(kind, media_id)]


def test_what_we_ask_for_is_what_it_knows():
    assert set(ALLOWED_UPDATES) <= set(ptb.Update.ALL_TYPES)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_our_escaping_is_its_escaping(text: str):
    assert parse(escaped(text)).text == parse(escape_markdown(text, version=2)).text == text
    assert escaped(text) == escape_markdown(text, version=2)


def test_what_it_reads_of_our_message_is_what_was_said():
    text = "**Order** FW-1 is [here](https://a.example/x_(1)." + " Really!" * 3
    said = Message(UUID(int=1), UUID(int=2), 1, Author.ASSISTANT, text, NOW)
    (part,) = parts_of(replace(said, buttons=(Button("Yes", "/affirm", "b1"),)), Place(42, 42))
    parsed = parse(part.payload["params"]["text"])
    shown = ptb.Message(
        1, NOW, HOME, text=parsed.text,
        entities=[ptb.MessageEntity(one.type, one.offset, one.length, url=one.url) for one in parsed.entities],
    )  # fmt: skip
    assert parse(shown.text_markdown_v2) == parsed
    markup = ptb.InlineKeyboardMarkup.de_json(part.payload["params"]["reply_markup"], None)
    assert [(one.text, one.callback_data) for one in markup.inline_keyboard[0]] == [("Yes", "b1")]


async def test_its_bot_and_ours_speak_to_the_same_api(telegram: BotApiDouble):
    """The double is no invention of ours: another client works with it."""
    theirs = ptb.Bot("110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", base_url=f"{telegram.url}/bot")
    async with theirs:
        assert (await theirs.get_me()).username == USERNAME
        sent = await theirs.send_message(42, "Hello\\.", parse_mode="MarkdownV2")
    assert sent.message_id == 1


async def test_updates_as_it_writes_them_go_through_the_whole_channel(bot: Bot):
    told = json.loads(ptb.Update(8, message=message(text="Where is FW-1?")).to_json())
    await bot.deliver(told)
    assert bot.assistant.heard == ["Where is FW-1?"]
    for update in (wrote("x"), pressed("b1")):
        assert ptb.Update.de_json(update, None).to_dict()
