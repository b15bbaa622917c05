"""Changing a module right after it was imported, without importing it before somebody needs it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

Patch = Callable[[Any], None]
"""Given the module, changes it. Modules are `Any`: their attributes are what we are about to change."""

_patches: dict[str, list[Patch]] = {}


def when_imported(name: str, patch: Patch) -> None:
    """Run `patch(module)` once the module `name` has been imported: now, if it has been already."""
    _register()
    if name in sys.modules:
        patch(sys.modules[name])
    else:
        _patches.setdefault(name, []).append(patch)


class PatchingFinder:
    """Finds the modules that have patches through the other finders, and adds the patches to their loading."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The module's own spec, whose loader runs the patches after the module's code."""
        if fullname not in _patches:
            return None
        spec = self._find_elsewhere(fullname, path, target)
        if spec is None or spec.loader is None:
            return None
        run_module = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            run_module(module)
            for patch in _patches.pop(fullname, []):
                patch(module)

        # On the instance and not by a wrapper: tracebacks and inspect.getsource ask the real loader for source.
        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec

    def _find_elsewhere(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None
    ) -> ModuleSpec | None:
        for finder in sys.meta_path:
            find = getattr(finder, "find_spec", None)
            if finder is self or find is None:
                continue
            spec: ModuleSpec | None = find(fullname, path, target)
            if spec is not None:
                return spec
        return None


def _register() -> None:
    if not any(isinstance(finder, PatchingFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, PatchingFinder())
