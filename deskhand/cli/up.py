"""`deskhand up`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer


def up(
    train: Annotated[bool, typer.Option(help="Train first if anything changed since the last training.")] = True,
) -> None:
    """Start everything: database, demo data, training if needed, assistant, actions. Ctrl-C stops it.

    Ports, addresses and the database are settings: DESKHAND_PORT=8005 deskhand up.
    """
    started = time.monotonic()
    import asyncio

    from deskhand.runtime import up as runtime
    from deskhand.runtime.supervisor import Console
    from deskhand.settings import get_settings

    settings = get_settings()
    console = Console(runtime.PARTS, log_file=settings.data_dir / "logs" / "deskhand.log")
    start = runtime.Start(Path.cwd(), settings, console, may_train=train, started=started)
    raise typer.Exit(asyncio.run(runtime.up(start)))
