"""Rasa checks every answer of the action server against a schema that it builds, checks and compiles anew each time,
and each event against the schemas of all kinds of events, which takes longer than most actions. Here the schema is
compiled once, and an event is checked against that of its own kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from deskhand.runtime.import_hooks import when_imported


def apply() -> None:
    """Keep the compiled schemas."""
    when_imported("rasa.core.actions.action", _compile_once)


def _compile_once(module: Any) -> None:
    remote_action = module.RemoteAction
    upstream_validate = remote_action._validate_action_result

    @cache
    def validators() -> tuple[Any, Mapping[str, Any]]:
        return _validators(remote_action.action_response_format_spec())

    def validate(action: Any, result: dict[str, Any]) -> bool:
        # What is wrong is said by the original, in its words.
        return _is_valid(result, *validators()) or bool(upstream_validate(action, result))

    remote_action._validate_action_result = validate


def _validators(schema: dict[str, Any]) -> tuple[Any, Mapping[str, Any]]:
    """For all but the events, and for each kind of event. In the schema, an event is one of several kinds, each with a
    name of its own."""
    from jsonschema.validators import validator_for  # type: ignore[import-untyped] # it ships without types

    validator = validator_for(schema)
    event = schema["properties"]["events"]["items"]
    of_all = {key: value for key, value in event.items() if key != "oneOf"}
    by_kind = {kind["properties"]["event"]["const"]: validator({**of_all, "allOf": [kind]}) for kind in event["oneOf"]}
    any_events = {**schema["properties"], "events": {"type": "array"}}
    return validator({**schema, "properties": any_events}), by_kind


def _is_valid(result: dict[str, Any], all_but_events: Any, by_kind: Mapping[str, Any]) -> bool:
    return bool(all_but_events.is_valid(result)) and all(
        isinstance(event, dict)
        and isinstance(event.get("event"), str)
        and event["event"] in by_kind
        and by_kind[event["event"]].is_valid(event)
        for event in result.get("events", ())
    )
