"""A bot on a real server with real delivery and a real database: what customers write, and what they get."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest

from deskhand.channels.telegram.client import BotApi
from deskhand.conversation.model import Author, Button, Citation, Reply
from deskhand.store.database import Database
from deskhand.store.telegram_groups import move_group

from .bot_api import BotApiDouble, Fault
from .conftest import PATH, SECRET, Bot
from .markdown_v2 import parse
from .samples import ANNA, BEN, GROUP, became, message, pressed, update, wrote

NEW_GROUP = {"id": -1009999, "type": "supergroup", "title": "Campers"}


async def test_a_customer_writes_and_is_answered(bot: Bot):
    await bot.deliver(wrote("Where is order FW-1?"))
    assert bot.assistant.heard == ["Where is order FW-1?"]
    assert bot.texts()[-1] == "re: Where is order FW\\-1?"
    assert bot.telegram.problems == []


async def test_repeated_shuffled_and_simultaneous_deliveries_are_one_message_each(bot: Bot):
    people = [{**ANNA, "id": number} for number in range(100, 110)]
    told = [wrote(f"{number} of {person['id']}", sender=person) for number in range(3) for person in people]
    posts = told * 3
    random.Random(1).shuffle(posts)
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}

    async def until_it_is_taken(one: dict[str, Any]) -> int:
        """As Telegram does, also of a server that is too busy on a slow machine."""
        while (status := (await bot.client.post(PATH, headers=headers, json=one)).status_code) == 503:
            await asyncio.sleep(0.1)
        return status

    assert set(await asyncio.gather(*(until_it_is_taken(one) for one in posts))) == {200}
    await bot.settled()
    assert await bot.scalar("SELECT count(*) FROM deskhand.messages WHERE author = 'contact'") == len(told)
    for person in people:
        heard = "\n".join(one for one in bot.assistant.heard if f"of {person['id']}" in one).split("\n")
        assert sorted(heard) == [f"{number} of {person['id']}" for number in range(3)]


async def test_an_edited_message_changes_what_is_stored_and_asks_nothing(bot: Bot):
    told = wrote("Where is FW-1?")
    await bot.deliver(told)
    before = len(bot.telegram.sent())
    await bot.deliver(update(edited_message={**told["message"], "text": "Where is FW-2?", "edit_date": 1}))
    assert await bot.scalar("SELECT text FROM deskhand.messages WHERE author = 'contact'") == "Where is FW-2?"
    assert bot.assistant.heard == ["Where is FW-1?"]
    assert len(bot.telegram.sent()) == before


async def test_a_button_that_is_pressed_says_what_it_means(bot: Bot):
    async def asks(words: str) -> list[Reply]:
        buttons = (Button("Yes", "/affirm"), Button("No", "/deny"))
        return [Reply("Cancel FW-1?", buttons, (Citation("Rules", "https://a.example/r"),))]

    bot.assistant.answering = asks
    await bot.deliver(wrote("cancel it"))
    asked = bot.telegram.sent()[-1]
    assert parse(asked["text"]).text == "Cancel FW-1?\n\nSource:\n• Rules"
    yes = asked["reply_markup"]["inline_keyboard"][0][0]
    assert yes["text"] == "Yes"
    bot.assistant.answering = None
    press = pressed(yes["callback_data"], "Yes")
    await bot.deliver(press, press)
    assert bot.assistant.heard == ["cancel it", "/affirm"]
    said = "SELECT text FROM deskhand.messages WHERE author = 'contact' ORDER BY seq"
    assert [row.text for row in await bot.rows(said)] == ["cancel it", "Yes"]
    assert {one["callback_query_id"] for one in bot.telegram.sent("answerCallbackQuery")} == {
        press["callback_query"]["id"]
    }


async def test_a_typed_payload_is_text(bot: Bot):
    await bot.deliver(wrote('/cancel_order{"order_number": "FW-1"}'))
    assert [one for one in bot.assistant.heard if one.startswith("/")] == []


async def test_a_photo_is_kept_for_agents(bot: Bot):
    bot.telegram.files["documents/p1"] = b"\xff\xd8\xff\xe0 a photo"
    photo = [{"file_id": "p1", "file_unique_id": "u", "width": 9, "height": 9, "file_size": 77}]
    await bot.deliver(update(message=message(photo=photo, caption="The zip is broken")))
    (stored,) = await bot.rows("SELECT text, attachments FROM deskhand.messages WHERE author = 'contact'")
    assert stored.text == "The zip is broken"
    assert [(one["kind"], one["media_id"], one["size"]) for one in stored.attachments] == [("image", "p1", 77)]
    (kept,) = await bot.rows("SELECT content FROM deskhand.kept_media")
    assert bytes(kept.content) == bot.telegram.files["documents/p1"]
    assert bot.assistant.heard == ["The zip is broken"]


async def test_a_voice_without_words_is_acknowledged(bot: Bot):
    voice = {"file_id": "v", "file_unique_id": "u", "duration": 3}
    await bot.deliver(update(message=message(voice=voice)))
    assert bot.assistant.heard == []
    assert bot.texts()


async def test_a_reminder_is_sent_like_an_answer(bot: Bot):
    await bot.deliver(wrote("hi"))
    conversation_id = await bot.scalar("SELECT id FROM deskhand.conversations")
    await bot.channel.get_output_channel().send_text_message(str(conversation_id), "Still there?")
    await bot.settled()
    assert bot.texts()[-1] == "Still there?"


@pytest.mark.slow
async def test_hostile_values_that_telegram_may_pass_on_are_kept_or_left_out(bot: Bot):
    odd = ["\0", "a\0b", "\u202e\u200b", "\u200b", "x" * 5000, "/" * 4096, "{{7*7}}", "'; DROP TABLE x; --", "%s %(x)s"]
    for text in odd:
        await bot.deliver(wrote(text, entities=[]))
        await bot.deliver(pressed(text or "x", text))
        document = {"file_id": text, "file_unique_id": "u", "file_name": text, "mime_type": text}
        await bot.deliver(update(message=message(document=document, caption=text)))
    assert await bot.scalar("SELECT count(*) FROM deskhand.messages WHERE author = 'contact'") == 3 * len(odd)
    assert [one for one in bot.assistant.heard if one.startswith("/")] == []
    assert bot.telegram.problems == []


# -- limits and failures


async def test_429_is_obeyed_and_the_message_arrives_once(bot: Bot):
    asked = asyncio.get_running_loop().time()
    bot.telegram.fail("sendMessage", Fault(429, "Too Many Requests: retry after 1", {"retry_after": 1}))
    await bot.deliver(wrote("hi"))
    assert asyncio.get_running_loop().time() - asked >= 1
    assert bot.texts().count("re: hi") == 1


async def test_who_blocks_the_bot_is_unreachable_until_they_write_again(bot: Bot):
    unreachable = "SELECT unreachable_at IS NOT NULL FROM deskhand.contacts WHERE external_id = '42'"
    await bot.deliver(wrote("hi"))
    await bot.deliver(became("kicked"))
    assert await bot.scalar(unreachable) is True
    await bot.deliver(became("member"))
    assert await bot.scalar(unreachable) is False
    bot.telegram.fail("sendMessage", Fault(403, "Forbidden: bot was blocked by the user"))
    await bot.deliver(wrote("again"))
    assert await bot.scalar(unreachable) is True
    await bot.deliver(wrote("here I am"))
    assert await bot.scalar(unreachable) is False
    assert bot.texts()[-1] == "re: here I am"


async def test_what_telegram_refuses_is_visible_as_failed(bot: Bot):
    bot.telegram.fail("sendMessage", Fault(400, "Bad Request: something of tomorrow"))
    await bot.deliver(wrote("hi"))
    failed = await bot.rows("SELECT delivery_cause, delivery_code FROM deskhand.messages WHERE delivery = 'failed'")
    assert [tuple(one) for one in failed] == [("refused", "400")]


# -- groups


async def test_people_in_a_group_are_answered_there_each_for_themselves(bot: Bot):
    await bot.deliver(
        wrote("what do they cost?", chat=GROUP, sender=BEN),
        wrote("@FernwayBot when do you open?", chat=GROUP, sender=ANNA),
        wrote("@FernwayBot where are you?", chat=GROUP, sender=BEN),
    )
    assert sorted(bot.assistant.heard) == ["when do you open?", "where are you?"]
    assert await bot.scalar("SELECT count(*) FROM deskhand.conversations") == 2
    answers = [parse(one).links()[0][1] + parse(one).text for one in bot.texts(GROUP["id"]) if "re:" in one]
    assert sorted(answers) == ["tg://user?id=42↩️ re: when do you open?", "tg://user?id=43↩️ re: where are you?"]
    assert bot.texts(42) == []


async def test_a_conversation_goes_on_when_its_group_moves(bot: Bot):
    await bot.deliver(wrote("@FernwayBot hi", chat=GROUP))
    await bot.deliver(update(message=message(chat=NEW_GROUP, migrate_from_chat_id=GROUP["id"])))
    await bot.deliver(wrote("@FernwayBot still me", chat=NEW_GROUP))
    assert await bot.scalar("SELECT count(*) FROM deskhand.conversations") == 1
    assert parse(bot.texts(NEW_GROUP["id"])[-1]).text == "↩️ re: still me"
    assert bot.texts(GROUP["id"])[-1] != bot.texts(NEW_GROUP["id"])[-1]


async def test_a_message_to_a_group_that_has_moved_follows_it(bot: Bot):
    await bot.deliver(wrote("@FernwayBot hi", chat=GROUP))
    moved = Fault(400, "Bad Request: group chat was upgraded", {"migrate_to_chat_id": NEW_GROUP["id"]})
    bot.telegram.fail("sendMessage", moved)
    await bot.deliver(wrote("@FernwayBot and now?", chat=GROUP))
    assert parse(bot.texts(NEW_GROUP["id"])[-1]).text == "↩️ re: and now?"
    assert await bot.scalar("SELECT external_id FROM deskhand.contacts") == f"42@{NEW_GROUP['id']}"


async def test_who_wrote_in_the_new_group_before_the_move_was_told_is_one_contact(bot: Bot, db: Database):
    await bot.deliver(wrote("@FernwayBot old", chat=GROUP))
    await bot.deliver(wrote("@FernwayBot new", chat=NEW_GROUP))
    for _ in range(2):
        assert await move_group(db, GROUP["id"], NEW_GROUP["id"]) == 1
    await bot.deliver(wrote("@FernwayBot newer", chat=NEW_GROUP))
    assert await bot.scalar("SELECT count(*) FROM deskhand.conversations WHERE status <> 'resolved'") == 1
    assert parse(bot.texts(NEW_GROUP["id"])[-1]).text == "↩️ re: newer" or bot.texts(GROUP["id"])


async def test_a_group_whose_number_begins_alike_does_not_move(bot: Bot, db: Database):
    alike = {**GROUP, "id": int(f"{GROUP['id']}5")}
    await bot.deliver(wrote("@FernwayBot hi", chat=alike))
    assert await move_group(db, GROUP["id"], NEW_GROUP["id"]) == 0


# -- what agents say


async def test_what_the_history_says_is_what_the_customer_got(bot: Bot):
    await bot.deliver(wrote("hi"))
    conversation_id = await bot.scalar("SELECT id FROM deskhand.conversations")
    said = [one for one in await bot.conversations.history(conversation_id) if one.author is Author.ASSISTANT]
    assert [parse(one).text for one in bot.texts()] == [one.text for one in said]


async def test_the_server_starts_while_telegram_is_away(bot: Bot, telegram: BotApiDouble, api: BotApi):
    telegram.fail("sendMessage", *[Fault(drops=True)] * 2)
    await bot.deliver(wrote("hi"))
    assert bot.texts()[-1] == "re: hi"
