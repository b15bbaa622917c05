"""When its tracker store fails, Rasa goes on: a tracker that cannot be read is taken for a new conversation, one that
cannot be written is kept in memory, where the next turn does not look. The customer is greeted anew in the middle of
a return, and nobody notices.

A turn that cannot be read or stored fails instead, and whoever started it tries again or apologises.
"""

from __future__ import annotations

from typing import Any

from deskhand.runtime.import_hooks import when_imported


def apply() -> None:
    """Have agents use their tracker store as it is."""
    when_imported("rasa.core.agent", _do_not_wrap)


def _do_not_wrap(agent: Any) -> None:
    agent.FailSafeTrackerStore = lambda tracker_store: tracker_store
