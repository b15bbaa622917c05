"""Loaded at every interpreter start by `deskhand_runtime.pth`, so that plain `rasa …` runs with no wrapper.

It only registers a hook that waits for `rasa` or `rasa_sdk` to be imported. Every other Python process in the
environment pays for one small module and nothing else; keep it that way.
"""

from __future__ import annotations

import os
import sys

SWITCH = "DESKHAND_RUNTIME"
"""Set to `off`, the environment variable leaves `rasa` as it came. The tests of the adaptations use it."""


class FirstImportOfRasa:
    """A meta-path finder that finds nothing: it applies the adaptations when Rasa is about to be imported."""

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:
        """Called by the import system. Always None, so that the real finders go on."""
        if fullname not in ("rasa", "rasa_sdk"):
            return
        sys.meta_path.remove(self)
        if os.environ.get(SWITCH) != "off":
            from deskhand.runtime import adaptations

            adaptations.apply()


def register() -> None:
    """Wait for Rasa's first import. Safe to call twice."""
    if not any(isinstance(finder, FirstImportOfRasa) for finder in sys.meta_path):
        sys.meta_path.insert(0, FirstImportOfRasa())


register()
