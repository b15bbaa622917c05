"""Rasa's log has, with a traceback of its own loggers, the local variables of each function: slots, messages,
addresses. It happens with an ordinary mistake in a response ("{nmae}").

Tracebacks are logged without variables.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from deskhand.runtime.import_hooks import when_imported


def apply() -> None:
    """Leave variables out, in JSON and on a terminal."""
    when_imported("rasa.utils.log_utils", _leave_out_variables)


def _leave_out_variables(log_utils: Any) -> None:
    structlog = log_utils.structlog
    plain = structlog.dev.plain_traceback
    log_utils.HumanConsoleRenderer = partial(log_utils.HumanConsoleRenderer, exception_formatter=plain)
    transformer = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    structlog.processors.dict_tracebacks = structlog.processors.ExceptionRenderer(transformer)
