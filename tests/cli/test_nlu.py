"""`deskhand nlu doctor`, as a designer types it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
CERTAIN = "two-intents"
NLU = """\
nlu:
- intent: greet
  examples: |
    - hi
    - hello
- intent: goodbye
  examples: |
    - bye
    - Hello
"""


def doctor(*arguments: str, cwd: Path = PROJECT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "deskhand.cli", "nlu", "doctor", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, cwd=cwd, timeout=600, env=os.environ | {"COLUMNS": "80"}
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "data/nlu").mkdir(parents=True)
    (tmp_path / "data/nlu/small_talk.yml").write_text(NLU, encoding="utf-8")
    (tmp_path / "domain.yml").write_text("intents: [greet, goodbye]\n", encoding="utf-8")
    return tmp_path


def test_what_is_certainly_wrong_fails_with_file_and_line(project: Path) -> None:
    done = doctor("--only", CERTAIN, cwd=project)
    assert done.returncode == 1
    for expected in ("data/nlu/small_talk.yml:5  greet: hello", "data/nlu/small_talk.yml:9  goodbye: Hello"):
        assert expected in done.stdout
    assert done.stdout.endswith("4 examples in 2 intents: 1 certain problem, no things to look at.\n")
    assert "\x1b" not in done.stdout
    assert "There is no tests/nlu/heldout.yml" in done.stderr


def test_what_is_only_likely_fails_when_asked_to(project: Path) -> None:
    assert doctor("--only", "few-examples", cwd=project).returncode == 0
    assert doctor("--only", "few-examples", "--strict", cwd=project).returncode == 1


def test_json_has_its_keys(project: Path) -> None:
    done = doctor("--only", CERTAIN, "--json", cwd=project)
    content = json.loads(done.stdout)
    assert done.returncode == 1
    assert (content["examples"], content["intents"], content["certain"], content["likely"]) == (4, 2, 1, 0)
    [finding] = content["findings"]
    assert set(finding) == {"kind", "certain", "message", "action", "intents", "lines"}
    assert finding["intents"] == ["goodbye", "greet"]
    assert finding["lines"][0] == {
        "file": "data/nlu/small_talk.yml", "line": 5, "intent": "greet", "text": "hello", "note": "",
    }  # fmt: skip


def test_an_intent_alone(project: Path) -> None:
    found = json.loads(doctor("--intent", "greet", "--only", "few-examples", "--json", cwd=project).stdout)["findings"]
    assert [finding["intents"] for finding in found] == [["greet"]]


def test_an_unknown_intent_or_kind_is_said(project: Path) -> None:
    for arguments, expected in (
        (("--intent", "gret"), "no examples of the intent 'gret'. There are: goodbye, greet."),
        (("--only", "typos"), "There is no kind 'typos'. There are: broken-annotation"),
        (("--heldout", "nowhere.yml"), "nowhere.yml: there is no such file or folder."),
    ):
        done = doctor(*arguments, cwd=project)
        assert done.returncode == 1
        assert expected in done.stderr
        assert "Traceback" not in done.stderr


def test_broken_yaml_is_one_message(project: Path) -> None:
    (project / "data/nlu/small_talk.yml").write_text("nlu:\n- intent: [\n", encoding="utf-8")
    done = doctor(cwd=project)
    assert done.returncode == 1
    assert done.stderr.startswith("deskhand: data/nlu/small_talk.yml, line 3: this is not valid YAML")
    assert "Traceback" not in done.stderr
