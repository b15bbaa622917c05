"""Payloads stay as they are; texts are filled."""

from __future__ import annotations

import subprocess
import sys

TRY = """
from rasa.core.nlg.interpolator import interpolate_text
print(interpolate_text('/rate{"rating": "5"}', {"name": "Jo"}), interpolate_text("Hello {name}", {"name": "Jo"}))
"""


def run(**environment: str) -> subprocess.CompletedProcess[str]:
    import os

    return subprocess.run([sys.executable, "-c", TRY], capture_output=True, text=True, env=os.environ | environment)


def test_a_payload_is_not_filled_in_and_not_logged() -> None:
    done = run()
    assert done.stdout == '/rate{"rating": "5"} Hello Jo\n'
    assert "rating" not in done.stderr
