"""`deskhand desk` and `deskhand desk …`: the agents' web application."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from deskhand.store.database import Database

app = typer.Typer(help="The desk, where agents answer.", invoke_without_command=True)


@app.callback()
def serve(context: typer.Context) -> None:
    """Serve the desk alone, until Ctrl-C. `deskhand up` does it together with everything else."""
    if context.invoked_subcommand is not None:
        return
    import asyncio

    from deskhand.desk import __main__ as desk
    from deskhand.runtime.ports import require_free
    from deskhand.runtime.up import desk_address, desk_port
    from deskhand.settings import get_settings
    from deskhand.store.errors import DatabaseUnavailable

    settings = get_settings()
    require_free(desk_port(settings))
    try:
        password = asyncio.run(desk.first_password(settings, desk.database_url(settings)))
    except DatabaseUnavailable:
        password = None  # the desk says it, and the next start makes the account
    print(f"The desk is at {desk_address(settings)}. Ctrl-C stops it.")
    if password:
        print(f"Sign in as {settings.desk_administrator} with the one-time password {password}")
    desk.serve(settings)


@app.command("add-administrator")
def add_administrator(
    email: Annotated[str, typer.Argument(help="What they sign in with.")],
    name: Annotated[str, typer.Option(help="What customers and colleagues see.")] = "Administrator",
) -> None:
    """Make somebody an administrator, or let one in again who is locked out: prints a one-time password."""
    from deskhand.cli.connection import with_database
    from deskhand.errors import DeskhandError

    if "@" not in email:
        raise DeskhandError(f"{email!r} is no email address.")

    async def let_in(database: Database) -> str:
        from deskhand.store.desk.first_administrator import let_in_administrator

        return await let_in_administrator(database, email, name)

    password = with_database(let_in)
    print(f"{email} may sign in to the desk with the one-time password {password}")
