"""`rasa.utils.common` reads `numpy.VisibleDeprecationWarning`, which numpy 2 moved to `numpy.exceptions`."""

from __future__ import annotations

from typing import Any

from deskhand.runtime.import_hooks import when_imported


def apply() -> None:
    """Give numpy the old name once it is imported."""
    when_imported("numpy", _add_old_names)


def _add_old_names(numpy: Any) -> None:
    numpy.VisibleDeprecationWarning = numpy.exceptions.VisibleDeprecationWarning
