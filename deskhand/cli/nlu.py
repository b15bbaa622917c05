"""`deskhand nlu …`: the training data of the understanding."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deskhand.errors import DeskhandError

if TYPE_CHECKING:
    from deskhand.nlu.doctor.examination import Patient
    from deskhand.nlu.doctor.findings import Kind

DATA = Path("data/nlu")
HELD_OUT = Path("tests/nlu/heldout.yml")
DOMAIN = Path("domain.yml")
CONFIG = Path("config.yml")

app = typer.Typer(help="The examples that the assistant learns to understand from.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keeps the commands below `nlu` even while there is only one."""


@app.command()
def doctor(
    data: Annotated[Path, typer.Option("--data", help="The examples: a file or a folder.")] = DATA,
    heldout: Annotated[
        Path, typer.Option("--heldout", help="The sentences that measure; none of them may be learned.")
    ] = HELD_OUT,
    domain: Annotated[Path, typer.Option("--domain", help="The domain: a file or a folder.")] = DOMAIN,
    intent: Annotated[str | None, typer.Option("--intent", help="Only what concerns this intent.")] = None,
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="KIND", help="Only this kind; may be given several times.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Show all, not only the most important.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Fail also on what is only likely.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="All of it as JSON.")] = False,
) -> None:
    """Look for mistakes in the examples: repeats, overlaps, wrong labels, annotations that disagree.

    The exit code is 1 when something is certainly wrong. The kinds are described in docs/designer.md.
    """
    from rich.console import Console

    from deskhand.nlu.doctor import report
    from deskhand.nlu.doctor.examination import examine

    kinds = _kinds(only)
    patient = _patient(data, heldout, domain)
    intents = patient.training.by_intent
    if intent is not None and intent not in intents:
        raise DeskhandError(
            f"{data} has no examples of the intent {intent!r}. There are: {', '.join(sorted(intents))}."
        )
    found = [each for each in examine(patient, kinds) if intent is None or each.concerns(intent)]
    counts = len(patient.training.sentences), len(intents)
    if as_json:
        print(report.as_json(found, *counts))
    else:
        report.show(found, Console(highlight=False), everything)
        print(report.summary(found, *counts))
    if any(strict or finding.kind.certain for finding in found):
        raise typer.Exit(1)


def _kinds(only: list[str] | None) -> set[Kind]:
    from deskhand.nlu.doctor.findings import Kind

    unknown = [name for name in only or () if name not in set(Kind)]
    if unknown:
        raise DeskhandError(f"There is no kind {unknown[0]!r}. There are: {', '.join(Kind)}.")
    return {Kind(name) for name in only} if only else set(Kind)


def _patient(data: Path, heldout: Path, domain: Path) -> Patient:
    """Reads everything. What stands at a default place may be missing, and is then said on stderr; what was asked
    for may not."""
    from deskhand.encoders.weights import DEFAULT_WEIGHTS
    from deskhand.nlu.doctor.examination import Patient
    from deskhand.nlu.doctor.names import configured_weights, read_names
    from deskhand.nlu.doctor.reading import read

    if domain == DOMAIN and not domain.exists():
        domain = domain.with_suffix("")
    return Patient(
        training=read(data),
        held_out=read(heldout) if _there(heldout, HELD_OUT) else None,
        names=read_names(domain) if _there(domain, DOMAIN.with_suffix("")) else None,
        weights=(configured_weights(CONFIG) if CONFIG.exists() else None) or DEFAULT_WEIGHTS,
    )


def _there(path: Path, default: Path) -> bool:
    if path != default or path.exists():
        return True
    print(f"There is no {path}: what needs it is not checked.", file=sys.stderr)
    return False
