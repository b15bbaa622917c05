"""From another system's fields to ours, as a small YAML file says. See docs/import.md."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from deskhand.crm.importing.problems import ImportFailed

PARTS = ("items", "parcels")
ROW = "$row"
"""The place of items in a table with one row for each: the row itself."""
_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_DAYS_AGO = re.compile(r"(\d{1,4}) days ago")


@dataclass(frozen=True)
class FieldRule:
    """Where a field's value comes from."""

    source: str | None = None
    """A path ("address.zip", "tracking_id.0") or a text with paths in braces."""
    values: Mapping[str, Any] = field(default_factory=dict)
    default: Any = None

    def read(self, data: Mapping[str, Any]) -> Any:
        value = None if self.source is None else _look_up(data, self.source)
        if value is not None and self.values:
            value = self.values.get(str(value), value)
        return self.default if value in (None, "", []) else value


@dataclass(frozen=True)
class Mapper:
    """How one kind of record is read. With no rules, fields have our names already."""

    records_at: str | None = None
    rules: Mapping[str, FieldRule] = field(default_factory=dict)
    parts: Mapping[str, tuple[str, Mapping[str, FieldRule]]] = field(default_factory=dict)

    def apply(self, data: Mapping[str, Any]) -> dict[str, Any]:
        if not self.rules:
            return dict(data)
        mapped = {name: rule.read(data) for name, rule in self.rules.items()}
        for part, (source, rules) in self.parts.items():
            found = _look_up(data, source)
            if isinstance(found, list):
                mapped[part] = [
                    {name: rule.read(one) for name, rule in rules.items()} if isinstance(one, Mapping) else one
                    for one in found
                ]
            else:
                mapped[part] = found
        return mapped


def load_mapping(path: Path, kind: str, today: date, known_fields: Mapping[str, frozenset[str]]) -> Mapper:
    """The section for `kind` of a mapping file.

    `known_fields` lists the fields that `kind`, "items" and "parcels" have. Raises `ImportFailed`.
    """
    try:
        content = YAML(typ="safe").load(path.read_text(encoding="utf-8-sig"))
    except OSError as exc:
        raise ImportFailed(f"{path} cannot be read: {exc.strerror}.") from exc
    except (YAMLError, UnicodeDecodeError) as exc:
        raise ImportFailed(f"{path.name} is not YAML: {exc}") from exc
    section = content.get(kind) if isinstance(content, dict) else None
    if not isinstance(section, dict):
        raise ImportFailed(f"{path.name} has no section {kind!r}.")
    fields = dict(section)
    records_at = fields.pop("records_at", None)
    parts = {part: _part(path, part, fields.pop(part), today, known_fields[part]) for part in PARTS if part in fields}
    return Mapper(records_at, _rules(path, kind, fields, today, known_fields[kind]), parts)


def _part(
    path: Path, part: str, content: object, today: date, known: frozenset[str]
) -> tuple[str, Mapping[str, FieldRule]]:
    if not isinstance(content, dict) or not isinstance(content.get("each"), str):
        raise ImportFailed(f"{path.name}: {part!r} needs `each`, the place of their list.")
    fields = {name: rule for name, rule in content.items() if name != "each"}
    return content["each"], _rules(path, part, fields, today, known)


def _rules(
    path: Path, section: str, fields: Mapping[str, Any], today: date, known: frozenset[str]
) -> dict[str, FieldRule]:
    unknown = sorted(set(fields) - known)
    if unknown:
        raise ImportFailed(
            f"{path.name}: {section} have no field {unknown[0]!r}. They have {', '.join(sorted(known))}."
        )
    return {name: _rule(path, f"{section}.{name}", rule, today) for name, rule in fields.items()}


def _rule(path: Path, name: str, rule: object, today: date) -> FieldRule:
    if isinstance(rule, str):
        return FieldRule(rule)
    if not isinstance(rule, dict) or not set(rule) <= {"from", "values", "default"}:
        raise ImportFailed(f"{path.name}: {name} is a path, or has `from`, `values` and `default`.")
    values = rule.get("values") or {}
    if not isinstance(values, dict):
        raise ImportFailed(f"{path.name}: the `values` of {name} are pairs, theirs: ours.")
    return FieldRule(
        source=rule.get("from"),
        values={str(theirs): ours for theirs, ours in values.items()},
        default=_resolved(rule.get("default"), today),
    )


def _resolved(default: object, today: date) -> object:
    if default == "today":
        return today.isoformat()
    ago = _DAYS_AGO.fullmatch(default) if isinstance(default, str) else None
    return (today - timedelta(days=int(ago[1]))).isoformat() if ago else default


def _look_up(data: Mapping[str, Any], source: str) -> Any:
    if "{" not in source:
        return _at(data, source)
    found = {place: _at(data, place) for place in _PLACEHOLDER.findall(source)}
    if all(value in (None, "") for value in found.values()):
        return None
    text = _PLACEHOLDER.sub(lambda match: str(found[match[1]] if found[match[1]] is not None else ""), source)
    # What stood between an absent part and its neighbour goes, too.
    return re.sub(r"\s+,|,\s*(?=,|$)", "", " ".join(text.split())).strip(" ,")


def _at(data: Any, path: str) -> Any:
    if path == ROW:
        return [data]
    if isinstance(data, Mapping) and path in data:
        return data[path]  # a heading with dots in it
    for step in path.split("."):
        if isinstance(data, Mapping):
            data = data.get(step)
        elif isinstance(data, list) and step.isdigit() and int(step) < len(data):
            data = data[int(step)]
        else:
            return None
    return data
