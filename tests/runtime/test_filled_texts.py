"""What a customer writes does not break the answer."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from upstream import run

FILL = """
from rasa.utils.log_utils import configure_structlog
configure_structlog(20)
from rasa.core.nlg.interpolator import interpolate_text
values = {"reason": "it shows 0[", "email": "jo@example.com"}
print("said:", interpolate_text(TEXT, values))
"""
ODD_VALUE = f"TEXT = 'Because {{reason}}.'{FILL}"


def test_an_odd_value_is_filled_in(tmp_path: Path) -> None:
    done = run(ODD_VALUE, tmp_path)
    assert done.output.strip() == "said: Because it shows 0[."


def test_upstream_still_stumbles_over_it(tmp_path: Path) -> None:
    assert "said: Because {reason}." in run(ODD_VALUE, tmp_path, without="filled_texts").output
