"""The HTTP side of Chatwoot's Application API: one call, and what its answer means."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import httpx

from deskhand.desks.chatwoot.options import ChatwootOptions
from deskhand.desks.errors import CaseGone, DeskRefused, DeskUnavailable
from deskhand.desks.port import File

LONGEST_WAIT_SECONDS = 3600.0
CALLS_AT_ONCE = 8
Json = Mapping[str, Any]


class Api:
    """One a process. Connections are opened with the first call."""

    def __init__(self, options: ChatwootOptions) -> None:
        self._options = options
        self._client: httpx.AsyncClient | None = None
        self._places = asyncio.Semaphore(CALLS_AT_ONCE)

    async def get(self, path: str, **params: str) -> Json:
        """All of these raise `DeskUnavailable`, `DeskRefused`, and `CaseGone` for a conversation that is not there."""
        return await self._call("GET", path, params=params)

    async def post(self, path: str, body: Json) -> Json:
        return await self._call("POST", path, json=body)

    async def post_files(self, path: str, fields: Mapping[str, str], files: Sequence[File]) -> Json:
        parts = [("attachments[]", (one.name, one.content, one.mime_type)) for one in files]
        return await self._call("POST", path, data=dict(fields), files=parts)

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _call(self, method: str, path: str, **content: Any) -> Json:
        url = f"{self._options.url}/api/v1/accounts/{self._options.account_id}/{path}"
        with _translated():
            async with self._places, asyncio.timeout(self._options.timeout_seconds):
                response = await self._opened_client().request(method, url, **content)
        if not response.is_success:
            raise _failure(response, path)
        return _object_in(response)

    def _opened_client(self) -> httpx.AsyncClient:
        if self._client is None:
            # Redirects are not followed: the token is for this address.
            self._client = httpx.AsyncClient(
                timeout=self._options.timeout_seconds,
                follow_redirects=False,
                headers={"api_access_token": self._options.token, "accept": "application/json"},
            )
        return self._client


@contextmanager
def _translated() -> Iterator[None]:
    """Everything that a network can cause is one kind of failure."""
    try:
        yield
    except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, OSError) as exc:
        raise DeskUnavailable(f"Chatwoot does not answer ({type(exc).__name__}).") from None


def _object_in(response: httpx.Response) -> Json:
    """Some calls are answered without a word."""
    if not response.content:
        return {}
    try:
        answer = json.loads(response.content)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        raise DeskUnavailable("What answers at DESKHAND_CHATWOOT_URL is not Chatwoot's API.")
    return answer


def _failure(response: httpx.Response, path: str) -> Exception:
    """Chatwoot's own words are left out: they can quote what was sent."""
    status = response.status_code
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return DeskUnavailable("Chatwoot wants fewer calls (429).", _wait_asked_for(response.headers))
    if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        return DeskUnavailable(f"Chatwoot does not accept DESKHAND_CHATWOOT_TOKEN for this ({status}).")
    if status == httpx.codes.NOT_FOUND and path.startswith("conversations/"):
        return CaseGone("Chatwoot has no such conversation (404).")
    if status < httpx.codes.BAD_REQUEST:
        return DeskUnavailable(f"DESKHAND_CHATWOOT_URL leads elsewhere ({status}): give the address that it leads to.")
    if status < httpx.codes.INTERNAL_SERVER_ERROR and status != httpx.codes.REQUEST_TIMEOUT:
        return DeskRefused(f"Chatwoot refused a call to {path.split('/')[0]} ({status}).")
    return DeskUnavailable(f"Chatwoot has an error of its own ({status}).")


def _wait_asked_for(headers: httpx.Headers) -> float | None:
    asked = headers.get("retry-after", "")
    if asked.isascii() and asked.isdecimal():
        return min(float(asked[:9]), LONGEST_WAIT_SECONDS)
    return None
