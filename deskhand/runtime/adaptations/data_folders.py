"""Bare `rasa test` looks for test stories and NLU data in every folder below the current one, `.rasa/cache`, the
virtual environment and `node_modules` included. That is slow, and it crashes on any JSON file that holds something
else than an object ("TypeError: argument of type 'int' is not iterable"), of which Rasa's own cache has many.

Hidden folders, virtual environments and installed packages hold no training data: they are left out. And a JSON
file that is no object is no training data.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

from deskhand.runtime.import_hooks import when_imported

INSTALLED = ("node_modules", "site-packages", "__pycache__")


def apply() -> None:
    """Narrow where Rasa looks, and what it takes for training data."""
    when_imported("rasa.shared.data", _leave_out_folders)
    when_imported("rasa.shared.nlu.training_data.loading", _take_objects_only)


def _leave_out_folders(data: Any) -> None:
    def find(directory: str, wanted: Callable[[str], bool]) -> set[str]:
        return {file for file in _files(directory) if data.is_valid_filetype(file) and wanted(file)}

    data._find_data_files_in_directory = find


def _files(directory: str) -> Iterator[str]:
    for root, folders, files in os.walk(directory, followlinks=True):
        folders[:] = [name for name in folders if not _is_left_out(root, name)]
        for name in sorted(files):
            yield os.path.join(root, name)


def _is_left_out(root: str, name: str) -> bool:
    return name.startswith(".") or name in INSTALLED or os.path.exists(os.path.join(root, name, "pyvenv.cfg"))


def _take_objects_only(loading: Any) -> None:
    heuristics = loading._json_format_heuristics
    for name, heuristic in list(heuristics.items()):
        heuristics[name] = _for_objects(heuristic)


def _for_objects(heuristic: Callable[[Any, str], bool]) -> Callable[[Any, str], bool]:
    return lambda content, filename: isinstance(content, dict) and heuristic(content, filename)
