"""What a test file says, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CUSTOMER_STEPS = ("user", "press", "press_late", "send_again")
"""Steps in which the customer does something: each begins a turn."""
WORLD_STEPS = ("elapse", "meanwhile")
"""Steps in which something happens that nobody says."""
EXPECTATIONS = (
    "bot",
    "utter",
    "utter_not",
    "bot_contains",
    "bot_matches",
    "bot_says_not",
    "refused",
    "offers",
    "offers_not",
    "slot_was_set",
    "slot_was_not_set",
    "action_executed",
    "action_not_executed",
    "intent",
    "form",
    "handoff",
    "conversation",
    "crm",
    "mail",
)
"""Steps that say what should have happened in the turn, or be the case after it."""


@dataclass(frozen=True)
class Step:
    """One step. `value` has the shape that its kind asks for: the parser has seen to it."""

    kind: str
    value: Any
    line: int

    @property
    def begins_turn(self) -> bool:
        return self.kind in CUSTOMER_STEPS


@dataclass(frozen=True)
class Case:
    """One conversation."""

    name: str
    file: Path
    line: int
    steps: tuple[Step, ...]
    customers: tuple[str, ...] = ()
    """Email addresses of the demo's customers that this conversation is about."""
    uses: tuple[str, ...] = ()
    """Names of things that only one conversation at a time may use, such as the workshop's free times."""
    slots: Mapping[str, Any] = field(default_factory=dict)
    """Set before the conversation begins, by fixtures."""

    @property
    def id(self) -> str:
        return f"{self.file}::{self.name}"

    @property
    def claims(self) -> frozenset[str]:
        """What this case must not share with another that runs at the same time."""
        return frozenset((*self.customers, *self.uses))
