"""What a customer writes neither breaks the answer nor gets into the log: `filled_texts`, `log_locals`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from upstream import run

FILL = """
from rasa.utils.log_utils import configure_structlog
configure_structlog(20)
from rasa.core.nlg.interpolator import interpolate_text
values = {"reason": "it shows 0[", "email": "jo@example.com"}
print("said:", interpolate_text(TEXT, values))
"""
ODD_VALUE, MISTAKE = (f"TEXT = {text!r}{FILL}" for text in ("Because {reason}.", "Because {raeson}."))
TERMINAL = "import sys; sys.stderr.isatty = lambda: True\n" + MISTAKE


def test_an_odd_value_is_filled_in(tmp_path: Path) -> None:
    done = run(ODD_VALUE, tmp_path)
    assert done.output.strip() == "said: Because it shows 0[."


def test_upstream_still_stumbles_over_it(tmp_path: Path) -> None:
    assert "said: Because {reason}." in run(ODD_VALUE, tmp_path, without="filled_texts").output


@pytest.mark.parametrize("code", [MISTAKE, TERMINAL])
def test_a_mistake_in_a_response_is_logged_without_slots(tmp_path: Path, code: str) -> None:
    output = run(code, tmp_path).output
    assert "raeson" in output
    assert "KeyError" in output
    assert "jo@example.com" not in output


@pytest.mark.parametrize("code", [MISTAKE, TERMINAL])
def test_upstream_still_logs_them(tmp_path: Path, code: str) -> None:
    assert "jo@example.com" in run(code, tmp_path, without="log_locals").output
