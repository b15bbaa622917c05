"""Rasa goes through all classes of events for each event that it reads, and it reads those of a whole conversation."""

from __future__ import annotations

from typing import Any

from deskhand.runtime.import_hooks import when_imported


def apply() -> None:
    """Remember which class a type of event has."""
    when_imported("rasa.shared.core.events", _remember_types)


def _remember_types(module: Any) -> None:
    upstream_resolve = module.Event.resolve_by_type
    known: dict[str, Any] = {}

    def resolve_by_type(type_name: str, default: Any = None) -> Any:
        if type_name in known:
            return known[type_name]
        found = upstream_resolve(type_name, default)
        if found is not None and found.type_name == type_name:
            known[type_name] = found
        return found

    module.Event.resolve_by_type = staticmethod(resolve_by_type)
