"""Who may come in: the site a request is sent from, the session it brings, and how often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sanic.request import Request

from deskhand.channels.errors import ChannelError
from deskhand.channels.webchat import sessions
from deskhand.channels.webchat.backend import LateBackend
from deskhand.channels.webchat.incoming import address_of
from deskhand.channels.webchat.limits import Limit, Limits
from deskhand.channels.webchat.options import WebChatOptions
from deskhand.channels.webchat.origins import Origins
from deskhand.channels.webchat.sessions import Session


class Entrance:
    """One instance a server. Limits hold over all servers, except for those of open streams, which are this one's."""

    def __init__(self, options: WebChatOptions, origins: Origins, session_key: str, backend: LateBackend) -> None:
        self.origins = origins
        self._options = options
        self._key = session_key
        self._limits = Limits(backend.rate_counts, session_key)
        self._session_messages = Limit("messages of a session", options.messages_per_minute_and_session)
        self._address_messages = Limit("messages of an address", options.messages_per_minute_and_address)
        self._address_sessions = Limit("sessions of an address", options.sessions_per_minute_and_address)
        self._session_reads = Limit("reads of a session", options.reads_per_minute_and_session)
        self._session_uploads = Limit("uploads of a session", options.uploads_per_minute_and_session)
        self._address_uploads = Limit("uploads of an address", options.uploads_per_minute_and_address)
        self._streams: Counter[str] = Counter()

    async def session_or_new(self, request: Request, *, fresh: bool) -> Session:
        """The session of the request, renewed if it is old, or a new one. Raises `ChannelError`."""
        site, now = self.origins.site_of(request), datetime.now(UTC)
        session = None if fresh else sessions.read(_token(request), self._key, site)
        if session is None:
            await self._limits.spend((self._address_sessions, self._address(request)))
            return sessions.new_session(site, now)
        await self.count_read(session)
        return session.renewed(now) if session.wants_renewal(now) else session

    def session(self, request: Request) -> Session:
        """Raises `ChannelError` (wrong_origin, no_session)."""
        session = sessions.read(_token(request), self._key, self.origins.site_of(request))
        if session is None:
            raise ChannelError("no_session", "This chat has ended. Please reload the page.", status=401)
        return session

    def token(self, session: Session) -> str:
        return sessions.sign(session, self._key)

    def renewed_token(self, session: Session) -> str | None:
        now = datetime.now(UTC)
        return self.token(session.renewed(now)) if session.wants_renewal(now) else None

    async def count_message(self, request: Request, session: Session) -> None:
        """Raises `ChannelError` (too_many_requests) and `DatabaseUnavailable`, as do the others."""
        address = self._address(request)
        await self._limits.spend((self._session_messages, session.id), (self._address_messages, address))

    async def count_read(self, session: Session) -> None:
        await self._limits.spend_often(self._session_reads, session.id)

    async def count_upload(self, request: Request, session: Session) -> None:
        await self._limits.spend((self._session_uploads, session.id), (self._address_uploads, self._address(request)))

    @contextmanager
    def stream(self, request: Request, session: Session) -> Iterator[None]:
        """A place for one open stream. Raises `ChannelError` (too_many_streams)."""
        of_session, of_address = f"session {session.id}", f"address {self._address(request)}"
        if (
            self._streams[of_session] >= self._options.streams_per_session
            or self._streams[of_address] >= self._options.streams_per_address
        ):
            raise ChannelError(
                "too_many_streams",
                "The chat is open too often. Please close it elsewhere.",
                status=429,
                retry_after_seconds=20,
            )
        self._streams.update((of_session, of_address))
        try:
            yield
        finally:
            self._streams.subtract((of_session, of_address))
            for name in (of_session, of_address):
                if self._streams[name] <= 0:
                    del self._streams[name]

    def _address(self, request: Request) -> str:
        return address_of(request, self._options.trusted_proxies)


def _token(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None
