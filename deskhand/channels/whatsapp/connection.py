"""WhatsApp as delivery uses it."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from deskhand.channels.delivery.contracts import (
    Address,
    Cause,
    GiveUp,
    Limits,
    Part,
    SendResult,
    Sent,
    TryLater,
    UseTemplate,
)
from deskhand.channels.whatsapp import parts
from deskhand.channels.whatsapp.api import Api, CallFailed
from deskhand.channels.whatsapp.failures import FILE_NOT_FETCHED, PAIR_RATE, PAIR_RATE_SECONDS
from deskhand.channels.whatsapp.json_values import objects_at, text_at
from deskhand.channels.whatsapp.media import fetched
from deskhand.channels.whatsapp.options import WhatsAppOptions
from deskhand.channels.whatsapp.recipients import recipient
from deskhand.channels.whatsapp.vocabulary import CHANNEL
from deskhand.conversation.model import Attachment, Message

log = logging.getLogger(__name__)

WINDOW = timedelta(hours=24)
TYPING_LASTS = timedelta(seconds=20)
"""WhatsApp shows it for up to 25 s."""
BURST = 40
"""Meta takes 45 messages to one customer at once, and then one in six seconds."""


class WhatsAppConnection:
    """`deskhand.channels.delivery.contracts.Connection`."""

    name = CHANNEL

    def __init__(self, options: WhatsAppOptions, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._options = options
        self._now = now
        self._api = Api(options)
        self._typing: dict[str, datetime] = {}
        self.limits = Limits(per_second=options.messages_per_second, seconds_between=PAIR_RATE_SECONDS, burst=BURST)

    def parts(self, message: Message, address: Address) -> Sequence[Part]:
        return [Part(body) for body in parts.bodies(message)]

    async def send(self, part: Part, address: Address, idempotency_key: str) -> SendResult:
        """The API knows no such key: what was sent and not noted is sent again."""
        if part.payload.get("type") != "template" and self._window_has_closed(address):
            return UseTemplate(self._template())
        try:
            return await self._post(part.payload, address)
        except CallFailed as exc:
            words = parts.as_words(part.payload) if exc.code in FILE_NOT_FETCHED else None
            if words is None:
                return self._result(exc, part)
        log.info("A file is sent as a link: WhatsApp could not fetch it.")
        try:
            return await self._post(words, address)
        except CallFailed as exc:
            return self._result(exc, part)

    async def show_typing(self, address: Address, external_id: str | None) -> None:
        """WhatsApp shows it for 25 s or until something is sent, below a message that it then marks as read."""
        if external_id is None or not self._typing_has_ended(external_id):
            return
        typing = {"status": "read", "message_id": external_id, "typing_indicator": {"type": "text"}}
        try:
            await self._api.post_message(typing)
        except CallFailed as exc:
            log.warning("Typing could not be shown on WhatsApp (code %s): %s", exc.code, exc)

    def fetch(self, attachment: Attachment) -> AsyncIterator[bytes]:
        return fetched(self._api, self._options, attachment)

    async def close(self) -> None:
        await self._api.close()

    def _typing_has_ended(self, external_id: str) -> bool:
        """Whether it is to be shown (again). Each showing is a call that counts."""
        now = self._now()
        self._typing = {each: at for each, at in self._typing.items() if now - at < TYPING_LASTS}
        if external_id in self._typing:
            return False
        self._typing[external_id] = now
        return True

    def _window_has_closed(self, address: Address) -> bool:
        """What is not known is left to WhatsApp, which then says so."""
        return address.last_heard_at is not None and self._now() - address.last_heard_at > WINDOW

    def _template(self) -> Part | None:
        body = parts.chosen_template(self._options.template)
        return Part(body) if body else None

    async def _post(self, body: Mapping[str, Any], address: Address) -> Sent:
        answer = await self._api.post_message({**recipient(address), **body})
        # Whatever else is in it: it was taken, and must not be sent again.
        return Sent(next((text_at(each, "id") or None for each in objects_at(answer, "messages")), None))

    def _result(self, failed: CallFailed, part: Part) -> SendResult:
        failure, code = failed.failure, str(failed.code)
        if failure.cause is Cause.WINDOW_CLOSED and part.payload.get("type") != "template":
            return UseTemplate(self._template(), code)
        if failure.passes:
            asked = PAIR_RATE_SECONDS if failed.code == PAIR_RATE else None
            return TryLater(failure.cause, failed.after_seconds or asked, failure.whole_channel, code)
        log.log(
            logging.ERROR if failure.cause is Cause.NOT_AUTHORISED else logging.WARNING,
            "WhatsApp did not take a message (code %s): %s",
            code,
            failure.detail,
        )
        return GiveUp(failure.cause, code, failure.detail)
