"""Telegram, as delivery uses it."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any

from deskhand.channels.delivery.contracts import Address, Limits, Part, SendResult, Sent
from deskhand.channels.errors import MediaUnavailable
from deskhand.channels.file_types import check_type, checked, type_of
from deskhand.channels.telegram.client import BotApi, FileTooLarge
from deskhand.channels.telegram.errors import TelegramError, TelegramRefused, is_about_looks, meaning
from deskhand.channels.telegram.parts import parts_of
from deskhand.channels.telegram.place import Place, place_of
from deskhand.channels.telegram.updates import CHANNEL, ChatMoved, message_id
from deskhand.conversation.model import Attachment, Message

log = logging.getLogger(__name__)

MAX_FILE_BYTES = 20 * 1024 * 1024
"""What the Bot API lets bots download."""

LIMITS = Limits(per_second=25, seconds_between=1.0, burst=3)
"""Below "about 30 a second" and "one a second in a chat, with short bursts". A group's 20 a minute, which depends on
all who write there, is left to Telegram's 429."""

Moved = Callable[[ChatMoved], Awaitable[object]]


class TelegramConnection:
    """`deskhand.channels.delivery.contracts.Connection`."""

    name = CHANNEL
    limits = LIMITS

    def __init__(self, api: BotApi, on_moved: Moved) -> None:
        """`on_moved` is told when Telegram refuses a group's old id and names the new one."""
        self._api = api
        self._on_moved = on_moved

    def parts(self, message: Message, address: Address) -> Sequence[Part]:
        return parts_of(message, place_of(address.external_id))

    async def send(self, part: Part, address: Address, idempotency_key: str) -> SendResult:
        """The key is unused: the Bot API knows none."""
        place = place_of(address.external_id)
        try:
            return await self._send(part.payload, place)
        except TelegramError as exc:
            return meaning(exc, in_group=place.is_group)

    async def show_typing(self, address: Address, external_id: str | None) -> None:
        """Shown for five seconds at most. Telegram has no read mark for bots."""
        try:
            await self._api.call("sendChatAction", {**_to(place_of(address.external_id)), "action": "typing"})
        except TelegramError as exc:
            log.info("Typing could not be shown on Telegram: %s", exc)

    async def fetch(self, attachment: Attachment) -> AsyncIterator[bytes]:
        """Raises `MediaUnavailable`."""
        _refuse_size(attachment.size)
        if attachment.media_id is None:
            raise MediaUnavailable("This has no file.")
        mime_type = type_of(attachment.mime_type, attachment.file_name)
        check_type(attachment.kind, mime_type)
        try:
            file = await self._api.call("getFile", {"file_id": attachment.media_id})
            path = file.get("file_path") if isinstance(file, dict) else None
            if not isinstance(path, str):
                raise MediaUnavailable("Telegram does not say where the file is.")
            _refuse_size(file.get("file_size"))
            async for chunk in checked(self._api.download(path, MAX_FILE_BYTES), mime_type):
                yield chunk
        except TelegramError as exc:
            raise MediaUnavailable(str(exc)) from exc
        except FileTooLarge:
            raise _too_large() from None

    async def close(self) -> None:
        await self._api.close()

    async def _send(self, payload: Mapping[str, Any], place: Place) -> Sent:
        """Raises `TelegramError`."""
        try:
            return await self._call(payload, place)
        except TelegramRefused as exc:
            if exc.migrate_to_chat_id is not None and exc.migrate_to_chat_id != place.chat_id:
                moved = ChatMoved(place.chat_id, exc.migrate_to_chat_id)
                await self._note(moved)
                return await self._call(payload, Place(place.person_id, moved.to_chat_id, place.topic_id))
            if is_about_looks(exc) and payload.get("instead"):
                return await self._send(payload["instead"], place)
            raise

    async def _call(self, payload: Mapping[str, Any], place: Place) -> Sent:
        sent = await self._api.call(payload["method"], {**payload["params"], **_to(place)})
        number = sent.get("message_id") if isinstance(sent, dict) else None
        return Sent(message_id(place.chat_id, number) if isinstance(number, int) else None)

    async def _note(self, moved: ChatMoved) -> None:
        try:
            await self._on_moved(moved)
        except Exception as exc:
            # It is told again by every send, which finds its way all the same.
            log.warning("A Telegram group's new id could not be stored: %s", type(exc).__name__)


def _to(place: Place) -> dict[str, Any]:
    topic = {"message_thread_id": place.topic_id} if place.topic_id is not None else {}
    return {"chat_id": place.chat_id, **topic}


def _refuse_size(size: object) -> None:
    if isinstance(size, int) and size > MAX_FILE_BYTES:
        raise _too_large()


def _too_large() -> MediaUnavailable:
    return MediaUnavailable(f"The file is larger than the {MAX_FILE_BYTES // 1024**2} MB that Telegram hands to bots.")
