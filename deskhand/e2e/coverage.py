"""What of domain.yml the conversations touched, and what none of them did."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from deskhand.e2e.seen import Event, response_name

KINDS = ("intents", "actions", "forms", "responses")


@dataclass
class Touched:
    """Names, by kind."""

    intents: set[str] = field(default_factory=set)
    actions: set[str] = field(default_factory=set)
    forms: set[str] = field(default_factory=set)
    responses: set[str] = field(default_factory=set)

    def add(self, events: Iterable[Event]) -> None:
        """Takes in a conversation's tracker events."""
        for event in events:
            match event.get("event"):
                case "user":
                    self.intents.add(str(((event.get("parse_data") or {}).get("intent") or {}).get("name")))
                case "action":
                    self._ran(str(event.get("name")))
                case "active_loop":
                    self.forms.add(str(event.get("name")))
                case "bot":
                    self.responses.add(response_name(event) or "")

    def _ran(self, action: str) -> None:
        self.actions.add(action)
        if action.endswith("_form"):
            # Rasa does not write down that a form's own action ran: it does whenever the form does.
            self.actions.add(f"validate_{action}")


@dataclass(frozen=True)
class Coverage:
    known: Mapping[str, Sequence[str]]
    touched: Touched

    def missing(self, kind: str) -> list[str]:
        return [name for name in self.known[kind] if name not in getattr(self.touched, kind)]

    def percent(self, kind: str) -> float:
        known = len(self.known[kind])
        return 100.0 * (known - len(self.missing(kind))) / known if known else 100.0

    def lines(self, *, with_names: bool = True) -> Iterator[str]:
        """A line for each kind, with the names of what no conversation touched."""
        for kind in KINDS:
            known, missing = len(self.known[kind]), self.missing(kind)
            yield f"{kind:<10} {known - len(missing):>3} of {known:>3}  {self.percent(kind):>5.1f} %"
            if missing and with_names:
                yield from _wrapped(missing)


def _wrapped(names: Sequence[str]) -> Iterator[str]:
    line = "           untouched:"
    for name in names:
        if len(line) + len(name) > 118:
            yield line
            line = "                     "
        line += f" {name}"
    yield line


def names_in(domain: Path) -> dict[str, list[str]]:
    """Everything that a domain file, or a folder of them, names."""
    names: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for file in sorted(domain.glob("**/*.yml")) if domain.is_dir() else [domain]:
        content = YAML(typ="safe").load(file.read_text(encoding="utf-8")) or {}
        for kind in KINDS:
            names[kind] += [_name(one) for one in content.get(kind) or []]
    return names


def _name(entry: Any) -> str:
    """`- greet`, or `- greet: {use_entities: []}`."""
    return str(next(iter(entry))) if isinstance(entry, Mapping) else str(entry)
