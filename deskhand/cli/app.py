"""The commands, put together."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import typer

from deskhand.cli import (
    crm,
    database,
    desk,
    e2e,
    handoffs,
    knowledge,
    messages,
    nlu,
    settings,
    telegram,
    testing,
    training,
    up,
)

_state = {"debug": False}

app = typer.Typer(
    help="Deskhand: a self-hosted support assistant on Rasa.",
    epilog="Run it in the folder that holds config.yml. The settings are in docs/settings.md.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("up")(up.up)
app.command("train")(training.train)
app.command("test")(testing.run_tests)
app.command("e2e")(e2e.e2e)
app.add_typer(desk.app, name="desk")
app.add_typer(database.app, name="db")
app.add_typer(crm.app, name="crm")
app.add_typer(nlu.app, name="nlu")
app.add_typer(knowledge.app, name="knowledge")
app.add_typer(handoffs.app, name="handoffs")
app.add_typer(messages.app, name="messages")
app.add_typer(telegram.app, name="telegram")
app.command("settings")(settings.show)


def debug() -> bool:
    """Whether errors are to be shown with where they came from."""
    return _state["debug"]


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"Deskhand {version('deskhand')}, Rasa {version('rasa')}")
        raise typer.Exit


@app.callback()
def _options(
    show_debug: Annotated[bool, typer.Option("--debug", help="Show where an error came from.")] = False,
    _version: Annotated[
        bool, typer.Option("--version", help="Say the version and end.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    _state["debug"] = show_debug
