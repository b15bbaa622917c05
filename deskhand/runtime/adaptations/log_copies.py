"""Rasa copies what it would log at the level DEBUG before it asks whether that level is logged: at each prediction all
states of the conversation, twice. Without DEBUG nobody sees the copies, and nothing is copied.
"""

from __future__ import annotations

import copy
import logging
from types import SimpleNamespace
from typing import Any

from deskhand.runtime.import_hooks import when_imported

# Modules that copy for their log alone. A test looks through them.
MODULES = (
    "rasa.core.processor",
    "rasa.core.actions.forms",
    "rasa.core.policies.memoization",
    "rasa.core.policies.rule_policy",
)


def apply() -> None:
    """Copy only what will be logged."""
    for name in MODULES:
        when_imported(name, _copy_for_debug_only)


def _copy_for_debug_only(module: Any) -> None:
    module.copy = SimpleNamespace(deepcopy=deepcopy_if_logged)


def deepcopy_if_logged(value: Any) -> Any:
    """A copy at the level DEBUG, else the value itself."""
    return copy.deepcopy(value) if logging.getLogger("rasa").isEnabledFor(logging.DEBUG) else value
