"""The assistant under test: a database of its own, the real Rasa server and the real action server."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TextIO

from ruamel.yaml import YAML

from deskhand.e2e.errors import StackNotStarted
from deskhand.e2e.scratch import scratch_database
from deskhand.runtime import health
from deskhand.runtime.demo import seed_if_empty
from deskhand.runtime.supervisor import Part
from deskhand.runtime.supervisor.child import Child
from deskhand.settings import Settings
from deskhand.store import embedded

_HOST = "127.0.0.1"
_READY_SECONDS = 180.0
_STOP_SECONDS = 8.0
_POLL_SECONDS = 0.1
_WEBCHAT = "deskhand.channels.webchat.WebChat"
_LIMITS = (
    "messages_per_minute_and_session",
    "messages_per_minute_and_address",
    "sessions_per_minute_and_address",
    "reads_per_minute_and_session",
)
_NO_LIMIT = 1_000_000


@dataclass(frozen=True)
class Stack:
    """Where the assistant under test answers, and its database."""

    base_url: str
    database_url: str


@contextlib.asynccontextmanager
async def started(settings: Settings, model: Path, log_folder: Path) -> AsyncIterator[Stack]:
    """Starts everything, and stops it whatever happens. Raises `StackNotStarted`, `DatabaseUnavailable`."""
    port, actions_port = free_ports(2)
    with (
        tempfile.TemporaryDirectory(prefix="deskhand-e2e-") as folder,
        _server_url(settings) as server,
        _log(log_folder, "articles") as log,
    ):
        async with scratch_database(server, Path.cwd(), partial(print, file=log, flush=True)) as url:
            await seed_if_empty(url)
            environment = _environment(Path(folder), url, port, actions_port)
            credentials = write_credentials(Path("credentials.yml"), Path(folder))
            async with _running(_parts(environment, credentials, model, port, actions_port), log_folder):
                yield Stack(f"http://{_HOST}:{port}", url)


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on now."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind((_HOST, 0))
        return [each.getsockname()[1] for each in sockets]


@contextlib.contextmanager
def _server_url(settings: Settings) -> Iterator[str]:
    if settings.database_url:
        yield settings.database_url
        return
    server = embedded.start(settings.data_dir / "postgres")
    try:
        yield server.url
    finally:
        server.stop()


def _environment(folder: Path, database_url: str, port: int, actions_port: int) -> Mapping[str, str]:
    return {
        "DATABASE_URL": database_url,
        "DESKHAND_DATA_DIR": str(folder),
        "DESKHAND_HOST": _HOST,
        "DESKHAND_PORT": str(port),
        "DESKHAND_ACTIONS_PORT": str(actions_port),
        "DESKHAND_ACTIONS_TOKEN": secrets.token_urlsafe(16),
        "DESKHAND_SESSION_KEY": secrets.token_urlsafe(32),
        "DESKHAND_CODE_KEY": secrets.token_urlsafe(16),
        "DESKHAND_SMTP_HOST": "",  # no mail leaves, whatever .env says
        "DESKHAND_LLM_URL": "",  # nor does a question
        "DESKHAND_TURN_PAUSE_SECONDS": "0",  # the tests' customers say everything in one message
        "DESKHAND_PUBLIC_URL": f"http://{_HOST}:{port}",
    }


def write_credentials(original: Path, folder: Path) -> Path:
    """The project's channels, with limits that many conversations from one address do not reach."""
    yaml = YAML(typ="safe")
    content = yaml.load(original.read_text(encoding="utf-8")) if original.exists() else {}
    options = (content or {}).get(_WEBCHAT) or {}
    file = folder / "credentials.yml"
    with file.open("w", encoding="utf-8") as out:
        yaml.dump({**(content or {}), _WEBCHAT: {**options, **dict.fromkeys(_LIMITS, _NO_LIMIT)}}, out)
    return file


def _parts(
    environment: Mapping[str, str], credentials: Path, model: Path, port: int, actions_port: int
) -> tuple[Part, Part]:
    rasa = [sys.executable, "-m", "rasa", "run", "--model", str(model), "--credentials", str(credentials)]
    rasa += ["--interface", _HOST, "--port", str(port)]
    actions = [sys.executable, "-m", "deskhand.runtime.action_server"]
    return (
        Part("assistant", rasa, partial(health.assistant_is_ready, _HOST, port), environment),
        Part("actions", actions, partial(health.action_server_is_ready, actions_port), environment),
    )


@contextlib.asynccontextmanager
async def _running(parts: tuple[Part, ...], log_folder: Path) -> AsyncIterator[None]:
    children: list[Child] = []
    relays: list[asyncio.Task[None]] = []
    with contextlib.ExitStack() as logs:
        try:
            for part in parts:
                log = logs.enter_context(_log(log_folder, part.name))
                children.append(await Child.start(part))
                relays.append(asyncio.create_task(children[-1].relay(partial(print, file=log, flush=True))))
            await asyncio.gather(*(_until_ready(child) for child in children))
            yield
        finally:
            await asyncio.gather(*(child.stop(_STOP_SECONDS) for child in children))
            if relays:
                await asyncio.wait(relays, timeout=_STOP_SECONDS)


def _log(folder: Path, part: str) -> TextIO:
    folder.mkdir(parents=True, exist_ok=True)
    return (folder / f"e2e-{part}.log").open("w", encoding="utf-8")


async def _until_ready(child: Child) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while not await child.part.is_ready():
        if not child.is_running or time.monotonic() > deadline:
            said = "\n".join(f"    {line}" for line in child.last_lines) or "    (nothing)"
            ended = "ended" if not child.is_running else f"was not ready after {_READY_SECONDS:.0f} s"
            raise StackNotStarted(f"{child.part.name} {ended}. The last lines it said:\n{said}")
        await asyncio.sleep(_POLL_SECONDS)
