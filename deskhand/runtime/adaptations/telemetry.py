"""Rasa reports its use to a server unless told not to, and prints a notice about it on the first run.

Nobody reads those reports any more, a support assistant must not talk to strangers, and the error reporting does
not start with current sentry-sdk (`Unknown option 'with_locals'`). So: off, unless RASA_TELEMETRY_ENABLED is set.
"""

from __future__ import annotations

import os
from typing import Any

from deskhand.runtime.import_hooks import when_imported


def apply() -> None:
    """Switch telemetry off unless the environment says otherwise, and error reporting in any case."""
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    when_imported("rasa.telemetry", _leave_errors_here)


def _leave_errors_here(telemetry: Any) -> None:
    telemetry.initialize_error_reporting = lambda: None
