"""An OpenAI-compatible endpoint: one request, one reply, or an `EndpointError`. It can't hold a customer up."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

import httpx

from deskhand.errors import DeskhandError
from deskhand.knowledge.writing.prompt import Messages

MOST_BYTES = 256 * 1024
"""A reply of this size is none: we ask for a few sentences."""
MOST_TOKENS = 400
"""What a reply may take, with some room for models that think aloud first."""
CHARACTERS_PER_TOKEN = 3
"""A cautious guess, for endpoints that don't count."""
_RETRY_LATER = 429
_PATH = "/chat/completions"


class EndpointError(DeskhandError):
    """There is no usable reply. The message says which kind of failure it was, never what was asked or replied."""

    def __init__(self, problem: str, retry_after_seconds: float | None = None) -> None:
        super().__init__(problem)
        self.retry_after_seconds = retry_after_seconds


@dataclass(frozen=True)
class Completion:
    text: str
    tokens: int
    """What the endpoint counted for request and reply, or our guess."""
    cut_off: bool = False
    """Whether the reply was longer than was allowed."""


@dataclass
class Endpoint:
    """Where the model is served. `url` is what OpenAI's own clients call the base URL, such as `https://host/v1`."""

    url: str
    model: str
    key: str | None = field(default=None, repr=False)
    timeout_seconds: float = 6.0
    _limits: dict[str, Any] = field(default_factory=lambda: {"max_tokens": MOST_TOKENS, "temperature": 0}, repr=False)
    _client: httpx.AsyncClient | None = field(default=None, repr=False)

    async def complete(self, messages: Messages) -> Completion:
        """Asks once, and waits at most `timeout_seconds` in all. Raises `EndpointError`."""
        try:
            async with asyncio.timeout(self.timeout_seconds):
                status, headers, body = await self._post(messages)
                if status == httpx.codes.BAD_REQUEST and self._learn_limits(body):
                    status, headers, body = await self._post(messages)
        except TimeoutError:
            raise EndpointError(f"It did not reply within {self.timeout_seconds:g} seconds.") from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as exc:
            raise EndpointError(f"It could not be reached ({type(exc).__name__}).") from None
        if status != httpx.codes.OK:
            raise EndpointError(f"It answered with the status {status}.", _wait_of(status, headers))
        return _completion(body, messages)

    async def aclose(self) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _post(self, messages: Messages) -> tuple[int, httpx.Headers, bytes]:
        if self._client is None:
            # Each phase has its own limit in httpx; ours on the whole is the one that counts. Redirects are not
            # followed: the key is for this address.
            self._client = httpx.AsyncClient(timeout=self.timeout_seconds, follow_redirects=False)
        request = {"model": self.model, "messages": messages, "stream": False, **self._limits}
        # A compressed reply could be far larger than what is read of it.
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        async with self._client.stream("POST", self._address, json=request, headers=headers) as response:
            if response.headers.get("content-encoding", "identity") != "identity":
                raise EndpointError("It sent a compressed reply, which was not asked for.")
            body = b""
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > MOST_BYTES:
                    raise EndpointError(f"It sent more than {MOST_BYTES} bytes.")
            return response.status_code, response.headers, body

    @property
    def _address(self) -> str:
        base = self.url.rstrip("/")
        return base if base.endswith(_PATH) else base + _PATH

    def _learn_limits(self, body: bytes) -> bool:
        """Some models refuse a limit by the name that others know. Whether to try again without it."""
        try:
            refused = json.loads(body)["error"]["param"]
        except (ValueError, KeyError, TypeError, RecursionError):
            return False
        if not isinstance(refused, str) or refused not in self._limits or refused == "max_completion_tokens":
            return False
        limit = self._limits.pop(refused)
        if refused == "max_tokens":
            self._limits["max_completion_tokens"] = limit
        return True


def _completion(body: bytes, messages: Messages) -> Completion:
    try:
        reply = json.loads(body)
        choice = reply["choices"][0]
        message = choice["message"]
        text = message["content"]
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        raise EndpointError("Its reply is not the JSON of a chat completion.") from None
    if message.get("tool_calls") or message.get("function_call"):
        raise EndpointError("It wanted to call a tool, and has none.")
    if not isinstance(text, str) or not text.strip():
        raise EndpointError("Its reply has no text.")
    return Completion(text, _tokens_of(reply, text, messages), choice.get("finish_reason") == "length")


def _tokens_of(reply: dict[str, Any], text: str, messages: Messages) -> int:
    usage = reply.get("usage")
    counted = usage.get("total_tokens") if isinstance(usage, dict) else None
    guess = guessed_tokens(messages) + len(text) // CHARACTERS_PER_TOKEN
    return counted if type(counted) is int and 0 < counted < 100 * guess else guess


def guessed_tokens(messages: Messages) -> int:
    """About how many tokens a request has."""
    return sum(len(message["content"]) for message in messages) // CHARACTERS_PER_TOKEN


def _wait_of(status: int, headers: httpx.Headers) -> float | None:
    """How long the endpoint asks to be left alone; a minute if it only says that there is too much."""
    asked = headers.get("retry-after", "")
    if asked.isascii() and asked.isdigit() and len(asked) < 9:
        return float(asked)
    return 60.0 if status == _RETRY_LATER else None
