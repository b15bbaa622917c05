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
from deskhand.runtime.demo import seed_if_empty
from deskhand.runtime.up import AFTER_OTHERS
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
class ServerProcess:
    """One server; started again on the same port after each kill."""

    command: list[str]
    port: int
    environment: Mapping[str, str]
    log: Path
    ready_path: str = "/ready"
    process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        """Raises `RuntimeError` when it does not run."""
        if self.process is None:
            raise RuntimeError("The server was not started.")
        return self.process.pid

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
                    if (await client.get(f"{self.url}{self.ready_path}", timeout=2)).status_code == httpx.codes.OK:
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
    assistants: list[ServerProcess] = field(default_factory=list)
    actions: ServerProcess | None = None
    channels: ServerProcess | None = None

    @property
    def processes(self) -> list[ServerProcess]:
        return [each for each in (self.actions, self.channels, *self.assistants) if each is not None]

    @property
    def postgres_pid(self) -> int:
        return postgres_pid(self.folder / "postgres")

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
    apart: bool = False,
) -> AsyncIterator[Stack]:
    """`count` assistants on one database. With a model they are Rasa's servers, beside an action server; else they
    echo. `apart`: the channels have a server of their own, as with `deskhand up`."""
    with tempfile.TemporaryDirectory(prefix="deskhand-bench-") as name:
        folder = Path(name)
        server = await asyncio.to_thread(embedded.start, folder / "postgres", {"max_connections": "300"})
        await asyncio.to_thread(migrations.upgrade, server.url)
        stack = Stack(folder, server)
        environment = environment_of(folder, server.url) | dict(more_environment or {})
        credentials = folder / "credentials.yml"
        YAML(typ="safe").dump({name: dict(options) for name, options in channels.items()}, credentials)
        actions_port, channels_port, *ports = free_ports(count + 2)
        environment["DESKHAND_ACTIONS_PORT"] = str(actions_port)
        for number, port in enumerate(ports):
            log = log_folder / f"assistant-{number}.log"
            command = [*(AFTER_OTHERS if apart else ()), *_command(credentials, port, model)]
            stack.assistants.append(ServerProcess(command, port, environment, log))
        if model is not None:
            await seed_if_empty(server.url)
            stack.actions = action_server(actions_port, environment, log_folder)
        if apart:
            environment["DESKHAND_ASSISTANT_DUTIES"] = "turns"
            command = [sys.executable, "-m", "deskhand.channels.server", "--credentials", str(credentials)]
            command += ["--port", str(channels_port)]
            stack.channels = ServerProcess(command, channels_port, environment, log_folder / "channels.log")
        try:
            await asyncio.gather(*(each.start() for each in stack.processes))
            yield stack
        finally:
            await asyncio.gather(*(each.kill(signal.SIGTERM) for each in stack.processes))
            stack.server.stop()


def action_server(port: int, environment: Mapping[str, str], log_folder: Path) -> ServerProcess:
    environment = {**environment, "DESKHAND_ACTIONS_PORT": str(port)}
    command = [sys.executable, "-m", "deskhand.runtime.action_server"]
    return ServerProcess(command, port, environment, log_folder / "actions.log", "/health")


def logs_in(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def postgres_pid(folder: Path) -> int:
    return int((folder / "postmaster.pid").read_text(encoding="utf-8").split()[0])


def environment_of(folder: Path, database_url: str) -> dict[str, str]:
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
