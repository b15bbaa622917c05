"""Our reading of the Bot API held against its own description, if DESKHAND_SPECS names the folder that has it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from deskhand.channels.telegram import schema
from deskhand.channels.telegram.content import SERVICE, UNSUPPORTED
from deskhand.channels.telegram.keyboard import MAX_DATA_BYTES
from deskhand.channels.telegram.parts import MAX_CAPTION, MAX_TEXT
from deskhand.channels.telegram.setup import COMMANDS

from .bot_api import KNOWN

FOLDER = os.environ.get("DESKHAND_SPECS")
pytestmark = pytest.mark.skipif(not FOLDER, reason="DESKHAND_SPECS names no folder")

ABOUT_THE_MESSAGE = frozenset(
    """
    author_signature boost_added business_connection_id date direct_messages_topic edit_date effect_id external_reply
    forward_origin guest_bot_caller_chat guest_bot_caller_user guest_query_id has_media_spoiler has_protected_content
    is_automatic_forward is_from_offline is_paid_post link_preview_options media_group_id paid_star_count quote
    reply_to_checklist_task_id reply_to_poll_option_id reply_to_story sender_boost_count sender_business_bot sender_tag
    show_caption_above_media suggested_post_info via_bot
    """.split()  # noqa: SIM905 - a list that people read
)


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((Path(FOLDER or "") / "telegram" / "api.min.json").read_text("utf-8"))
    return found


def fields(spec: dict[str, Any], name: str) -> dict[str, Any]:
    return {one["name"]: one for one in spec["types"][name].get("fields", [])}


def read(model: type[Any]) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()}


@pytest.mark.parametrize(
    ("model", "names"),
    [
        (schema.Update, ["Update"]),
        (schema.Message, ["Message"]),
        (schema.User, ["User"]),
        (schema.Chat, ["Chat"]),
        (schema.Entity, ["MessageEntity"]),
        (schema.Location, ["Location"]),
        (schema.Venue, ["Venue"]),
        (schema.SharedContact, ["Contact"]),
        (schema.CallbackQuery, ["CallbackQuery"]),
        (schema.ChatMemberUpdated, ["ChatMemberUpdated"]),
        (schema.Button, ["InlineKeyboardButton"]),
        (schema.MediaFile, ["PhotoSize", "Voice", "Audio", "Video", "VideoNote", "Animation", "Document", "Sticker"]),
    ],
)
def test_what_is_read_is_what_telegram_sends(spec: dict[str, Any], model: type[Any], names: list[str]):
    there = set().union(*(fields(spec, name) for name in names))
    assert read(model) <= there
    needed = {field.alias or name for name, field in model.model_fields.items() if field.is_required()}
    for name in names:
        always = {field for field, told in fields(spec, name).items() if told["required"]}
        assert needed <= always, name


def test_every_field_of_a_message_is_read_or_known_for_what_it_is(spec: dict[str, Any]):
    known = read(schema.Message) | SERVICE | UNSUPPORTED | ABOUT_THE_MESSAGE
    assert set(fields(spec, "Message")) - known == set()
    assert (SERVICE | UNSUPPORTED | ABOUT_THE_MESSAGE) - set(fields(spec, "Message")) == set()


def test_the_limits_are_telegrams(spec: dict[str, Any]):
    def said(method: str, name: str) -> str:
        return next(one["description"] for one in spec["methods"][method]["fields"] if one["name"] == name)

    assert f"1-{MAX_TEXT} characters" in said("sendMessage", "text")
    assert f"0-{MAX_CAPTION} characters" in said("sendPhoto", "caption")
    assert f"1-{MAX_DATA_BYTES} bytes" in fields(spec, "InlineKeyboardButton")["callback_data"]["description"]
    assert "20MB" in spec["methods"]["getFile"]["description"][0]
    for command in COMMANDS:
        assert set(command) == set(fields(spec, "BotCommand"))


def test_the_double_knows_the_methods_as_telegram_does(spec: dict[str, Any]):
    for method, (needed, others) in KNOWN.items():
        told = spec["methods"][method].get("fields", [])
        assert needed == {one["name"] for one in told if one["required"]}, method
        assert needed | others <= {one["name"] for one in told}, method
