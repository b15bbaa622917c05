"""`deskhand telegram …`: a bot and its webhook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from deskhand.channels.telegram.options import TelegramOptions

app = typer.Typer(help="The Telegram bot: docs/channels/telegram.md.", no_args_is_help=True)

Credentials = Annotated[Path, typer.Option("--credentials", help="The file that names the channels.")]
DEFAULT = Path("credentials.yml")


@app.command()
def connect(
    drop_waiting: Annotated[
        bool, typer.Option("--drop-waiting", help="Forget what customers wrote while the bot was not connected.")
    ] = False,
    credentials: Credentials = DEFAULT,
) -> None:
    """Have Telegram deliver to this assistant, and put the commands into the bot's menu. Safe to repeat."""
    import asyncio

    from deskhand.channels.telegram import setup
    from deskhand.settings import get_settings

    options, public_url = _options(credentials), get_settings().public_url
    bot = asyncio.run(setup.connect(options, public_url, drop_waiting=drop_waiting))
    if options.mode == "polling":
        print(f"@{bot.username} delivers nowhere by itself: the assistant asks for updates while it runs.")
    else:
        print(f"@{bot.username} delivers to {setup.webhook_url(public_url)}.")
    print(f"Customers write to https://t.me/{bot.username}")


@app.command()
def disconnect(credentials: Credentials = DEFAULT) -> None:
    """Have Telegram deliver nowhere. What customers write is kept for a day and comes with the next `connect`."""
    import asyncio

    from deskhand.channels.telegram import setup

    bot = asyncio.run(setup.disconnect(_options(credentials)))
    print(f"@{bot.username} delivers nowhere.")


@app.command()
def status(credentials: Credentials = DEFAULT) -> None:
    """Say where Telegram delivers, what waits and what went wrong (exit code 1 if something is wrong)."""
    import asyncio

    from deskhand.channels.telegram import setup
    from deskhand.settings import get_settings

    options = _options(credentials)
    found = asyncio.run(setup.status(options, get_settings().public_url))
    print(f"Bot         @{found.bot.username} ({found.bot.id})")
    print(f"Mode        {options.mode}")
    print(f"Webhook     {found.webhook_url or 'none'}")
    print(f"Waiting     {found.waiting} {'update' if found.waiting == 1 else 'updates'}")
    if found.last_error_at is not None:
        print(f"Last error  {found.last_error_at:%Y-%m-%d %H:%M} UTC: {found.last_error}")
    for problem in found.problems:
        print(f"Problem     {problem}")
    raise typer.Exit(1 if found.problems else 0)


def _options(credentials: Path) -> TelegramOptions:
    from deskhand.channels.telegram.options import options_in
    from deskhand.settings import get_settings

    return options_in(credentials, get_settings())
