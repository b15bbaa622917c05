"""A customer at the web chat: the requests that the page makes, made without a page."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self
from uuid import uuid4

import httpx

from deskhand.e2e.errors import ChatNotReachable
from deskhand.e2e.seen import Reply

_TURN_SECONDS = 90.0
_PATIENCE = 20
"""How often a request is sent again that came too soon for the chat's limits."""


@dataclass(frozen=True)
class Answer:
    """What one request brought."""

    replies: tuple[Reply, ...] = ()
    refused: str | None = None


class Customer:
    """One browser with a session of its own. Use as an asynchronous context manager."""

    def __init__(self, base_url: str, settled: Callable[[str], Awaitable[None]]) -> None:
        """`settled` waits until the assistant has dealt with everything in a conversation."""
        self._chat = f"{base_url.rstrip('/')}/webhooks/webchat"
        self._client = httpx.AsyncClient(timeout=_TURN_SECONDS, headers={"origin": base_url.rstrip("/")})
        self._settled = settled
        self._last: dict[str, Any] | None = None
        self.conversation_id = ""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def open(self) -> Answer:
        """Opens the chat. Raises `ChatNotReachable`."""
        body, answer = await self._post("session", {})
        if answer.refused is not None:
            raise ChatNotReachable(f"{self._chat} gave no session: {answer.refused}")
        self.conversation_id = str((body.get("conversation") or {}).get("id") or "")
        self._client.headers["authorization"] = f"Bearer {body['token']}"
        await self._settled(self.conversation_id)
        return await self._read({})

    async def type(self, text: str) -> Answer:
        return await self._send({"id": str(uuid4()), "text": text})

    async def press(self, button_id: str) -> Answer:
        return await self._send({"id": str(uuid4()), "button_id": button_id})

    async def send_again(self) -> Answer:
        """The last request once more, as a browser does that did not hear the answer."""
        return await self._send(self._last or {})

    async def _send(self, message: dict[str, Any]) -> Answer:
        self._last = message
        body, answer = await self._post("messages", message)
        if answer.refused is not None:
            return answer
        await self._settled(body["message"]["conversation"])
        return await self._read({"after": body["message"]["cursor"]})

    async def _read(self, which: Mapping[str, str]) -> Answer:
        """Raises `ChatNotReachable`."""
        try:
            response = await self._client.get(f"{self._chat}/messages", params=dict(which))
            response.raise_for_status()
            return Answer(tuple(_replies(response.json())))
        except (httpx.HTTPError, ValueError) as exc:
            raise ChatNotReachable(f"{self._chat} does not show its messages: {type(exc).__name__}.") from exc

    async def _post(self, path: str, body: Mapping[str, Any]) -> tuple[dict[str, Any], Answer]:
        """Raises `ChatNotReachable`. What a customer would be told is an answer, not an error."""
        for _ in range(_PATIENCE):
            try:
                response = await self._client.post(f"{self._chat}/{path}", json=dict(body))
                content = response.json()
            except (httpx.HTTPError, ValueError) as exc:
                raise ChatNotReachable(f"{self._chat} does not answer as a web chat: {type(exc).__name__}.") from exc
            if response.status_code != httpx.codes.TOO_MANY_REQUESTS:
                break
            await asyncio.sleep(float(response.headers.get("retry-after", 1)))
        if response.is_success:
            return content, Answer(tuple(_replies(content)))
        error = content.get("error") if isinstance(content, dict) else None
        message = error.get("message") if isinstance(error, dict) else content.get("message") or error
        return content, Answer(refused=str(message or f"HTTP status {response.status_code}"))


def _replies(content: Mapping[str, Any]) -> list[Reply]:
    return [
        Reply(
            text=str(message["text"]),
            author=str(message["author"]),
            buttons={str(button["title"]): str(button["id"]) for button in message.get("buttons", [])},
            sources=tuple(f"{cited['title']} {cited['url']}" for cited in message.get("citations", [])),
        )
        for message in content.get("messages", [])
        if message.get("author") != "contact"
    ]
