"""The hook that every interpreter of the environment loads costs nothing until Rasa is imported."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def python(code: str, folder: Path, **environment: str) -> str:
    # This process has loaded Rasa by now, and its adaptations leave a trace in the environment.
    clean = {name: value for name, value in os.environ.items() if name != "RASA_TELEMETRY_ENABLED"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={**clean, "HOME": str(folder), **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return done.stdout + done.stderr


def test_it_imports_next_to_nothing(tmp_path: Path) -> None:
    code = "import sys; print(sorted(name for name in sys.modules if name.startswith('deskhand')))"

    assert python(code, tmp_path).strip() == "['deskhand', 'deskhand.runtime', 'deskhand.runtime.autoload']"


def test_it_does_nothing_for_a_process_without_rasa(tmp_path: Path) -> None:
    code = (
        "import json, os, sys\n"
        "print([m for m in sys.modules if 'adaptations' in m], 'RASA_TELEMETRY_ENABLED' in os.environ)"
    )

    assert python(code, tmp_path).strip() == "[] False"


def test_it_adapts_rasa_when_that_is_imported(tmp_path: Path) -> None:
    assert python("import rasa.shared.utils.validation; print('imported')", tmp_path).strip() == "imported"


def test_it_can_be_switched_off(tmp_path: Path) -> None:
    output = python("import rasa.shared.utils.validation", tmp_path, DESKHAND_RUNTIME="off")

    assert "LegacyVersion" in output


def test_libraries_that_look_for_tensorflow_find_none(tmp_path: Path) -> None:
    code = (
        "import rasa.engine.recipes.default_components, thinc.compat, spacy, torch, transformers\n"
        "print(thinc.compat.has_tensorflow, 'tensorflow' in __import__('sys').modules)"
    )

    assert python(code, tmp_path).strip().splitlines()[-1] == "False True"
