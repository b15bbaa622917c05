"""`deskhand e2e`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def e2e(
    tests: Annotated[
        list[str] | None,
        typer.Argument(
            help="Files or folders; `file.yml::part of a name` selects single conversations.", metavar="TESTS"
        ),
    ] = None,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, help="How many conversations at once.")] = 4,
    url: Annotated[
        str | None,
        typer.Option(
            "--url",
            help="Test the assistant that runs there, e.g. http://127.0.0.1:5005, on the database of the settings. "
            "It puts the demo's customers back to how they were seeded.",
        ),
    ] = None,
    model: Annotated[
        Path | None, typer.Option("--model", help="A trained model; else the newest one.", exists=True, dir_okay=False)
    ] = None,
    junit: Annotated[Path | None, typer.Option("--junit", help="Write the results there as JUnit XML.")] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show every conversation.")] = False,
) -> None:
    """Hold whole conversations through the real chat, assistant, actions and database.

    It starts all of these by itself, with a database of their own. The exit code is 0 when every conversation went
    as it should. The files are described in docs/e2e.md.
    """
    import asyncio

    from deskhand.e2e.command import Order, run
    from deskhand.runtime.up import require_project
    from deskhand.settings import get_settings

    project = Path.cwd()
    require_project(project)
    order = Order(
        selections=tests or ["tests/e2e"],
        project=project,
        settings=get_settings(),
        jobs=jobs,
        url=url,
        model=model,
        junit=junit,
        verbose=verbose,
        say=lambda line: print(line, flush=True),
    )
    raise typer.Exit(asyncio.run(run(order)))
