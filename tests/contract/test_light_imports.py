"""What must start in a moment, or run beside the models, does not load them."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = ("torch", "rasa", "transformers", "spacy")
SHOW_HEAVY = f"import json, sys; print(json.dumps([name for name in {HEAVY} if name in sys.modules]))"
EVERY_ACTION = """
import actions, importlib, pkgutil
for module in pkgutil.iter_modules(actions.__path__):
    importlib.import_module(f"actions.{module.name}")
"""


def loaded_by(code: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{SHOW_HEAVY}"], capture_output=True, text=True, check=True, timeout=300
    )
    found: list[str] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize(
    "code",
    [
        EVERY_ACTION,
        "import deskhand.settings",
        "import deskhand.store.database, deskhand.store.conversations",
        "import deskhand.crm, deskhand.mail, deskhand.knowledge",
        "import deskhand.runtime.up",
        "import deskhand.desk.app, deskhand.desk.__main__",
    ],
)
def test_loads_neither_rasa_nor_models(code: str) -> None:
    assert loaded_by(code) == []


def test_the_command_line_loads_no_database_either() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "deskhand.cli", "--help"],
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    heavy = [*HEAVY, "sqlalchemy", "psycopg", "alembic", "pydantic", "httpx"]
    assert [name for name in heavy if f"| {name}\n" in done.stderr] == []
