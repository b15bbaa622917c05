"""`deskhand handoffs …`: who waits for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from deskhand.errors import DeskhandError

if TYPE_CHECKING:
    from deskhand.conversation.model import Handoff, Message
    from deskhand.store.database import Database

app = typer.Typer(help="Conversations that were handed over to a person.", no_args_is_help=True)
_SHORT = 8


@app.command("list")
def list_handoffs(
    everything: Annotated[bool, typer.Option("--all", help="Also those that are closed.")] = False,
) -> None:
    """List the handoffs that wait, the oldest first."""
    from rich.console import Console
    from rich.table import Table

    from deskhand.cli.connection import with_database

    async def read(database: Database) -> list[Handoff]:
        from deskhand.store.conversations import Conversations

        return await Conversations(database).handoffs(open_only=not everything)

    found = sorted(with_database(read), key=lambda handoff: handoff.requested_at)
    if not found:
        print("Nobody waits for a person.")
        return
    table = Table("Id", "Since (UTC)", "Reason", "Identity", "Summary", box=None, pad_edge=False)
    for handoff in found:
        since = f"{handoff.requested_at:%d %b %H:%M}" + (" closed" if handoff.closed_at else "")
        packet = handoff.packet
        table.add_row(str(handoff.id)[:_SHORT], since, packet.reason, packet.identity, packet.summary)
    Console().print(table)


@app.command()
def show(handoff_id: Annotated[str, typer.Argument(metavar="ID", help="The id, or its beginning.")]) -> None:
    """Show one handoff with everything that an agent needs, and the conversation."""
    from deskhand.cli.connection import with_database

    async def read(database: Database) -> tuple[Handoff, list[Message]]:
        from deskhand.store.conversations import Conversations

        conversations = Conversations(database)
        handoff = _only(await conversations.handoffs(open_only=False), handoff_id)
        return handoff, await conversations.history(handoff.conversation_id, limit=500)

    handoff, messages = with_database(read)
    for line in described(handoff, messages):
        print(line)


def _only(handoffs: list[Handoff], beginning: str) -> Handoff:
    found = [each for each in handoffs if str(each.id).startswith(beginning.lower())]
    if len(found) != 1:
        what = "No handoff" if not found else f"{len(found)} handoffs"
        raise DeskhandError(f"{what} with an id that begins with {beginning!r}. See `deskhand handoffs list --all`.")
    return found[0]


def described(handoff: Handoff, messages: list[Message]) -> list[str]:
    """The packet and the transcript, as lines of text."""
    packet = handoff.packet
    lines = [
        f"Handoff       {handoff.id}",
        f"Conversation  {handoff.conversation_id}",
        f"Requested     {handoff.requested_at:%Y-%m-%d %H:%M} UTC",
        f"Closed        {handoff.closed_at:%Y-%m-%d %H:%M} UTC" if handoff.closed_at else "Closed        no",
        f"Reason        {packet.reason}",
        f"Identity      {packet.identity}",
        f"Mood          {packet.mood}",
        f"Summary       {packet.summary}",
    ]
    lines += [f"Tried         {each}" for each in packet.tried]
    lines += [f"Open          {each}" for each in packet.open]
    lines += [f"Suggested     {packet.suggested_resolution}"] if packet.suggested_resolution else []
    lines += [f"Policy        {packet.policy.title} {packet.policy.url}".rstrip()] if packet.policy else []
    for title, content in (("Slots", packet.slots), ("CRM", packet.crm_context)):
        lines += ["", title, *(f"  {name}: {value}" for name, value in content.items())] if content else []
    return [*lines, "", "Conversation", *(f"  {each.sent_at:%H:%M} {each.author:<9} {each.text}" for each in messages)]
