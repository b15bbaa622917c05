"""What a customer writes does not get into the log with a traceback."""

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
MISTAKE = f"TEXT = 'Because {{raeson}}.'{FILL}"
TERMINAL = "import sys; sys.stderr.isatty = lambda: True\n" + MISTAKE


@pytest.mark.parametrize("code", [MISTAKE, TERMINAL])
def test_a_mistake_in_a_response_is_logged_without_slots(tmp_path: Path, code: str) -> None:
    output = run(code, tmp_path).output
    assert "raeson" in output
    assert "KeyError" in output
    assert "jo@example.com" not in output


@pytest.mark.parametrize("code", [MISTAKE, TERMINAL])
def test_upstream_still_logs_them(tmp_path: Path, code: str) -> None:
    assert "jo@example.com" in run(code, tmp_path, without="log_locals").output
