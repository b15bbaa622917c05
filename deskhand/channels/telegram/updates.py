"""From Telegram's updates to what happened. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from deskhand.channels.telegram.addressing import Myself, command_of, is_addressed, words_of
from deskhand.channels.telegram.content import attachments_of
from deskhand.channels.telegram.place import Place
from deskhand.channels.telegram.schema import (
    CallbackQuery,
    Chat,
    ChatMemberUpdated,
    Message,
    MessageReaction,
    Update,
    User,
)
from deskhand.channels.typed_text import tidied
from deskhand.conversation.model import (
    ContactReachable,
    InboundEdit,
    InboundEvent,
    InboundMessage,
    InboundReaction,
)

CHANNEL = "telegram"
_SENT_BACK = {"member": True, "kicked": False}
"""What becomes of us in a private chat: unblocked, blocked."""
UNKNOWN_REACTION = "❔"
"""For a drawing of a customer's own."""


@dataclass(frozen=True)
class CommandWords:
    """What customers say by a command, in the business's language. Rasa hears the words, and agents read them."""

    start: str = "What can you do?"
    """The greeting comes by itself, and before the answer."""
    help: str = "What can you do?"
    human: str = "I would like to talk to a person"
    start_payloads: Mapping[str, str] = field(default_factory=dict)
    """By what stands behind `?start=` in a link to the bot."""


@dataclass(frozen=True)
class ChatMoved:
    """A group has become a supergroup, which has another id."""

    from_chat_id: int
    to_chat_id: int


def events_in(update: Update, me: Myself | None, words: CommandWords) -> tuple[InboundEvent, ...]:
    """What a customer did. Nothing for what is not for us. `me` is needed for what happens in a group."""
    if update.message is not None:
        return _message(update.message, update.update_id, me, words)
    if update.edited_message is not None:
        return _edit(update.edited_message, me, words)
    if update.callback_query is not None:
        return _press(update.callback_query, update.update_id)
    if update.message_reaction is not None:
        return _reaction(update.message_reaction, update.update_id)
    if update.my_chat_member is not None:
        return _reachable(update.my_chat_member)
    return ()


def chat_moved(update: Update) -> ChatMoved | None:
    """Told twice: in the old group and in the new one."""
    message = update.message
    if message is not None and message.migrate_to_chat_id is not None:
        return ChatMoved(message.chat.id, message.migrate_to_chat_id)
    if message is not None and message.migrate_from_chat_id is not None:
        return ChatMoved(message.migrate_from_chat_id, message.chat.id)
    return None


def message_id(chat_id: int, number: int) -> str:
    """Telegram counts messages within a chat."""
    return f"{chat_id}:{number}"


def _message(message: Message, order: int, me: Myself | None, words: CommandWords) -> tuple[InboundEvent, ...]:
    writer = _writer(message, me)
    if writer is None:
        return ()
    text, attachments = _words(message, me, words), attachments_of(message)
    if not text and not attachments:
        if message.text is None:
            return ()  # Telegram's own notice, such as somebody's joining
        text = words.start  # nothing but our name
    return (
        InboundMessage(
            channel=CHANNEL,
            contact_external_id=writer.external_id,
            external_id=message_id(message.chat.id, message.message_id),
            text=text,
            order=order,
            attachments=attachments,
            contact_name=message.sender.full_name if message.sender else None,
        ),
    )


def _edit(message: Message, me: Myself | None, words: CommandWords) -> tuple[InboundEvent, ...]:
    # Also where it does not mention us any more: it may have done before.
    writer = _writer(message, me, addressed=True)
    # A live location is "edited" with every step that somebody takes.
    if writer is None or (message.text is None and message.caption is None):
        return ()
    number = message_id(message.chat.id, message.message_id)
    return (InboundEdit(CHANNEL, writer.external_id, number, _words(message, me, words)),)


def _press(query: CallbackQuery, order: int) -> tuple[InboundEvent, ...]:
    message = query.message
    place = _place(query.sender, message.chat, message) if message is not None else None
    if message is None or place is None or query.data is None:
        return ()  # of an inline message or a game, which we do not send
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    titles = (button.text for row in rows for button in row if button.callback_data == query.data)
    return (
        InboundMessage(
            channel=CHANNEL,
            contact_external_id=place.external_id,
            external_id=f"callback:{query.id}",
            text=next(titles, ""),
            button_id=query.data,
            order=order,
            contact_name=query.sender.full_name,
        ),
    )


def _reaction(reaction: MessageReaction, order: int) -> tuple[InboundEvent, ...]:
    """In a group's topic it is not told which one, so there it finds no conversation."""
    sender = reaction.sender
    if sender is None or sender.is_bot or not (reaction.chat.is_private or reaction.chat.is_group):
        return ()
    emoji = "".join(tidied(one.emoji) if one.emoji else UNKNOWN_REACTION for one in reaction.new_reaction)
    who = Place(sender.id, reaction.chat.id).external_id
    return (InboundReaction(CHANNEL, who, message_id(reaction.chat.id, reaction.message_id), emoji, order),)


def _reachable(change: ChatMemberUpdated) -> tuple[InboundEvent, ...]:
    reachable = _SENT_BACK.get(change.new_chat_member.status)
    if not change.chat.is_private or reachable is None or change.chat.id != change.sender.id:
        return ()
    return (ContactReachable(CHANNEL, str(change.sender.id), reachable),)


def _writer(message: Message, me: Myself | None, *, addressed: bool = False) -> Place | None:
    """Whom to answer and where; None for what is not from a person or not for us."""
    if message.sender is None or message.sender.is_bot or message.sender_chat is not None:
        return None
    if message.chat.is_group and not addressed and (me is None or not is_addressed(message, me)):
        return None
    return _place(message.sender, message.chat, message)


def _place(sender: User, chat: Chat, message: Message) -> Place | None:
    if chat.is_private:
        return Place(sender.id, sender.id) if chat.id == sender.id else None
    if not chat.is_group:
        return None  # a broadcast channel
    return Place(sender.id, chat.id, message.message_thread_id if message.is_topic_message else None)


def _words(message: Message, me: Myself | None, words: CommandWords) -> str:
    command = command_of(message)
    if command is None or command.name not in {"start", "help", "human"}:
        return words_of(message, me if message.chat.is_group else None)
    if command.name == "start" and command.argument in words.start_payloads:
        return words.start_payloads[command.argument]
    said = {"start": words.start, "help": words.help, "human": words.human}[command.name]
    # "/help with my order" says more than "/help" does; what stands behind /start is no words of the customer's.
    return said if command.name == "start" or not command.argument else f"{said}: {command.argument}"
