"""The committed widget is what its sources give, and small enough."""

from __future__ import annotations

import gzip
import shutil
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[3]
WEB = PROJECT / "web"
BUILT = PROJECT / "deskhand" / "channels" / "webchat" / "page" / "deskhand-chat.js"


@pytest.mark.skipif(
    not (WEB / "node_modules").exists() or shutil.which("node") is None, reason="needs Node and `npm ci` in web/"
)
@pytest.mark.parametrize("command", [["node", "build.mjs", "--check"], ["node_modules/.bin/tsc", "--noEmit"]])
def test_the_committed_widget_is_what_its_sources_give(command):
    done = subprocess.run(command, cwd=WEB, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_all_that_a_website_loads_is_at_most_60_kb_as_it_travels():
    folder = BUILT.parent
    loaded = [BUILT, folder / "chat.css", folder / "chat.html", folder / "icon.svg"]
    assert sum(len(gzip.compress(file.read_bytes(), mtime=0)) for file in loaded) <= 60 * 1024


def test_the_widget_evaluates_no_text():
    script = BUILT.read_text(encoding="utf-8")
    for word in ("eval(", "new Function", "document.write", "insertAdjacentHTML"):
        assert word not in script
