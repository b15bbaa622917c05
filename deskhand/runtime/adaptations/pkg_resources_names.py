"""Rasa uses two functions of `pkg_resources`, which setuptools 81 removed; before that, importing it took 0.15 s and
printed a deprecation warning that only Rasa's authors could have acted on.

A module with those two functions takes its place inside Rasa's process. Any other name comes from the real one.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

NAME = "pkg_resources"


class PkgResources(ModuleType):
    """The part of `pkg_resources` that Rasa uses."""

    @staticmethod
    def resource_filename(package_or_module: str, resource: str) -> str:
        """The path of a file beside the named module or inside the named package."""
        module = sys.modules.get(package_or_module) or importlib.import_module(package_or_module)
        if module.__file__ is None:
            raise FileNotFoundError(f"{package_or_module} has no folder to look for {resource} in")
        return str(Path(module.__file__).parent / resource)

    @staticmethod
    def get_distribution(name: str) -> importlib.metadata.Distribution:
        """The installed distribution, whose `version` Rasa reads."""
        return importlib.metadata.distribution(name)

    def __getattr__(self, attribute: str) -> Any:
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        sys.modules.pop(NAME, None)
        return getattr(importlib.import_module(NAME), attribute)


def apply() -> None:
    """Put ours in place, unless somebody has imported the real one already."""
    sys.modules.setdefault(NAME, PkgResources(NAME))
