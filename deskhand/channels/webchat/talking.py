"""The conversation: opening it, saying something, reading it, hearing what is new."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager, suppress
from typing import Any
from uuid import UUID

from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse

from deskhand.channels import wording
from deskhand.channels.delivery.serving import Delivery
from deskhand.channels.errors import ChannelError
from deskhand.channels.typed_text import MAX_CHARACTERS
from deskhand.channels.webchat import incoming, media
from deskhand.channels.webchat.backend import LateBackend
from deskhand.channels.webchat.entrance import Entrance
from deskhand.channels.webchat.incoming import Sent
from deskhand.channels.webchat.options import WebChatOptions
from deskhand.channels.webchat.sessions import Session
from deskhand.channels.webchat.wire import line_as_json, seen_as_json, situation_as_json
from deskhand.conversation.lines import BACK_WITH_ASSISTANT
from deskhand.conversation.model import Attachment, InboundMessage, Status
from deskhand.settings import Settings
from deskhand.store.timeline import Cursor, Line, Seen, cursor_from

CHANNEL = "webchat"
PAGE = 100
HEARTBEAT_SECONDS = 15.0
"""Proxies cut what says nothing for a minute, and the page knows by it that the line is not dead."""
HEARTBEATS_BETWEEN_LOOKS = 4
"""Changes are told; a look without one is for when nobody listens to the database."""
STREAM_SECONDS = 3600.0

NO_STORE = {"cache-control": "no-store"}


class Talking:
    """One instance a server."""

    def __init__(
        self,
        settings: Settings,
        options: WebChatOptions,
        backend: LateBackend,
        delivery: Delivery,
        entrance: Entrance,
    ) -> None:
        self._settings = settings
        self._options = options
        self._backend = backend
        self._delivery = delivery
        self._entrance = entrance
        self._media_key = settings.session_key.get_secret_value()
        self._open_streams: set[asyncio.Event] = set()
        self._closing = False

    async def open_session(self, request: Request) -> HTTPResponse:
        """Gives the page its session, new or known, and the newest of what was said."""
        body = await incoming.read_object(request)
        session = await self._entrance.session_or_new(request, fresh=body.get("new") is True)
        timelines = (await self._backend.get()).timelines
        seen = await timelines.latest(CHANNEL, session.id, PAGE)
        if seen.conversation is None:
            await self._delivery.inbox.open(CHANNEL, session.id)
            seen = await timelines.latest(CHANNEL, session.id, PAGE)
        return _json({"token": self._entrance.token(session), **self._about(), **self._told(seen)})

    async def send_message(self, request: Request) -> HTTPResponse:
        """Stores one message, whose answer comes over the stream. The same id again changes nothing."""
        session = self._entrance.session(request)
        sent = incoming.sent_from(await incoming.read_object(request))
        await self._entrance.count_message(request, session)
        backend = await self._backend.get()
        external_id = _external_id(session, sent.id)
        line = await backend.timelines.own(CHANNEL, external_id)
        if line is None:
            line = await self._take(session, sent, external_id)
        return _json({"message": line_as_json(line, self._media_key)}, status=202)

    async def read_messages(self, request: Request) -> HTTPResponse:
        """What comes after or before a message, else the newest."""
        session = self._entrance.session(request)
        after, before = incoming.cursor_in(request, "after"), incoming.cursor_in(request, "before")
        await self._entrance.count_read(session)
        timelines = (await self._backend.get()).timelines
        if after is not None:
            seen = await timelines.after(CHANNEL, session.id, after, PAGE)
        elif before is not None:
            seen = await timelines.before(CHANNEL, session.id, before, PAGE)
        else:
            seen = await timelines.latest(CHANNEL, session.id, PAGE)
        return _json(self._told(seen))

    async def return_to_assistant(self, request: Request) -> HTTPResponse:
        """Gives control back to the assistant. Does nothing when it already has control."""
        session = self._entrance.session(request)
        await incoming.read_object(request)
        await self._entrance.count_message(request, session)
        store = (await self._backend.get()).conversations
        conversation = await store.find(CHANNEL, session.id)
        if conversation is None:
            raise ChannelError("no_conversation", "There is no conversation yet.", status=409)
        if conversation.status in (Status.OPEN, Status.SNOOZED):
            await store.return_to_assistant(conversation.id)
            await store.add_system_line(conversation.id, BACK_WITH_ASSISTANT)
        seen = await (await self._backend.get()).timelines.latest(CHANNEL, session.id, PAGE)
        return _json(self._told(seen))

    async def events(self, request: Request, headers: dict[str, str]) -> None:
        """Server-Sent Events: every message after `Last-Event-ID`, and how things are whenever they change."""
        session = self._entrance.session(request)
        await self._entrance.count_read(session)
        cursor = cursor_from(request.headers.get("last-event-id", ""))
        with self._entrance.stream(request, session):
            seen = await self._look(session, cursor)  # what can fail fails before the answer begins
            stream = await request.respond(
                content_type="text/event-stream; charset=utf-8",
                headers={**headers, **NO_STORE, "x-accel-buffering": "no"},
            )
            if (token := self._entrance.renewed_token(session)) is not None:
                await stream.send(_event("token", {"token": token}))
            conversation_id = seen.conversation.id if seen.conversation else UUID(int=0)
            async with aclosing(self._happenings(session, conversation_id, cursor)) as happenings:
                async for text in happenings:
                    await stream.send(text)
            await stream.eof()

    def end_streams(self) -> None:
        """The pages come back to whoever is there then."""
        self._closing = True
        for event in self._open_streams:
            event.set()

    # -- saying

    async def _take(self, session: Session, sent: Sent, external_id: str) -> Line:
        backend = await self._backend.get()
        text = sent.text
        if sent.button_id is not None:
            offered = await self._delivery.inbox.reply_choices(CHANNEL, session.id)
            if sent.button_id not in offered:
                stored = await backend.timelines.own(CHANNEL, external_id)
                if stored is not None:  # by the same request, sent twice at once
                    return stored
                raise ChannelError("unknown_button", wording.CHOICE_CLOSED, status=409)
            text = offered[sent.button_id]
        inbound = InboundMessage(
            channel=CHANNEL,
            contact_external_id=session.id,
            external_id=external_id,
            text=text,
            button_id=sent.button_id,
            attachments=await self._attachments(session, sent.files),
        )
        before = await backend.conversations.find(CHANNEL, session.id)
        (received,) = await self._delivery.inbox.take([inbound])
        if before is not None and before.id != received.conversation.id:
            await backend.timelines.wake(before.id)  # the pages still follow the one that has ended
        line = await backend.timelines.own(CHANNEL, external_id)
        if line is None:
            raise LookupError("A message that was just stored is not there.")
        return line

    async def _attachments(self, session: Session, files: tuple[UUID, ...]) -> tuple[Attachment, ...]:
        kept = await (await self._backend.get()).uploads.keep(CHANNEL, session.id, files)
        if kept is None:
            raise ChannelError("unknown_file", "The file is no longer there. Please attach it again.", status=409)
        return tuple(
            Attachment(
                kind=media.kind_of(one.mime_type),
                media_id=str(one.id),
                mime_type=one.mime_type,
                file_name=one.name,
                size=one.size,
            )
            for one in kept
        )

    # -- hearing

    async def _happenings(
        self, session: Session, conversation_id: UUID, cursor: Cursor | None
    ) -> AsyncGenerator[str, None]:
        """What a stream says after `cursor`, until the server ends or the stream is old."""
        deadline = time.monotonic() + STREAM_SECONDS
        situation: dict[str, Any] | None = None
        while time.monotonic() < deadline:
            with self._delivery.changes.watch(conversation_id) as changed, self._ending(changed):
                followed = conversation_id
                while conversation_id == followed:
                    changed.clear()
                    if self._closing:
                        return
                    seen = await self._look(session, cursor)
                    for line in seen.lines:
                        cursor = line.cursor
                        yield _event("message", line_as_json(line, self._media_key), str(cursor))
                    if situation != (situation := situation_as_json(seen)):
                        yield _event("situation", situation)
                    if seen.conversation is not None:
                        conversation_id = seen.conversation.id  # a new one is followed, and looked at again
                    if conversation_id != followed or seen.later:
                        continue
                    for _ in range(HEARTBEATS_BETWEEN_LOOKS):
                        if await _within(HEARTBEAT_SECONDS, changed):
                            break
                        yield ": still here\n\n"

    @contextmanager
    def _ending(self, changed: asyncio.Event) -> Iterator[None]:
        self._open_streams.add(changed)
        try:
            yield
        finally:
            self._open_streams.discard(changed)

    async def _look(self, session: Session, cursor: Cursor | None) -> Seen:
        timelines = (await self._backend.get()).timelines
        if cursor is None:
            return await timelines.latest(CHANNEL, session.id, PAGE)
        return await timelines.after(CHANNEL, session.id, cursor, PAGE)

    # -- telling

    def _told(self, seen: Seen) -> dict[str, Any]:
        return seen_as_json(seen, self._media_key)

    def _about(self) -> dict[str, Any]:
        most = self._options.max_upload_bytes
        return {
            "assistant": self._settings.assistant_name,
            "business": self._settings.business_name,
            "max_characters": MAX_CHARACTERS,
            "uploads": {"max_bytes": most, "types": list(media.TYPES)} if most else None,
        }


def _external_id(session: Session, message_id: UUID) -> str:
    """Prefixed, so that nobody can name, and so read or block, another contact's message."""
    return f"{session.id}:{message_id}"


async def _within(seconds: float, changed: asyncio.Event) -> bool:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            return await changed.wait()
    return False


def _event(kind: str, data: dict[str, Any], event_id: str | None = None) -> str:
    head = f"id: {event_id}\n" if event_id else ""
    return f"{head}event: {kind}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def _json(body: dict[str, Any], status: int = 200) -> HTTPResponse:
    return response.json(body, status=status, headers=NO_STORE)
