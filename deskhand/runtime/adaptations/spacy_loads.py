"""Rasa loads the spaCy model of `SpacyNLP` twice on every start of a server, once for each of its two nodes in the
graph. That is some 2 s and 80 MB for nothing: the model has no state between messages.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from deskhand.runtime.import_hooks import when_imported


def apply() -> None:
    """Load each spaCy model once a process."""
    when_imported("rasa.nlu.utils.spacy_utils", _load_once)


def _load_once(module: Any) -> None:
    module.SpacyNLP.load_model = staticmethod(lru_cache(maxsize=4)(module.SpacyNLP.load_model))
