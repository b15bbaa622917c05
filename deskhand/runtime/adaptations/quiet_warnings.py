"""Warnings that speak to the authors of Rasa and of its libraries, shown to people who can do nothing about them.

Each is named by its words, so that a warning somebody can act on still shows.
"""

from __future__ import annotations

import logging
import warnings
from typing import Any

from deskhand.runtime.import_hooks import when_imported

# (category, how the message begins, what it is about)
NOT_FOR_US: tuple[tuple[type[Warning], str], ...] = (
    # matplotlib: `rasa test` draws a histogram of confidences that has nothing on one side.
    (UserWarning, "Attempting to set identical low and high xlims"),
    # Rasa: `rasa interactive` uses what it warns of.
    (FutureWarning, r'The "POST /conversations/<conversation_id>/execute" endpoint is deprecated'),
    # rasa-sdk: it goes by the version numbers, and the pair is tested here.
    (UserWarning, "Your versions of rasa and rasa_sdk might not be compatible"),
)


def apply() -> None:
    """Leave those warnings out, from here on."""
    for category, beginning in NOT_FOR_US:
        warnings.filterwarnings("ignore", message=beginning, category=category)
    when_imported("rasa.utils.common", _tell_rasa)
    # matplotlib: "generated new fontManager" and the like, on its first run.
    logging.getLogger("matplotlib.font_manager").setLevel(logging.WARNING)


def _tell_rasa(common: Any) -> None:
    # Rasa's command line puts its own filters before ours, with these among them.
    common.EXPECTED_WARNINGS.extend(NOT_FOR_US)
