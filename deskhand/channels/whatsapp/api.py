"""The HTTP side of the Cloud API: one call, and what its answer means."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import httpx

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
        self._client: httpx.AsyncClient | None = None

    async def post_message(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """`POST /messages`: sends something, or marks something as read. Raises `CallFailed`."""
        path = f"{self._options.phone_number_id}/messages"
        return await self._call("POST", path, json={"messaging_product": "whatsapp", **body})

    async def media(self, media_id: str) -> Mapping[str, Any]:
        """Where a file's bytes are, their size and type. The address holds for five minutes. Raises `CallFailed`."""
        return await self._call("GET", media_id, params={"phone_number_id": self._options.phone_number_id})

    @asynccontextmanager
    async def opened(self, url: str) -> AsyncIterator[httpx.Response]:
        """A file at an address that `media` gave. Its body is to be read. Raises `CallFailed`."""
        with _translated():
            # Uncompressed, so that what is counted is what is kept.
            async with self._opened_client().stream("GET", url, headers={"Accept-Encoding": "identity"}) as response:
                if response.status_code != httpx.codes.OK:
                    raise CallFailed(failure_of(response.status_code, None), response.status_code)
                yield response

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _call(self, method: str, path: str, **content: Any) -> Mapping[str, Any]:
        url = f"{self._options.api_url}/{self._options.api_version}/{path}"
        with _translated():
            async with asyncio.timeout(self._options.timeout_seconds):
                response = await self._opened_client().request(method, url, **content)
        answer = _object_in(response)
        if response.is_success and "error" not in answer:
            return answer
        raise _failed(response, object_at(answer, "error"))

    def _opened_client(self) -> httpx.AsyncClient:
        if self._client is None:
            # Redirects are not followed: the token is for this address.
            self._client = httpx.AsyncClient(
                timeout=self._options.timeout_seconds,
                follow_redirects=False,
                headers={"Authorization": f"Bearer {self._options.access_token.get_secret_value()}"},
            )
        return self._client


@contextmanager
def _translated() -> Iterator[None]:
    """Everything that a network can cause is one kind of failure."""
    try:
        yield
    except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, OSError) as exc:
        raise CallFailed(UNAVAILABLE, type(exc).__name__) from None


def _object_in(response: httpx.Response) -> Mapping[str, Any]:
    try:
        return object_at(json.loads(response.content))
    except (ValueError, RecursionError):
        return {}


def _failed(response: httpx.Response, error: Mapping[str, Any]) -> CallFailed:
    code = number_at(error, "code")
    failure = failure_of(
        response.status_code,
        code,
        subcode=number_at(error, "error_subcode"),
        transient=error.get("is_transient") is True,
    )
    after = _wait_asked_for(response.headers) if failure.cause is Cause.RATE_LIMITED else None
    return CallFailed(failure, response.status_code if code is None else code, after)


def _wait_asked_for(headers: httpx.Headers) -> float | None:
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
