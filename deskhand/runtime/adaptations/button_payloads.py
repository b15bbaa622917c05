"""Rasa takes the braces in a button's payload, `/inform{"plan": "light"}`, for a placeholder to be filled, fails to
fill it and logs the whole payload as an error each time the button is shown, order numbers and all.

A payload is no text: it is left as it is.
"""

from __future__ import annotations

from typing import Any

from deskhand.runtime.import_hooks import when_imported


def apply() -> None:
    """Leave payloads with entities alone."""
    when_imported("rasa.core.nlg.interpolator", _skip_payloads)


def _skip_payloads(module: Any) -> None:
    upstream_interpolate = module.interpolate_text

    def interpolate_text(response: str, values: dict[str, Any]) -> str:
        if response.startswith("/") and '{"' in response:
            return response
        return str(upstream_interpolate(response, values))

    module.interpolate_text = interpolate_text
