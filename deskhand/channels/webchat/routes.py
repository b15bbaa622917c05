"""The web chat's routes."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from deskhand.channels.chat import Chat, View
from deskhand.channels.errors import ChannelError
from deskhand.channels.turns import Turns
from deskhand.channels.typed_text import MAX_CHARACTERS
from deskhand.channels.webchat import incoming, pages, sessions
from deskhand.channels.webchat.backend import LateBackend
from deskhand.channels.webchat.limits import RateLimit, spend
from deskhand.channels.webchat.options import WebChatOptions
from deskhand.channels.webchat.safety import guarded, log_without_content, security_headers
from deskhand.channels.webchat.sessions import COOKIE, Session
from deskhand.channels.webchat.wire import view_as_json
from deskhand.settings import Settings

CHANNEL = "webchat"
MAILS_SHOWN = 50


class ChatBlueprint(Blueprint):
    """Also answers at `/chat`, an address that a person can type."""

    def register(self, app: Sanic[Any, Any], options: dict[str, Any]) -> None:
        async def to_the_page(request: Request) -> HTTPResponse:
            return response.redirect(f"{options.get('url_prefix') or self.url_prefix or ''}/")

        app.add_route(to_the_page, "/chat", name="chat_page")
        super().register(app, options)  # type: ignore[no-untyped-call]  # sanic leaves it untyped


class Routes:
    """One instance a server. Handlers are methods; `blueprint` gives them their addresses."""

    def __init__(self, settings: Settings, options: WebChatOptions, backend: LateBackend, turns: Turns) -> None:
        self._settings = settings
        self._options = options
        self._backend = backend
        self._turns = turns
        self._chat: Chat | None = None
        self._running: set[asyncio.Task[View]] = set()
        self._session_messages = RateLimit(options.messages_per_minute_and_session)
        self._address_messages = RateLimit(options.messages_per_minute_and_address)
        self._address_sessions = RateLimit(options.sessions_per_minute_and_address)
        self._session_reads = RateLimit(options.reads_per_minute_and_session)

    def blueprint(self) -> Blueprint:
        blueprint = ChatBlueprint("deskhand_webchat")
        headers = security_headers(self._options.frame_ancestors)
        for reader, path in (
            (self.page, "/"),
            (self.asset, "/static/<name:str>"),
            (self.health, "/health"),
            (self.mailbox, "/mailbox"),
            (self.read_messages, "/messages"),
        ):
            blueprint.add_route(guarded(reader, headers), path, name=reader.__name__)
        for writer, path in (
            (self.open_session, "/session"),
            (self.send_message, "/messages"),
            (self.return_to_assistant, "/return"),
        ):
            blueprint.add_route(guarded(writer, headers), path, methods=["POST"], stream=True, name=writer.__name__)
        blueprint.after_server_stop(self._close)
        return blueprint

    # -- the page

    async def page(self, request: Request) -> HTTPResponse:
        if not request.path.endswith("/"):
            return response.redirect(f"{request.path}/")
        html = pages.chat_page(
            business_name=self._settings.business_name,
            assistant_name=self._settings.assistant_name,
            max_characters=MAX_CHARACTERS,
        )
        return response.html(html, headers={"cache-control": "no-store"})

    async def asset(self, request: Request, name: str) -> HTTPResponse:
        asset = pages.assets().get(name)
        if asset is None:
            raise ChannelError("not_found", "There is no such file.", status=404)
        return pages.asset_response(request, asset)

    async def health(self, request: Request) -> HTTPResponse:
        """200 when a customer would be answered, else 503 and what is missing."""
        database = True
        try:
            await (await self._backend.get()).ping()
        except Exception as exc:  # whatever it is, the answer is "not healthy"
            log_without_content("The database did not answer the health check", exc)
            database = False
        assistant = self._turns.ready()
        well = database and assistant
        body = {"status": "ok" if well else "unavailable", "assistant": assistant, "database": database}
        return response.json(body, status=200 if well else 503, headers={"cache-control": "no-store"})

    async def mailbox(self, request: Request) -> HTTPResponse:
        """The development mailbox, for whoever has its key. There is none when real mail is sent."""
        key = self._settings.mailbox_key.get_secret_value().encode()
        given = request.args.get("key", "").encode("utf-8", "replace")
        if self._settings.smtp_host is not None or not hmac.compare_digest(key, given):
            raise ChannelError("not_found", "There is no such page.", status=404)
        mails = await (await self._backend.get()).mailbox.latest(MAILS_SHOWN)
        return response.html(pages.mailbox_page(mails), headers={"cache-control": "no-store"})

    # -- the conversation

    async def open_session(self, request: Request) -> HTTPResponse:
        """Give the browser its session, new or known, and the conversation so far."""
        self._check_sender(request)
        body = await incoming.read_object(request)
        now = datetime.now(UTC)
        session = None if body.get("new") is True else self._session_of(request)
        if session is None:
            spend((self._address_sessions, self._address(request)))
            session = sessions.new_session(now)
        else:
            spend((self._session_reads, session.id))
            session = Session(session.id, now) if session.wants_renewal(now) else session
        view = await self._undisturbed((await self._get_chat()).open(session.id))
        answer = _json(view)
        self._set_cookie(request, answer, session)
        return answer

    async def send_message(self, request: Request) -> HTTPResponse:
        """Take one message and give the answer, or the same answer as before for the same id."""
        self._check_sender(request)
        session = self._required_session(request)
        sent = incoming.sent_from(await incoming.read_object(request))
        spend((self._session_messages, session.id), (self._address_messages, self._address(request)))
        chat = await self._get_chat()
        if sent.button_id is not None:
            return _json(await self._undisturbed(chat.press(session.id, sent.id, sent.button_id)))
        return _json(await self._undisturbed(chat.say(session.id, sent.id, sent.text or "")))

    async def read_messages(self, request: Request) -> HTTPResponse:
        session = self._required_session(request)
        after = incoming.after_seq(request)
        spend((self._session_reads, session.id))
        return _json(await (await self._get_chat()).messages(session.id, after))

    async def return_to_assistant(self, request: Request) -> HTTPResponse:
        self._check_sender(request)
        session = self._required_session(request)
        await incoming.read_object(request)
        spend((self._session_messages, session.id), (self._address_messages, self._address(request)))
        return _json(await self._undisturbed((await self._get_chat()).return_to_assistant(session.id)))

    # -- helpers

    async def _get_chat(self) -> Chat:
        store = (await self._backend.get()).conversations
        if self._chat is None:
            self._chat = Chat(CHANNEL, store, self._turns)
        return self._chat

    async def _undisturbed(self, work: Coroutine[Any, Any, View]) -> View:
        """Finish the work even if the browser goes away: a turn must not stop between two effects."""
        task = asyncio.create_task(work, name=f"webchat-{uuid4()}")
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    def _check_sender(self, request: Request) -> None:
        incoming.check_origin(request, self._settings.public_url, self._options.allowed_origins)

    def _address(self, request: Request) -> str:
        return incoming.address_of(request, self._options.trusted_proxies)

    def _session_of(self, request: Request) -> Session | None:
        return sessions.read(request.cookies.get(COOKIE), self._settings.session_key.get_secret_value())

    def _required_session(self, request: Request) -> Session:
        session = self._session_of(request)
        if session is None:
            raise ChannelError("no_session", "This chat has ended. Please reload the page.", status=401)
        return session

    def _set_cookie(self, request: Request, answer: HTTPResponse, session: Session) -> None:
        answer.add_cookie(
            COOKIE,
            sessions.sign(session, self._settings.session_key.get_secret_value()),
            path=request.path.rsplit("/", 1)[0] or "/",
            httponly=True,
            samesite="Lax",
            secure=(self._settings.public_url or "").startswith("https://"),
            max_age=int(sessions.SESSION_LASTS.total_seconds()),
        )

    async def _close(self, app: Sanic[Any, Any]) -> None:
        if self._running:
            await asyncio.wait(self._running, timeout=10)
        await self._backend.close()


def _json(view: View) -> HTTPResponse:
    return response.json(view_as_json(view), headers={"cache-control": "no-store"})
