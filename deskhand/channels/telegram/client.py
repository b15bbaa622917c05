"""Calls of the Bot API.

By aiohttp and not by httpx, which logs every address: here the token is part of it.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from pydantic import SecretStr

from deskhand.channels.answers import CHUNK_BYTES, body_of, proxy_for
from deskhand.channels.telegram.errors import TelegramRefused, TelegramUnavailable

CALL_SECONDS = 15.0
FILE_SECONDS = 120.0


class BotApi:
    """One bot. Connections are opened with the first call and kept."""

    def __init__(self, token: SecretStr, api_url: str, *, call_seconds: float = CALL_SECONDS) -> None:
        self._token = token
        self._api_url = api_url.rstrip("/")
        self._call_seconds = call_seconds
        self._session: aiohttp.ClientSession | None = None

    async def call(
        self, method: str, params: Mapping[str, Any] | None = None, *, timeout_seconds: float | None = None
    ) -> Any:
        """The result of a method.

        Raises `TelegramRefused` when Telegram says no, and `TelegramUnavailable` when it says nothing that makes sense.
        """
        url = f"{self._api_url}/bot{self._token.get_secret_value()}/{method}"
        patience = aiohttp.ClientTimeout(total=timeout_seconds or self._call_seconds)
        posting = self._opened().post(url, json=dict(params or {}), allow_redirects=False, timeout=patience)
        async with _translated(), posting as response:
            status, body = response.status, await body_of(response)
        return _result(status, body)

    async def download(self, file_path: str, max_bytes: int) -> AsyncIterator[bytes]:
        """The bytes of a file whose path `getFile` gave. Raises as `call`, and `FileTooLarge`."""
        url = f"{self._api_url}/file/bot{self._token.get_secret_value()}/{file_path}"
        patience = aiohttp.ClientTimeout(total=FILE_SECONDS, sock_read=CALL_SECONDS)
        received = 0
        async with _translated(), self._opened().get(url, allow_redirects=False, timeout=patience) as response:
            if response.status != 200:
                raise _no_file(response.status)
            async for chunk in response.content.iter_chunked(CHUNK_BYTES):
                received += len(chunk)
                if received > max_bytes:
                    raise FileTooLarge
                yield chunk

    async def close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            # No cookies: nobody asked for any.
            self._session = aiohttp.ClientSession(proxy=proxy_for(self._api_url), cookie_jar=aiohttp.DummyCookieJar())
        return self._session


class FileTooLarge(Exception):
    """There are more bytes than were announced, or allowed."""


def _result(status: int, body: bytes) -> Any:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    if isinstance(answer, dict) and answer.get("ok") is True and status == 200:
        return answer.get("result")
    if status >= 500 or not isinstance(answer, dict) or not isinstance(answer.get("error_code"), int):
        raise TelegramUnavailable(f"Telegram has a problem ({status}).")
    if answer["error_code"] >= 500:
        raise TelegramUnavailable(f"Telegram has a problem ({answer['error_code']}).")
    hints = answer.get("parameters")
    hints = hints if isinstance(hints, dict) else {}
    raise TelegramRefused(
        answer["error_code"],
        str(answer.get("description", "")),
        retry_after_seconds=_whole(hints.get("retry_after")),
        migrate_to_chat_id=_whole(hints.get("migrate_to_chat_id")),
    )


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _no_file(status: int) -> TelegramRefused | TelegramUnavailable:
    if status >= 500:
        return TelegramUnavailable(f"Telegram has a problem ({status}).")
    return TelegramRefused(status, "no such file")


@asynccontextmanager
async def _translated() -> AsyncIterator[None]:
    """Errors of the network in our words, without their own, which hold the address and so the token."""
    try:
        yield
    except (aiohttp.ClientError, TimeoutError, OSError) as exc:
        raise TelegramUnavailable(f"Telegram cannot be reached ({type(exc).__name__}).") from None
