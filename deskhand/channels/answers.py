"""Calls of channels' APIs: the way out, and what they answer, read with a limit."""

from __future__ import annotations

from functools import cache
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp

MAX_ANSWER_BYTES = 8 * 1024 * 1024
"""A hundred updates of Telegram's are at most a few hundred kilobytes, and nothing else is as long."""
CHUNK_BYTES = 64 * 1024


@cache
def proxy_for(url: str) -> str | None:
    """For those who sit behind one: what HTTPS_PROXY, HTTP_PROXY and NO_PROXY say of an API's address.

    aiohttp can find that out itself (`trust_env`), which takes it another thread at each call.
    """
    parts = urlsplit(url)
    return None if proxy_bypass(parts.hostname or "") else getproxies().get(parts.scheme)


class AnswerTooLong(aiohttp.ClientError):
    """Nobody who is what they say they are answers as much."""


async def body_of(response: aiohttp.ClientResponse) -> bytes:
    """All of it. Raises `AnswerTooLong`, and what `aiohttp` raises when the connection breaks off."""
    body = bytearray()
    async for chunk in response.content.iter_chunked(CHUNK_BYTES):
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            raise AnswerTooLong(f"more than {MAX_ANSWER_BYTES} bytes")
    return bytes(body)
