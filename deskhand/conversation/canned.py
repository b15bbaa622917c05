"""Variables in ready-made replies. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Mapping

VARIABLES = ("contact.name", "contact.first_name", "agent.name", "business.name", "order.number", "order.status")
"""What there is to be filled in. Not every conversation has all of them."""

_VARIABLE = re.compile(r"\{\{\s*([a-z_.]{1,40})\s*\}\}")


def filled(text: str, values: Mapping[str, str | None]) -> tuple[str, tuple[str, ...]]:
    """The text with its variables filled in, and the names of those without a value, which stay as they are: the agent
    sees them, and so does not send them unawares."""
    missing = [name for name in dict.fromkeys(_VARIABLE.findall(text)) if not values.get(name)]
    return _VARIABLE.sub(lambda found: values.get(found[1]) or found[0], text), tuple(missing)


def unknown_variables(text: str) -> tuple[str, ...]:
    """Names in the text that are not in `VARIABLES`."""
    return tuple(name for name in dict.fromkeys(_VARIABLE.findall(text)) if name not in VARIABLES)
