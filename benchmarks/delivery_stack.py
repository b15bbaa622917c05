"""What the delivery benchmarks run: a PostgreSQL, assistant processes, and their credentials."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from ruamel.yaml import YAML

from deskhand.e2e.stack import free_ports
from deskhand.store import embedded, migrations
from deskhand.store.embedded import EmbeddedServer

READY_SECONDS = 300
NO_LIMIT = 1_000_000
WEBCHAT, WHATSAPP, TELEGRAM = (
    "deskhand.channels.webchat.WebChat",
    "deskhand.channels.whatsapp.WhatsApp",
    "deskhand.channels.telegram.Telegram",
)


@dataclass
class AssistantProcess:
    """One server; started again on the same port after each kill."""

    command: list[str]
    port: int
    environment: Mapping[str, str]
    log: Path
    process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        with self.log.open("ab") as out:
            self.process = await asyncio.create_subprocess_exec(
                *self.command, stdout=out, stderr=out, env={**os.environ, **self.environment}
            )
        async with asyncio.timeout(READY_SECONDS), httpx.AsyncClient() as client:
            while True:
                with contextlib.suppress(httpx.HTTPError):
                    if (await client.get(f"{self.url}/ready", timeout=2)).status_code == httpx.codes.OK:
                        return
                await asyncio.sleep(0.1)

    async def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(how)
            await self.process.wait()


@dataclass
class Stack:
    folder: Path
    server: EmbeddedServer
    assistants: list[AssistantProcess] = field(default_factory=list)

    @property
    def database_url(self) -> str:
        return self.server.url

    async def restart_database(self) -> None:
        await asyncio.to_thread(self.server.stop)
        self.server = await asyncio.to_thread(embedded.start, self.folder / "postgres", {"max_connections": "300"})


@contextlib.asynccontextmanager
async def started(
    count: int,
    channels: Mapping[str, Mapping[str, object]],
    *,
    model: Path | None,
    log_folder: Path,
    more_environment: Mapping[str, str] | None = None,
) -> AsyncIterator[Stack]:
    """`count` assistants on one database. With a model they are Rasa's servers, else they echo."""
    with tempfile.TemporaryDirectory(prefix="deskhand-bench-") as name:
        folder = Path(name)
        server = await asyncio.to_thread(embedded.start, folder / "postgres", {"max_connections": "300"})
        await asyncio.to_thread(migrations.upgrade, server.url)
        stack = Stack(folder, server)
        environment = _environment(folder, server.url) | dict(more_environment or {})
        credentials = folder / "credentials.yml"
        YAML(typ="safe").dump({name: dict(options) for name, options in channels.items()}, credentials)
        for number, port in enumerate(free_ports(count)):
            log = log_folder / f"assistant-{number}.log"
            command = _command(credentials, port, model)
            stack.assistants.append(AssistantProcess(command, port, environment, log))
        try:
            await asyncio.gather(*(assistant.start() for assistant in stack.assistants))
            yield stack
        finally:
            await asyncio.gather(*(assistant.kill(signal.SIGTERM) for assistant in stack.assistants))
            stack.server.stop()


def logs_in(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _environment(folder: Path, database_url: str) -> dict[str, str]:
    return {
        "DATABASE_URL": database_url,
        "DESKHAND_DATA_DIR": str(folder / "data"),
        "DESKHAND_SESSION_KEY": secrets.token_urlsafe(32),
        "DESKHAND_ACTIONS_TOKEN": secrets.token_urlsafe(16),
        "DESKHAND_CODE_KEY": secrets.token_urlsafe(16),
        "DESKHAND_MAILBOX_KEY": secrets.token_urlsafe(16),
        "DESKHAND_TURN_PAUSE_SECONDS": "0.3",
        "DESKHAND_LOG_LEVEL": "WARNING",
    }


def _command(credentials: Path, port: int, model: Path | None) -> list[str]:
    if model is None:
        return [sys.executable, "-m", "benchmarks.echo_assistant", str(credentials), str(port)]
    command = [sys.executable, "-m", "rasa", "run", "--model", str(model), "--credentials", str(credentials)]
    return [*command, "--interface", "127.0.0.1", "--port", str(port)]
