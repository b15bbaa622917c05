"""Whether the CRM is as a `crm` step expects it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from deskhand.e2e.crm_state import Record
from deskhand.e2e.matching import Mismatch, same_value

UNCHANGED, CHANGED = "unchanged", "changed"
_COUNTING = ("exists", "count")


def compare(
    record: str, key: str, fields: Mapping[str, Any], now: Sequence[Record], before: Sequence[Record]
) -> Mismatch | None:
    """`now` and `before` are everything of the customer whom the step is about."""
    if record == UNCHANGED:
        return _all_unchanged(key, now, before)
    candidates = _candidates(record, key, now)
    wanted = {name: value for name, value in fields.items() if name not in _COUNTING}
    fitting = [one for one in candidates if not _differences(one, wanted, before)]
    if "count" in fields or "exists" in fields:
        number = fields.get("count", 0 if fields.get("exists") is False else None)
        if (number is None and fitting) or len(fitting) == number:
            return None
        expected = "at least one" if number is None else str(number)
        return Mismatch(f"{expected} {record} of {key} with {_named(wanted)}", _listed(candidates))
    if fitting:
        return None
    return Mismatch(f"{record} {key}: {_named(wanted)}", _listed(candidates), _how_it_was(candidates, wanted, before))


def _candidates(record: str, key: str, now: Sequence[Record]) -> list[Record]:
    of_kind = [one for one in now if one.kind == record]
    if "@" in key:
        # The current subscription comes first; the others are history.
        return of_kind[:1] if record == "subscription" else of_kind
    return [one for one in of_kind if key in (one.key, one.fields.get("order"))]


def _differences(one: Record, wanted: Mapping[str, Any], before: Sequence[Record]) -> list[str]:
    old = next((each for each in before if (each.kind, each.key) == (one.kind, one.key)), None)
    return [name for name, value in wanted.items() if not _fits(name, value, one, old)]


def _fits(name: str, value: Any, one: Record, old: Record | None) -> bool:
    got = one.fields.get(name)
    if value == UNCHANGED:
        return old is not None and got == old.fields.get(name)
    if value == CHANGED:
        return old is None or got != old.fields.get(name)
    return got is None if value is None else same_value(got, value)


def _all_unchanged(key: str, now: Sequence[Record], before: Sequence[Record]) -> Mismatch | None:
    gone = [one for one in before if one not in now]
    new = [one for one in now if one not in before]
    if not gone and not new:
        return None
    return Mismatch(_listed(gone), _listed(new), f"Something of {key} was changed.")


def _how_it_was(candidates: Sequence[Record], wanted: Mapping[str, Any], before: Sequence[Record]) -> str:
    if not {UNCHANGED, CHANGED}.intersection(str(value) for value in wanted.values()):
        return ""
    keys = {one.key for one in candidates}
    return "Before: " + _listed([one for one in before if one.key in keys])


def _named(wanted: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in wanted.items()) or "anything"


def _listed(records: Sequence[Record]) -> str:
    return "\n".join(map(str, records)) or "(nothing)"
