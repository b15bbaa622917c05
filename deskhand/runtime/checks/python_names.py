"""Whether a dotted name is a class that can be imported, found out without importing its module.

Modules may be heavy (torch) or start things; their source says which classes they hold.
"""

from __future__ import annotations

import ast
import importlib.util
import pkgutil
from collections.abc import Iterator

from deskhand.runtime.checks.problems import did_you_mean, nearest


def problem_with(dotted: str) -> str | None:
    """What is wrong with the dotted name of a class, as the end of a sentence; None if nothing is."""
    module, _, name = dotted.rpartition(".")
    missing = _first_missing(module)
    if missing:
        return _missing_module(dotted, missing)
    names = names_in(module)
    if names is None or name in names:
        return None
    candidates = {other for other in names if other[:1].isupper()}
    near = nearest(name, candidates)
    if near:
        return f"the module '{module}' has no '{name}'. Did you mean '{module}.{near}'?"
    return f"the module '{module}' has no '{name}'.{did_you_mean(name, candidates)}"


def _first_missing(module: str) -> str | None:
    """The shortest beginning of the dotted name that is no module."""
    parts = module.split(".")
    for length in range(1, len(parts) + 1):
        beginning = ".".join(parts[:length])
        try:
            found = importlib.util.find_spec(beginning)
        except (ImportError, ValueError, AttributeError):
            found = None
        if found is None:
            return beginning
    return None


def _missing_module(dotted: str, missing: str) -> str:
    parent, _, name = missing.rpartition(".")
    near = nearest(name, _modules_in(parent))
    if not near:
        return f"there is no Python module '{missing}'."
    meant = f"{parent}.{near}" if parent else near
    return f"there is no Python module '{missing}'. Did you mean '{meant}{dotted[len(missing) :]}'?"


def _modules_in(package: str) -> Iterator[str]:
    if not package:
        yield from ("deskhand", "rasa", "actions")
        return
    spec = importlib.util.find_spec(package)
    for module in pkgutil.iter_modules(spec.submodule_search_locations if spec else None):
        yield module.name


def names_in(module: str) -> set[str] | None:
    """The names that a module's source defines or imports at its top level; None if that cannot be told."""
    spec = importlib.util.find_spec(module)
    get_source = getattr(spec.loader, "get_source", None) if spec else None
    source = get_source(module) if get_source else None
    if source is None:
        return None
    names: set[str] = set()
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            names.add(statement.name)
        elif isinstance(statement, ast.Import | ast.ImportFrom):
            names |= {alias.asname or alias.name for alias in statement.names}
        elif isinstance(statement, ast.Assign):
            names |= {target.id for target in statement.targets if isinstance(target, ast.Name)}
        elif not isinstance(statement, ast.Expr | ast.AnnAssign):
            return None  # names may come from an `if` or a `try`: only running it would tell
    return None if "*" in names else names
