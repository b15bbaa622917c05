"""`deskhand up`: everything that Deskhand needs, in order, under one supervisor."""

from __future__ import annotations

import asyncio
import contextlib
import re
import sys
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from deskhand.channels.kinds import all_store_first
from deskhand.errors import DeskhandError
from deskhand.runtime import health
from deskhand.runtime.articles import sync_articles
from deskhand.runtime.checks.documents import read
from deskhand.runtime.ports import Port, require_free
from deskhand.runtime.supervisor import EXIT_INTERRUPTED, Console, Part, Signals, Supervisor
from deskhand.runtime.training import Model, newest_model, train, why_train
from deskhand.settings import Settings

PARTS = ("assistant", "actions", "channels", "desk")
_LOOPBACK = "127.0.0.1"
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
    apart = has_channels_apart(start.project)
    require_free(*ports(start.settings, apart))
    # Rasa's processes check their files as well, but a mistake is better said now than after five starts.
    await asyncio.to_thread(check_files, start.project)
    with Signals() as signals:
        try:
            # The database while the model's inputs are read: they do not need each other.
            reason = asyncio.create_task(asyncio.to_thread(why_train, start.project))
            async with database(start.settings, start.console) as url:
                password = await _first_administrator(start.settings, url)
                await sync_articles(start.project, url, start.console.say)
                model = await _model(start, await reason)
                running = parts(start.settings, model, apart)
                supervisor = Supervisor(running, start.console, on_ready=partial(_announce, start, password))
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


def has_channels_apart(project: Path) -> bool:
    """Whether a process without a model can serve the channels: all of them must be Deskhand's."""
    document = read(project / "credentials.yml")
    return document is not None and all_store_first(name for name, _, _ in document.entries())


def ports(settings: Settings, apart: bool) -> tuple[Port, ...]:
    behind = Port(settings.assistant_port, _LOOPBACK, "assistant", "DESKHAND_ASSISTANT_PORT")
    return (
        Port(settings.port, settings.host, "channels' server" if apart else "assistant", "DESKHAND_PORT"),
        Port(settings.actions_port, _LOOPBACK, "action server", "DESKHAND_ACTIONS_PORT"),
        desk_port(settings),
        *([behind] if apart else []),
    )


def desk_port(settings: Settings) -> Port:
    return Port(settings.desk_port, settings.desk_host, "desk", "DESKHAND_DESK_PORT")


def desk_address(settings: Settings) -> str:
    """Where agents find the desk."""
    return settings.desk_url or _address(settings.desk_host, settings.desk_port)


AFTER_OTHERS = ("nice", "-n", "10")
"""Before the command of a process that takes turns: a channel's webhook is not kept waiting while assistants think."""


def parts(settings: Settings, model: Model, apart: bool) -> tuple[Part, ...]:
    """The processes to keep running. `apart`: one serves the channels, and the assistant takes turns behind it."""
    environment = {"LOG_LEVEL": settings.log_level}
    outside, inside = (settings.host, settings.port), (_LOOPBACK, settings.assistant_port)
    actions = [sys.executable, "-m", "deskhand.runtime.action_server"]
    actions_are_ready = partial(health.action_server_is_ready, settings.actions_port)
    desk = [sys.executable, "-m", "deskhand.desk"]
    desk_is_ready = partial(health.desk_is_ready, settings.desk_host, settings.desk_port)
    others = (
        Part("actions", actions, actions_are_ready, environment, _CHATTER),
        Part("desk", desk, desk_is_ready, environment, _CHATTER),
    )
    if not apart:
        return _assistant(model, *outside, environment), *others
    channels = [sys.executable, "-m", "deskhand.channels.server"]
    answered = partial(health.assistant_is_ready, *outside)  # it says whether anybody takes turns
    turns = _assistant(model, *inside, environment | {"DESKHAND_ASSISTANT_DUTIES": "turns"})
    return (
        replace(turns, command=(*AFTER_OTHERS, *turns.command)),
        Part("channels", channels, answered, environment, _CHATTER),
        *others,
    )


def _assistant(model: Model, host: str, port: int, environment: Mapping[str, str]) -> Part:
    command = [sys.executable, "-m", "rasa", "run", "--model", str(model.file)]
    command += ["--interface", host, "--port", str(port)]
    return Part("assistant", command, partial(health.assistant_is_ready, host, port), environment, _CHATTER)


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


async def _first_administrator(settings: Settings, url: str) -> str | None:
    """The one-time password of the desk's first account, if there was none."""
    from deskhand.desk.__main__ import first_password

    return await first_password(settings, url)


def _address(host: str, port: int) -> str:
    reachable = health.reachable(host)
    return f"http://{f'[{reachable}]' if ':' in reachable else reachable}:{port}"


def _announce(start: Start, password: str | None = None) -> None:
    console, settings = start.console, start.settings
    base = _address(settings.host, settings.port)
    lines = [
        f"{settings.business_name}'s assistant is ready ({time.monotonic() - start.started:.1f} s).",
        "",
        f"  Chat      {console.bold(f'{base}/chat')}",
        f"  Desk      {console.bold(desk_address(settings))}",
    ]
    if password:
        lines.append(f"            Sign in as {settings.desk_administrator} with the one-time password {password}")
    if settings.smtp_host is None:
        key = settings.mailbox_key.get_secret_value()
        lines.append(f"  Mailbox   {base}/webhooks/webchat/mailbox?key={key}  (codes and links sent to customers)")
    lines.append("  Stop      Ctrl-C")
    for line in ("", *lines, ""):
        console.plain(line)  # not to the log file: the mailbox's key is a secret
