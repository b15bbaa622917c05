"""An assistant process that kills itself at a given step: python -m tests.channels.delivery.dying URL STEP FOLDER

Its assistant and its channel remember in files what they did, as Rasa's tracker and a real API do.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from uuid import UUID

from deskhand.channels.delivery.contracts import Address, Part, SendResult, Sent
from deskhand.conversation.model import Reply
from deskhand.settings import Settings
from deskhand.store.database import Database
from deskhand.store.sends import Due, Sends
from deskhand.store.turns import Turn, Turns
from tests.channels.delivery.conftest import Assistant, Channel, World

STEPS = ("begun", "answering", "answered", "settled", "sending", "called", "sent")


class FileAssistant(Assistant):
    def __init__(self, folder: Path, at: Callable[[str], None]) -> None:
        super().__init__()
        self._folder, self._at = folder, at

    async def answer(self, conversation_id: UUID, words: str, message_id: UUID) -> list[Reply]:
        self._at("answering")
        with (self._folder / "answered").open("a") as out:
            print(json.dumps([str(message_id), words]), file=out, flush=True)
        self._at("answered")
        return [Reply(f"re: {words}")]

    async def taken_before(self, conversation_id: UUID, message_id: UUID) -> list[Reply] | None:
        for taken_id, words in lines(self._folder / "answered"):
            if taken_id == str(message_id):
                return [Reply(f"re: {words}")]
        return None


class FileChannel(Channel):
    def __init__(self, folder: Path, at: Callable[[str], None]) -> None:
        super().__init__()
        self._folder, self._at = folder, at

    async def send(self, part: Part, address: Address, idempotency_key: str) -> SendResult:
        self._at("sending")
        with (self._folder / "called").open("a") as out:
            print(json.dumps([address.external_id, part.payload["text"]]), file=out, flush=True)
        self._at("called")
        return Sent(None)


def lines(file: Path) -> list[list[str]]:
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def world_in(folder: Path, url: str, stack: AsyncExitStack, at: Callable[[str], None], dead_after: float) -> World:
    settings = Settings(turn_pause_seconds=0)
    database = Database(url)
    return World(database, FileAssistant(folder, at), FileChannel(folder, at), settings, stack, dead_after)


def _dies(step: str) -> Callable[[str], None]:
    def at(reached: str) -> None:
        if reached == step:
            os.kill(os.getpid(), signal.SIGKILL)

    return at


def _die_after(owner: type, name: str, kind: type | None, at: Callable[[], None]) -> None:
    original: Callable[..., Awaitable[Any]] = getattr(owner, name)

    async def wrapped(*args: Any, **options: Any) -> Any:
        result = await original(*args, **options)
        if kind is None or isinstance(result, kind):
            at()
        return result

    setattr(owner, name, wrapped)


async def main(url: str, step: str, folder: Path) -> None:
    at = _dies(step)
    _die_after(Turns, "begin", Turn, lambda: at("begun"))
    _die_after(Turns, "settle", None, lambda: at("settled"))
    _die_after(Sends, "next", Due, lambda: at("marked"))
    _die_after(Sends, "sent", None, lambda: at("sent"))
    async with AsyncExitStack() as stack:
        await world_in(folder, url, stack, at, 5.0).start()
        await asyncio.sleep(60)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
