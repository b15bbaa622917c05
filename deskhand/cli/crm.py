"""`deskhand crm …`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from deskhand.crm.types import ImportReport

app = typer.Typer(help="The business's customers and orders.", no_args_is_help=True)
SHOWN = 50


class Kind(StrEnum):
    CUSTOMERS = "customers"
    ORDERS = "orders"


@app.callback()
def _group() -> None:
    """Keeps `import` a command of its own, although it is the only one."""


@app.command("import")
def import_file(
    kind: Annotated[Kind, typer.Argument(help="What the file holds.")],
    path: Annotated[Path, typer.Argument(help="A .json, .jsonl, .csv or .tsv file.", exists=True, dir_okay=False)],
    mapping: Annotated[
        Path | None,
        typer.Option("--map", help="A mapping of another system's fields (docs/import.md).", exists=True),
    ] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Store it. Without this, only say what would happen.")] = False,
    everything: Annotated[bool, typer.Option("--all", help=f"List all bad rows, not {SHOWN} at most.")] = False,
) -> None:
    """Import customers or orders. Rows with problems are listed and skipped (exit code 1).

    Without --apply nothing is stored.
    """
    from deskhand.cli.connection import with_database
    from deskhand.crm.importing import run_import

    report = with_database(lambda db: run_import(db, kind.value, path, mapping, dry_run=not apply))
    _print(report, stored=apply, shown=len(report.bad_rows) if everything else SHOWN)
    raise typer.Exit(1 if report.bad_rows else 0)


def _print(report: ImportReport, *, stored: bool, shown: int) -> None:
    for bad in report.bad_rows[:shown]:
        print(f"{bad.source}, row {bad.row}: {f'{bad.field} {bad.problem}'.strip()}. To do: {bad.what_to_do}.")
    if len(report.bad_rows) > shown:
        print(f"… and {len(report.bad_rows) - shown} more (--all lists them).")
    rows = len({bad.row for bad in report.bad_rows})
    verb = "Stored" if stored else "Would store"
    print(
        f"{verb}: {report.created} new, {report.updated} changed; {report.unchanged} unchanged; "
        f"{rows} row{'' if rows == 1 else 's'} skipped."
    )
    if not stored:
        print("Nothing was stored. Add --apply to store it.")
