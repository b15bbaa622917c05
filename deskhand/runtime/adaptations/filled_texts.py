"""Rasa takes "0[" in what it fills into a response for a failure of its own: a return because "it shows 0[ on the
display" is confirmed to the customer as "{reason}", and all slots go to the log, with the traceback.

Texts with such a value are filled here.
"""

from __future__ import annotations

import re
from typing import Any

from deskhand.runtime.import_hooks import when_imported

_PLACEHOLDER = re.compile(r"{([^\n{}]+?)}")


def apply() -> None:
    """Fill in texts whatever customers write."""
    when_imported("rasa.core.nlg.interpolator", _fill)


def _fill(module: Any) -> None:
    upstream_interpolate = module.interpolate_text

    def interpolate_text(response: str, values: dict[str, Any]) -> str:
        names = _PLACEHOLDER.findall(response)
        if all(name in values for name in names) and any("0[" in str(values[name]) for name in names):
            return _PLACEHOLDER.sub(lambda found: str(values[found.group(1)]), response)
        return str(upstream_interpolate(response, values))

    module.interpolate_text = interpolate_text
