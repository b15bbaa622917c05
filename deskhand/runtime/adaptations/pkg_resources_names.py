"""Rasa uses two functions of `pkg_resources`, which setuptools 81 removed; before that, importing it took 0.15 s and
printed a deprecation warning that only Rasa's authors could have acted on.

A module with just those two functions takes its place inside Rasa's process. (It cannot fall back to the real one for
other names: skops asks every loaded module for all sorts of names.)
"""

from __future__ import annotations

import importlib
import importlib.metadata
import sys
from pathlib import Path
from types import ModuleType

NAME = "pkg_resources"


class PkgResources(ModuleType):
    """The part of `pkg_resources` that Rasa uses."""

    @staticmethod
    def resource_filename(package_or_module: str, resource: str) -> str:
        """The path of a file beside the named module or inside the named package."""
        module = sys.modules.get(package_or_module) or importlib.import_module(package_or_module)
        if module.__file__ is None:
            raise FileNotFoundError(f"{package_or_module} has no folder to look for {resource} in")
        return str(Path(module.__file__).parent / resource.lstrip("/"))

    @staticmethod
    def get_distribution(name: str) -> importlib.metadata.Distribution:
        """The installed distribution, whose `version` Rasa reads."""
        return importlib.metadata.distribution(name)


def apply() -> None:
    """Put ours in place, unless somebody has imported the real one already."""
    sys.modules.setdefault(NAME, PkgResources(NAME))
