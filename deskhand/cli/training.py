"""`deskhand train`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def train(
    force: Annotated[bool, typer.Option("--force", help="Train even if nothing changed, and all of it.")] = False,
) -> None:
    """Train a model from config.yml, domain.yml and data/, unless the newest one is made from them as they are.

    It is `rasa train` with a progress bar; plain `rasa train` does as well.
    """
    import asyncio

    from deskhand.runtime import training
    from deskhand.runtime.supervisor import EXIT_INTERRUPTED, Console, Signals
    from deskhand.runtime.up import require_project
    from deskhand.settings import get_settings

    project = Path.cwd()
    require_project(project)
    reason = "you asked for it" if force else training.why_train(project)
    model = training.newest_model(project)
    if reason is None and model:
        print(f"{model.file.name} is up to date.")
        return
    print(f"Training, as {reason}.")
    log_file = get_settings().data_dir / "logs" / "training.log"

    async def run() -> int:
        with Signals() as signals:
            try:
                await training.train(project, Console(), log_file, ["--force"] if force else [])
            except asyncio.CancelledError:
                return EXIT_INTERRUPTED if signals.exit_code is None else signals.exit_code
        return 0

    raise typer.Exit(asyncio.run(run()))
