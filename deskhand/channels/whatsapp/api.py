"""The HTTP side of the Cloud API: one call, and what its answer means."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from http import HTTPStatus
from typing import Any

import aiohttp

from deskhand.channels.answers import CHUNK_BYTES, body_of, proxy_for
from deskhand.channels.delivery.contracts import Cause
from deskhand.channels.whatsapp.failures import UNAVAILABLE, Failure, failure_of
from deskhand.channels.whatsapp.json_values import number_at, object_at
from deskhand.channels.whatsapp.options import WhatsAppOptions
from deskhand.errors import DeskhandError

LONGEST_WAIT_SECONDS = 3600.0


class CallFailed(DeskhandError):
    """A call that did not succeed. The message says what that means, and quotes neither side."""

    def __init__(self, failure: Failure, code: int | str, after_seconds: float | None = None) -> None:
        super().__init__(failure.detail)
        self.failure = failure
        self.code = code
        """Meta's, else the HTTP status, else the kind of error."""
        self.after_seconds = after_seconds
        """What Meta asked for."""


class Api:
    """One a process. Connections are opened with the first call, and again after `close`."""

    def __init__(self, options: WhatsAppOptions) -> None:
        self._options = options
        self._session: aiohttp.ClientSession | None = None

    async def post_message(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """`POST /messages`: sends something, or marks something as read. Raises `CallFailed`."""
        path = f"{self._options.phone_number_id}/messages"
        return await self._call("POST", path, json={"messaging_product": "whatsapp", **body})

    async def media(self, media_id: str) -> Mapping[str, Any]:
        """Where a file's bytes are, their size and type. The address holds for five minutes. Raises `CallFailed`."""
        return await self._call("GET", media_id, params={"phone_number_id": self._options.phone_number_id})

    @asynccontextmanager
    async def opened(self, url: str) -> AsyncIterator[AsyncIterator[bytes]]:
        """The bytes of a file at an address that `media` gave. Raises `CallFailed`, also while they are read."""
        patience = aiohttp.ClientTimeout(total=None, sock_connect=self._seconds, sock_read=self._seconds)
        # Uncompressed, so that what is counted is what is kept.
        asked = self._opened_session().get(
            url, headers={"Accept-Encoding": "identity"}, allow_redirects=False, timeout=patience
        )
        with _translated():
            async with asked as response:
                if response.status != HTTPStatus.OK:
                    raise CallFailed(failure_of(response.status, None), response.status)
                yield response.content.iter_chunked(CHUNK_BYTES)

    async def close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _call(self, method: str, path: str, **content: Any) -> Mapping[str, Any]:
        url = f"{self._options.api_url}/{self._options.api_version}/{path}"
        patience = aiohttp.ClientTimeout(total=self._seconds)
        with _translated():
            # Redirects are not followed: the token is for this address.
            asked = self._opened_session().request(method, url, allow_redirects=False, timeout=patience, **content)
            async with asked as response:
                answer = _object_in(await body_of(response))
        if HTTPStatus.OK <= response.status < HTTPStatus.MULTIPLE_CHOICES and "error" not in answer:
            return answer
        raise _failed(response, object_at(answer, "error"))

    @property
    def _seconds(self) -> float:
        return self._options.timeout_seconds

    def _opened_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                proxy=proxy_for(self._options.api_url),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"Authorization": f"Bearer {self._options.access_token.get_secret_value()}"},
            )
        return self._session


@contextmanager
def _translated() -> Iterator[None]:
    """Everything that a network can cause is one kind of failure."""
    try:
        yield
    except (TimeoutError, aiohttp.ClientError, OSError) as exc:
        raise CallFailed(UNAVAILABLE, type(exc).__name__) from None


def _object_in(body: bytes) -> Mapping[str, Any]:
    try:
        return object_at(json.loads(body))
    except (ValueError, RecursionError):
        return {}


def _failed(response: aiohttp.ClientResponse, error: Mapping[str, Any]) -> CallFailed:
    code = number_at(error, "code")
    failure = failure_of(
        response.status,
        code,
        subcode=number_at(error, "error_subcode"),
        transient=error.get("is_transient") is True,
    )
    after = _wait_asked_for(response.headers) if failure.cause is Cause.RATE_LIMITED else None
    return CallFailed(failure, response.status if code is None else code, after)


def _wait_asked_for(headers: Mapping[str, str]) -> float | None:
    """From `Retry-After` in seconds, or from Meta's own report of use, in minutes."""
    asked = headers.get("retry-after", "")
    if asked.isascii() and asked.isdecimal():
        return min(float(asked[:9]), LONGEST_WAIT_SECONDS)
    try:
        use = json.loads(headers.get("x-business-use-case-usage", "{}"))
    except (ValueError, RecursionError):
        return None
    lists = use.values() if isinstance(use, dict) else ()
    minutes = [
        number_at(each, "estimated_time_to_regain_access") or 0
        for found in lists
        if isinstance(found, list)
        for each in found
    ]
    return min(max(minutes) * 60.0, LONGEST_WAIT_SECONDS) if any(minutes) else None
