"""Whether a message in a group is for the assistant, and its words without the assistant's name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from deskhand.channels.telegram.schema import Entity, Message


@dataclass(frozen=True)
class Myself:
    """The bot, as Telegram knows it."""

    id: int
    username: str


def is_addressed(message: Message, me: Myself) -> bool:
    """Mentioned by name, called by a command with the name behind it, or replied to."""
    replied_to = message.reply_to_message
    if replied_to is not None and replied_to.sender is not None and replied_to.sender.id == me.id:
        return True
    return any(True for _ in _mentions(message, me))


def words_of(message: Message, me: Myself | None) -> str:
    """The text or caption. Where the assistant was mentioned, without its name."""
    units = _utf16(message)
    for start, end in sorted(_mentions(message, me), reverse=True) if me else ():
        units = units[: 2 * start] + units[2 * end :]
    return units.decode("utf-16-le", "replace").strip()


@dataclass(frozen=True)
class Command:
    name: str
    """In small letters, without the slash and the bot's name."""
    argument: str


def command_of(message: Message) -> Command | None:
    """The command that a message is, if it begins with one."""
    for entity in message.entities:
        if entity.type == "bot_command" and entity.offset == 0:
            units = _utf16(message)
            name = _slice(units, 0, entity.length).removeprefix("/").partition("@")[0]
            return Command(name.lower(), _slice(units, entity.length, len(units)).strip())
    return None


def _mentions(message: Message, me: Myself) -> Iterator[tuple[int, int]]:
    """Where the bot is named: from, to, in UTF-16 units. Of a command it is the part behind the command."""
    units = _utf16(message)
    name = f"@{me.username}".lower()
    for entity in _entities(message):
        start, end = entity.offset, entity.offset + entity.length
        words = _slice(units, start, end).lower()
        called = entity.type in {"mention", "bot_command"} and words.endswith(name)
        if called or (entity.type == "text_mention" and entity.user is not None and entity.user.id == me.id):
            yield (end - len(name) if called else start), end


def _entities(message: Message) -> tuple[Entity, ...]:
    return message.entities if message.text is not None else message.caption_entities


def _utf16(message: Message) -> bytes:
    text = message.text if message.text is not None else message.caption
    return (text or "").encode("utf-16-le")


def _slice(units: bytes, start: int, end: int) -> str:
    return units[2 * start : 2 * end].decode("utf-16-le", "replace")
