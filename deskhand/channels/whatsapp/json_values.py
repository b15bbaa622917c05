"""Reading JSON in which anything may stand anywhere. What is not as it should be reads as nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NOTHING: Mapping[str, Any] = {}


def object_at(value: object, *path: str) -> Mapping[str, Any]:
    """The object that the path leads to."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else NOTHING


def objects_at(value: object, key: str) -> list[Mapping[str, Any]]:
    """The objects in the list under the key."""
    found = value.get(key) if isinstance(value, dict) else None
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def text_at(value: object, *path: str) -> str:
    """The string that the path leads to."""
    *way, key = path
    found = object_at(value, *way).get(key)
    return found if isinstance(found, str) else ""


def number_at(value: object, *path: str) -> int | None:
    """The whole number from 0 that the path leads to, which Meta writes now as a number and now as a string."""
    *way, key = path
    found = object_at(value, *way).get(key)
    if isinstance(found, str) and found.isascii() and found.isdecimal() and len(found) <= 15:
        return int(found)
    return found if type(found) is int and 0 <= found < 10**15 else None
