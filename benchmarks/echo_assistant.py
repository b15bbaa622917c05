"""An assistant process without a model: the real channels and the real delivery; who answers is an echo.

    python -m benchmarks.echo_assistant CREDENTIALS PORT

What it said it keeps in the tracker's table, as Rasa does, so that a turn that a kill interrupted is recognised.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from rasa.core.channels.channel import InputChannel, register
from rasa.shared.utils.common import class_from_module_path
from rasa.shared.utils.io import read_config_file
from sanic import Sanic

from deskhand.channels.delivery.serving import Delivery, the_delivery
from deskhand.conversation.model import Reply
from deskhand.store.desk.meanwhile import Meanwhile
from deskhand.store.tracker_events import TrackerEvents

THINKING_SECONDS = float(os.environ.get("ECHO_SECONDS", "0.02"))


class Echo:
    """Takes a moment, and answers with what it heard."""

    def __init__(self, delivery: Delivery) -> None:
        self._delivery = delivery

    def ready(self) -> bool:
        return True

    async def start(self, conversation_id: UUID) -> list[Reply]:
        return [Reply("Hi, I am an echo.")]

    async def answer(self, conversation_id: UUID, words: str, message_id: UUID) -> list[Reply]:
        await asyncio.sleep(THINKING_SECONDS)
        event = {"event": "user", "timestamp": time.time(), "text": words, "message_id": str(message_id)}
        await (await self._log()).append(str(conversation_id), [event])
        return [Reply(f"re: {words}")]

    async def tell(self, conversation_id: UUID, meanwhile: Sequence[Meanwhile]) -> list[Reply]:
        return []

    async def taken_before(self, conversation_id: UUID, message_id: UUID) -> list[Reply] | None:
        for event in await (await self._log()).since(str(conversation_id), 1):
            if event.data.get("message_id") == str(message_id):
                return [Reply(f"re: {event.data['text']}")]
        return None

    async def _log(self) -> TrackerEvents:
        return TrackerEvents(await self._delivery.database())


def main(credentials: Path, port: int) -> None:
    delivery = the_delivery()
    echo = Echo(delivery)
    join = delivery.join

    def join_with_echo(*args: Any, **options: Any) -> None:
        join(*args, **{**options, "assistant": echo})

    delivery.join = join_with_echo  # type: ignore[method-assign] # every channel is answered by the echo
    channels: list[InputChannel] = [
        class_from_module_path(name).from_credentials(options)
        for name, options in read_config_file(credentials).items()
    ]
    app: Any = Sanic("echo_assistant", configure_logging=False)
    register(channels, app, route="/webhooks/")
    app.run(host="127.0.0.1", port=port, single_process=True, motd=False, access_log=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
