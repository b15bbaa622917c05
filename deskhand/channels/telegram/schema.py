"""As much of the Bot API's `Update` as Deskhand reads. Types are not guessed: a message that is half wrong is refused.

What Telegram adds tomorrow is ignored here and met in `content` by not being known.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

Id = Annotated[int, Field(ge=-(2**62), le=2**62)]
"""Telegram promises 52 bits; a database column has 64."""
PersonId = Annotated[int, Field(ge=1, le=2**62)]


class _Read(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore", frozen=True, populate_by_name=True)


class User(_Read):
    id: PersonId
    is_bot: bool = False
    first_name: str = ""
    last_name: str | None = None
    username: str | None = None

    @property
    def full_name(self) -> str | None:
        return " ".join(name for name in (self.first_name, self.last_name) if name) or None


class Chat(_Read):
    id: Id
    type: str

    @property
    def is_private(self) -> bool:
        return self.type == "private"

    @property
    def is_group(self) -> bool:
        return self.type in {"group", "supergroup"}


class Entity(_Read):
    type: str
    offset: Annotated[int, Field(ge=0)]
    """In UTF-16 units, as the length."""
    length: Annotated[int, Field(ge=0)]
    user: User | None = None


class MediaFile(_Read):
    """Photos' sizes, voices, videos, documents, stickers: whatever has a file."""

    file_id: str
    file_size: Annotated[int, Field(ge=0, le=2**62)] | None = None
    mime_type: str | None = None
    file_name: str | None = None
    emoji: str | None = None
    is_animated: bool = False
    is_video: bool = False
    """Of stickers, of which the Bot API tells no type."""
    width: int = 0
    height: int = 0


class Location(_Read):
    latitude: FiniteFloat
    longitude: FiniteFloat


class Venue(_Read):
    location: Location
    title: str
    address: str


class SharedContact(_Read):
    first_name: str
    last_name: str | None = None
    phone_number: str = ""


class Button(_Read):
    text: str
    callback_data: str | None = None


class Keyboard(_Read):
    inline_keyboard: tuple[tuple[Button, ...], ...] = ()


class RepliedTo(_Read):
    sender: User | None = Field(default=None, alias="from")


class Message(_Read):
    model_config = ConfigDict(extra="allow")

    message_id: Id
    chat: Chat
    sender: User | None = Field(default=None, alias="from")
    sender_chat: Chat | None = None
    """Set when somebody writes in the name of a group or channel: nobody knows who."""
    message_thread_id: Id | None = None
    is_topic_message: bool = False
    reply_to_message: RepliedTo | None = None
    reply_markup: Keyboard | None = None
    text: str | None = None
    entities: tuple[Entity, ...] = ()
    caption: str | None = None
    caption_entities: tuple[Entity, ...] = ()
    photo: tuple[MediaFile, ...] = ()
    animation: MediaFile | None = None
    audio: MediaFile | None = None
    document: MediaFile | None = None
    sticker: MediaFile | None = None
    video: MediaFile | None = None
    video_note: MediaFile | None = None
    voice: MediaFile | None = None
    location: Location | None = None
    venue: Venue | None = None
    contact: SharedContact | None = None
    migrate_to_chat_id: Id | None = None
    migrate_from_chat_id: Id | None = None

    @property
    def unread_fields(self) -> frozenset[str]:
        """The names of everything else that it holds."""
        extra: dict[str, Any] = self.model_extra or {}
        return frozenset(name for name, value in extra.items() if value is not None and value is not False)


class CallbackQuery(_Read):
    id: Annotated[str, Field(min_length=1, max_length=256)]
    sender: User = Field(alias="from")
    message: Message | None = None
    data: str | None = None


class ReactionType(_Read):
    type: str
    emoji: str | None = None
    """Of the usual ones. Of a premium customer's own drawings there is only a number."""


class MessageReaction(_Read):
    chat: Chat
    message_id: Id
    sender: User | None = Field(default=None, alias="user")
    """Nobody, where somebody reacts in the name of a group or channel."""
    date: Annotated[int, Field(ge=0, le=2**62)]
    new_reaction: tuple[ReactionType, ...] = ()
    """What it is now: empty when it was taken back."""


class ChatMember(_Read):
    status: str


class ChatMemberUpdated(_Read):
    chat: Chat
    sender: User = Field(alias="from")
    new_chat_member: ChatMember


class Update(_Read):
    update_id: Annotated[int, Field(ge=0, le=2**62)]
    message: Message | None = None
    edited_message: Message | None = None
    callback_query: CallbackQuery | None = None
    message_reaction: MessageReaction | None = None
    my_chat_member: ChatMemberUpdated | None = None

    @property
    def chat(self) -> Chat | None:
        """Where it happened."""
        for happened in (self.message, self.edited_message, self.message_reaction, self.my_chat_member):
            if happened is not None:
                return happened.chat
        return self.callback_query.message.chat if self.callback_query and self.callback_query.message else None


class NumberedUpdate(_Read):
    """An update of which only the number can be read."""

    update_id: Annotated[int, Field(ge=0, le=2**62)]


ALLOWED_UPDATES = tuple(name for name in Update.model_fields if name != "update_id")
"""What Telegram is asked to send."""
