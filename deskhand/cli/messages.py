"""`deskhand messages …`: what did not reach customers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from deskhand.errors import DeskhandError

if TYPE_CHECKING:
    from deskhand.store.database import Database
    from deskhand.store.stuck import SentPart

app = typer.Typer(help="Messages to customers that did not reach them.", no_args_is_help=True)
_SHORT = 8


@app.command()
def failed() -> None:
    """List what has failed and what waits, the newest first."""
    from rich.console import Console
    from rich.table import Table

    from deskhand.cli.connection import with_database
    from deskhand.store.stuck import stuck_parts

    parts = with_database(stuck_parts)
    if not parts:
        print("Everything has reached its customers.")
        return
    table = Table("Message", "Channel", "State", "Cause", "Code", "Tries", "Since (UTC)", box=None, pad_edge=False)
    for part in parts:
        table.add_row(
            str(part.message_id)[:_SHORT],
            part.channel,
            part.state,
            part.cause or "",
            part.code or "",
            str(part.attempts),
            f"{part.queued_at:%d %b %H:%M}",
        )
    Console().print(table)
    print("More of one: deskhand messages show ID. Once more: deskhand messages retry ID, or --all.")


@app.command()
def show(message_id: Annotated[str, typer.Argument(metavar="ID", help="The message's id, or its beginning.")]) -> None:
    """Show what became of a message, part by part."""
    parts = _parts_of(message_id)
    first = parts[0]
    print(f"Message       {first.message_id}")
    print(f"Conversation  {first.conversation_id}")
    print(f"Channel       {first.channel}")
    for part in parts:
        name = "template" if part.position < 0 else f"part {part.position + 1}"
        tries = f"{part.attempts} tries" + (f", {part.repeats} after a crash" if part.repeats else "")
        why = ", ".join(word for word in (part.cause, part.code, part.detail) if word)
        print(
            f"{name:<12}  {part.state}, {tries}, queued {part.queued_at:%d %b %H:%M:%S}" + (f": {why}" if why else "")
        )


@app.command()
def retry(
    message_ids: Annotated[
        list[str] | None, typer.Argument(metavar="ID...", help="Messages, by id or beginning.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that failed or wait.")] = False,
) -> None:
    """Send again what has failed."""
    from deskhand.cli.connection import with_database
    from deskhand.store.stuck import send_again, stuck_parts

    if bool(message_ids) == everything:
        raise DeskhandError("Name the messages to send again, or give --all. See: deskhand messages failed")
    ids = {part.message_id for one in message_ids or [] for part in _parts_of(one)}

    async def again(database: Database) -> int:
        chosen = ids or {part.message_id for part in await stuck_parts(database, limit=10_000)}
        return await send_again(database, sorted(chosen))

    count = with_database(again)
    print(f"Queued again: {count} {'part' if count == 1 else 'parts'}.")


def _parts_of(beginning: str) -> list[SentPart]:
    from deskhand.cli.connection import with_database
    from deskhand.store.stuck import parts_of

    parts = with_database(lambda database: parts_of(database, beginning))
    if len({part.message_id for part in parts}) != 1:
        what = "No message" if not parts else "More than one message"
        raise DeskhandError(
            f"{what} to a customer has an id that begins with {beginning!r}. See: deskhand messages failed"
        )
    return parts
