"""The action server, as plain `rasa run actions` serves it: shut to strangers, silent about customers."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

TOKEN = "a-secret-of-this-test"
EMAIL = "jo@example.com"

ACTIONS = """
from rasa_sdk import Action
from rasa_sdk.interfaces import ActionExecutionRejection

class Works(Action):
    def name(self): return "action_works"
    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message("done"); return []

class Breaks(Action):
    def name(self): return "action_breaks"
    def run(self, dispatcher, tracker, domain):
        try: {}[tracker.slots["email"]]
        except KeyError as exc: raise RuntimeError(tracker.slots["email"]) from exc

class Rejects(Action):
    def name(self): return "action_rejects"
    def run(self, dispatcher, tracker, domain):
        raise ActionExecutionRejection("action_rejects", tracker.slots["email"])
"""


@dataclass(frozen=True)
class Server:
    client: httpx.Client
    log: Path

    def call(self, action: Any, **changes: Any) -> httpx.Response:
        return self.client.post("/webhook", json=call(action) | changes)


def call(action: Any) -> dict[str, Any]:
    tracker = {"sender_id": "c1", "slots": {"email": EMAIL}, "latest_message": {"text": EMAIL}, "events": []}
    tracker |= {"paused": False, "latest_action_name": None, "active_loop": {}}
    return {"next_action": action, "tracker": tracker, "domain": {"responses": {}}, "version": "3.6.21"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("actions")
    (folder / "actions.py").write_text(ACTIONS, encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    log = folder / "log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "rasa", "run", "actions", "--port", str(port)],
            cwd=folder,
            env=os.environ | {"DESKHAND_ACTIONS_TOKEN": TOKEN, "DESKHAND_DATA_DIR": str(folder / "var")},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    headers = {"Authorization": f"Bearer {TOKEN}"}
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=10) as client:
            _wait_until_ready(client, process, log)
            yield Server(client, log)
    finally:
        process.terminate()
        process.wait(10)


def _wait_until_ready(client: httpx.Client, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        try:
            if client.get("/health").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(log.read_text())


def test_it_runs_an_action(server: Server) -> None:
    answer = server.call("action_works")

    assert answer.status_code == 200
    assert answer.json()["responses"][0]["text"] == "done"


def test_it_runs_a_deflated_call(server: Server) -> None:
    body = zlib.compress(json.dumps(call("action_works")).encode())

    assert server.client.post("/webhook", content=body, headers={"Content-Encoding": "deflate"}).status_code == 200


@pytest.mark.parametrize("secret", ["", "Bearer wrong", TOKEN, "Bearer x", f"bearer {TOKEN}", f"Bearer {TOKEN} "[:-2]])
@pytest.mark.parametrize(("method", "path"), [("POST", "/webhook"), ("GET", "/actions"), ("GET", "/none")])
def test_without_the_secret_nothing_answers(server: Server, secret: str, method: str, path: str) -> None:
    answer = server.client.request(method, path, json=call("action_works"), headers={"Authorization": secret})

    assert answer.status_code in (401, 404)
    assert "done" not in answer.text


def test_its_health_needs_no_secret(server: Server) -> None:
    assert server.client.get("/health", headers={"Authorization": ""}).json() == {"status": "ok"}


def test_a_failure_names_the_action_and_an_incident_only(server: Server) -> None:
    answer = server.call("action_breaks")

    assert answer.status_code == 500
    assert answer.json().keys() == {"error", "action_name", "incident"}
    assert answer.json()["action_name"] == "action_breaks"
    log = server.log.read_text()
    assert answer.json()["incident"] in log
    assert "RuntimeError" in log
    assert EMAIL not in answer.text + log


def test_a_rejection_repeats_nothing(server: Server) -> None:
    answer = server.call("action_rejects")

    assert answer.status_code == 400
    assert answer.json()["action_name"] == "action_rejects"
    assert EMAIL not in answer.text


def test_an_unknown_action_is_not_found(server: Server) -> None:
    answer = server.call("action_nope")

    assert answer.status_code == 404
    assert EMAIL not in answer.text


BOMB = zlib.compress(b" " * 50_000_000)


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (b"", ""),
        (b"{", ""),
        (b"\xff\xfe", ""),
        (b"[" * 100_000, ""),
        (b"[]", ""),
        (b"null", ""),
        (b'{"next_action": 3}', ""),
        (b'{"next_action": "action_works"}', ""),
        (b'{"next_action": "action_works", "tracker": "x"}', ""),
        (b" " * 9_000_000, ""),
        (b"not deflated", "deflate"),
        (zlib.compress(b'{"next_action": "action_works"}')[:-6], "deflate"),
        (BOMB, "deflate"),
    ],
    ids=lambda value: str(value[:20]) + f" {len(value)}",
)
def test_a_bad_body_is_a_clean_400(server: Server, body: bytes, encoding: str) -> None:
    answer = server.client.post("/webhook", content=body, headers={"Content-Encoding": encoding} if encoding else {})

    assert answer.status_code == 400
    assert answer.json().keys() == {"error"}


def test_a_broken_tracker_repeats_nothing(server: Server) -> None:
    answer = server.call("action_works", tracker={"slots": {"email": EMAIL}})

    assert answer.status_code == 500
    assert EMAIL not in answer.text + server.log.read_text()


def test_it_starts_without_a_warning(server: Server) -> None:
    server.call("action_works")

    assert "arning" not in server.log.read_text()
