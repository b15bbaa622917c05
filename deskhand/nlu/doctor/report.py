"""The findings for a person at a terminal, and for a program."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from deskhand.nlu.doctor.findings import Finding, Kind, Quote

FINDINGS_SHOWN = 8
QUOTES_SHOWN = 4
_TEXT_SHOWN = 160


def summary(findings: Sequence[Finding], examples: int, intents: int) -> str:
    """One line: what was looked at, and how much there is to do."""
    certain = sum(finding.kind.certain for finding in findings)
    looked_at = f"{examples} examples in {intents} intents"
    if not findings:
        return f"{looked_at}: nothing to mend."
    return (
        f"{looked_at}: {_counted(certain, 'certain problem')}, {_counted(len(findings) - certain, 'thing')} to look at."
    )


def _counted(count: int, what: str) -> str:
    return f"{count or 'no'} {what}{'' if count == 1 else 's'}"


def show(findings: Sequence[Finding], console: Console, everything: bool = False) -> None:
    """A section for each kind, the most important first; the findings of one that say most, unless `everything`."""
    for kind in Kind:
        own = [finding for finding in findings if finding.kind == kind]
        if own:
            _show_section(kind, own, console, len(own) if everything else FINDINGS_SHOWN, everything)


def _show_section(kind: Kind, findings: Sequence[Finding], console: Console, count: int, everything: bool) -> None:
    title = Text(f"{kind.heading} ({len(findings)})", style="bold red" if kind.certain else "bold yellow")
    title.append(f"  --only {kind}", style="dim")
    console.print(title, soft_wrap=True)
    for finding in findings[:count]:
        _print(console, f"  {finding.message}")
        for quote in finding.quotes if everything else finding.quotes[:QUOTES_SHOWN]:
            _show_quote(quote, console)
        if len(finding.quotes) > QUOTES_SHOWN and not everything:
            _print(console, f"    {len(finding.quotes) - QUOTES_SHOWN} more lines: --all", "dim")
        _print(console, f"    → {finding.action}", "green")
    if len(findings) > count:
        _print(console, f"  {len(findings) - count} more: --all", "dim")
    console.print()


def _show_quote(quote: Quote, console: Console) -> None:
    line = Text("    ")
    # The place stands whole and by itself, so that terminals and editors make it a link.
    line.append(str(quote.place), style=f"cyan link file://{quote.place.file.resolve()}")
    line.append(f"  {quote.intent}: " if quote.intent else "  ")
    line.append(quote.text if len(quote.text) <= _TEXT_SHOWN else f"{quote.text[:_TEXT_SHOWN]}…", style="bold")
    if quote.note:
        line.append(f"  ({quote.note})", style="dim")
    console.print(line, soft_wrap=True)


def _print(console: Console, text: str, style: str = "") -> None:
    console.print(Text(text, style=style), soft_wrap=True)


def as_json(findings: Sequence[Finding], examples: int, intents: int) -> str:
    """All findings as one JSON object. Its keys are public."""
    content = {
        "examples": examples,
        "intents": intents,
        "certain": sum(finding.kind.certain for finding in findings),
        "likely": sum(not finding.kind.certain for finding in findings),
        "findings": [_as_object(finding) for finding in findings],
    }
    return json.dumps(content, ensure_ascii=False, indent=1)


def _as_object(finding: Finding) -> dict[str, object]:
    return {
        "kind": str(finding.kind),
        "certain": finding.kind.certain,
        "message": finding.message,
        "action": finding.action,
        "intents": sorted({*finding.intents, *(quote.intent for quote in finding.quotes if quote.intent)}),
        "lines": [
            {
                "file": _name(quote.place.file),
                "line": quote.place.line,
                "intent": quote.intent,
                "text": quote.text,
                "note": quote.note,
            }
            for quote in finding.quotes
        ],
    }


def _name(file: Path) -> str:
    return file.as_posix()
