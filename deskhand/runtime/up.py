"""`deskhand up`: everything that Deskhand needs, in order, under one supervisor."""

from __future__ import annotations

import asyncio
import contextlib
import re
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from deskhand.errors import DeskhandError
from deskhand.runtime import health
from deskhand.runtime.articles import sync_articles
from deskhand.runtime.ports import Port, require_free
from deskhand.runtime.supervisor import EXIT_INTERRUPTED, Console, Part, Signals, Supervisor
from deskhand.runtime.training import Model, newest_model, train, why_train
from deskhand.settings import Settings

PARTS = ("assistant", "actions")
# What libraries say at every start and nobody can act on. It goes to the log file only.
_CHATTER = re.compile(r" INFO +(alembic\.runtime|sanic\.server|rasa_sdk\.(executor|endpoint|tracing))")
NEEDED = ("config.yml", "domain.yml", "endpoints.yml", "credentials.yml")


class NotAProject(DeskhandError):
    """The present folder holds no assistant."""


@dataclass(frozen=True)
class Start:
    """What `deskhand up` was asked for."""

    project: Path
    settings: Settings
    console: Console
    may_train: bool = True
    started: float = 0.0


async def up(start: Start) -> int:
    """Runs until it is stopped. Returns the exit code. Raises `DeskhandError` for what a person has to mend."""
    require_project(start.project)
    require_free(*ports(start.settings))
    # Rasa's processes check their files as well, but a mistake is better said now than after five starts.
    await asyncio.to_thread(check_files, start.project)
    with Signals() as signals:
        try:
            # The database while the model's inputs are read: they do not need each other.
            reason = asyncio.create_task(asyncio.to_thread(why_train, start.project))
            async with database(start.settings, start.console) as url:
                await sync_articles(start.project, url, start.console.say)
                model = await _model(start, await reason)
                supervisor = Supervisor(parts(start.settings, model), start.console, on_ready=partial(_announce, start))
                return await supervisor.run(signals)
        except asyncio.CancelledError:
            return EXIT_INTERRUPTED if signals.exit_code is None else signals.exit_code


def require_project(project: Path) -> None:
    """Raises `NotAProject` when the files that Rasa needs are not in that folder."""
    missing = [
        name for name in NEEDED if not (project / name).exists() and not (project / name).with_suffix("").is_dir()
    ]
    if missing:
        raise NotAProject(f"{project} has no {' and no '.join(missing)}. Go to the folder of your assistant first.")


def check_files(project: Path) -> None:
    """Raises `ConfigurationError`, with file and line, for a mistake in the files that Rasa reads."""
    from deskhand.runtime.checks.command_line import FILES

    for name, check in FILES.values():
        check(project / name)


def ports(settings: Settings) -> tuple[Port, Port]:
    return (
        Port(settings.port, settings.host, "assistant", "DESKHAND_PORT"),
        Port(settings.actions_port, "127.0.0.1", "action server", "DESKHAND_ACTIONS_PORT"),
    )


def parts(settings: Settings, model: Model) -> tuple[Part, Part]:
    """The processes to keep running."""
    assistant = [sys.executable, "-m", "rasa", "run", "--model", str(model.file)]
    assistant += ["--interface", settings.host, "--port", str(settings.port)]
    assistant_is_ready = partial(health.assistant_is_ready, settings.host, settings.port)
    actions = [sys.executable, "-m", "deskhand.runtime.action_server"]
    actions_are_ready = partial(health.action_server_is_ready, settings.actions_port)
    environment = {"LOG_LEVEL": settings.log_level}
    return (
        Part("assistant", assistant, assistant_is_ready, environment, _CHATTER),
        Part("actions", actions, actions_are_ready, environment, _CHATTER),
    )


@contextlib.asynccontextmanager
async def database(settings: Settings, console: Console) -> AsyncIterator[str]:
    """A database with its tables and, where wanted, the demo data. Gives its URL. Stops an embedded server at the end.

    The parts find the database by themselves: they hold on to an embedded server, so that it outlives them and
    not longer, whatever happens to this process.
    """
    from deskhand.store import embedded

    server = None
    url = settings.database_url
    try:
        if url is None:
            began = time.monotonic()
            folder = settings.data_dir / "postgres"
            server = await asyncio.to_thread(embedded.start, folder)
            url = server.url
            console.say(f"PostgreSQL runs in {folder} ({time.monotonic() - began:.1f} s).")
        await _prepare(url, settings, console)
        yield url
    finally:
        if server:
            await asyncio.to_thread(server.stop)
            console.say("PostgreSQL stopped.")


async def _prepare(url: str, settings: Settings, console: Console) -> None:
    from deskhand.store import migrations

    before = await asyncio.to_thread(migrations.current, url)
    await asyncio.to_thread(migrations.upgrade, url)
    after = await asyncio.to_thread(migrations.current, url)
    if before != after:
        console.say(f"The database's tables are now at revision {after}.")
    if settings.demo_data:
        from deskhand.runtime.demo import seed_if_empty

        if await seed_if_empty(url):
            console.say(f"{settings.business_name}'s demo customers are in the CRM: docs/demo-customers.md.")


async def _model(start: Start, reason: str | None) -> Model:
    model = newest_model(start.project)
    if reason is None and model:
        return model
    if not start.may_train:
        if model is None:
            raise DeskhandError("There is no model to run. Train one: deskhand train")
        start.console.say(f"Not trained as you asked, though {reason}.")
        return model
    start.console.say(f"Training, as {reason}. This takes a few minutes.")
    return await train(start.project, start.console, start.settings.data_dir / "logs" / "training.log")


def _announce(start: Start) -> None:
    console, settings = start.console, start.settings
    host = health.reachable(settings.host)
    base = f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"
    lines = [
        f"{settings.business_name}'s assistant is ready ({time.monotonic() - start.started:.1f} s).",
        "",
        f"  Chat      {console.bold(f'{base}/chat')}",
    ]
    if settings.smtp_host is None:
        key = settings.mailbox_key.get_secret_value()
        lines.append(f"  Mailbox   {base}/webhooks/webchat/mailbox?key={key}  (codes and links sent to customers)")
    lines.append("  Stop      Ctrl-C")
    for line in ("", *lines, ""):
        console.plain(line)  # not to the log file: the mailbox's key is a secret
