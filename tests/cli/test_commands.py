"""The command line, as a person types it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from deskhand.conversation.model import Handoff, HandoffPacket, InboundMessage
from deskhand.store.conversations import Conversations
from deskhand.store.database import Database

PROJECT = Path(__file__).parents[2]


def deskhand(*arguments: str, cwd: Path = PROJECT, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "deskhand.cli", *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        timeout=300,
        env=os.environ | {"COLUMNS": "200"} | environment,
    )


def test_an_error_is_one_message_without_a_traceback(tmp_path: Path) -> None:
    done = deskhand("train", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith(f"deskhand: {tmp_path} has no config.yml")
    assert "Traceback" not in done.stderr


def test_debug_shows_where_an_error_came_from(tmp_path: Path) -> None:
    assert "Traceback" in deskhand("--debug", "train", cwd=tmp_path).stderr


def test_a_wrong_setting_is_named() -> None:
    done = deskhand("settings", DESKHAND_PORT="many")
    assert done.returncode == 1
    assert "DESKHAND_PORT" in done.stderr
    assert "Traceback" not in done.stderr


def test_settings_show_stars_for_secrets() -> None:
    secret = "hunter2-hunter2"
    done = deskhand(
        "settings",
        DESKHAND_SMTP_PASSWORD=secret,
        DESKHAND_ACTIONS_TOKEN=secret,
        DATABASE_URL=f"postgresql://me:{secret}@db.example/x",
    )
    assert secret not in done.stdout
    assert "* DATABASE_URL = postgresql://me:***@db.example/x" in done.stdout


def test_version_names_deskhand_and_rasa() -> None:
    assert "Rasa 3.6.21" in deskhand("--version").stdout


def test_db_upgrade_and_status(empty_database_url: str) -> None:
    before = deskhand("db", "status", DATABASE_URL=empty_database_url)
    assert before.returncode == 1
    assert "run `deskhand db upgrade`" in before.stdout
    assert "From revision none to" in deskhand("db", "upgrade", DATABASE_URL=empty_database_url).stdout
    assert "as before" in deskhand("db", "upgrade", DATABASE_URL=empty_database_url).stdout
    assert deskhand("db", "status", DATABASE_URL=empty_database_url).returncode == 0


def test_db_seed_fills_an_empty_crm_once(database_url: str) -> None:
    assert "The demo data is in" in deskhand("db", "seed", DATABASE_URL=database_url).stdout
    assert "nothing done" in deskhand("db", "seed", DATABASE_URL=database_url).stdout
    assert customers(database_url) == 500


def test_db_reset_asks_and_then_empties(database_url: str) -> None:
    deskhand("db", "seed", DATABASE_URL=database_url)
    assert deskhand("db", "reset", DATABASE_URL=database_url).returncode == 1  # nobody there to say yes
    assert customers(database_url) == 500
    assert deskhand("db", "reset", "--yes", DATABASE_URL=database_url).returncode == 0
    assert customers(database_url) == 0
    assert deskhand("db", "status", DATABASE_URL=database_url).returncode == 0


def test_an_unreachable_database_is_said_in_one_line() -> None:
    done = deskhand("db", "status", DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert done.returncode == 1
    assert done.stderr.startswith("deskhand: The database does not answer")
    assert "Traceback" not in done.stderr


def customers(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM crm.customers").fetchone()
    assert row
    return int(row[0])


@pytest.fixture
async def handoff(db: Database) -> Handoff:
    conversations = Conversations(db)
    received = await conversations.receive(InboundMessage("webchat", "visitor-1", "message-1", "Get me a person!"))
    packet = HandoffPacket(
        reason="asked_for_person",
        summary="Jo wants to talk about an order.",
        tried=("order_status: told",),
        slots={"order_number": "FW-200101"},
        suggested_resolution="Call back.",
    )
    return await conversations.request_handoff(received.conversation.id, packet)


def test_handoffs_list_and_show(handoff: Handoff, database_url: str) -> None:
    listed = deskhand("handoffs", "list", DATABASE_URL=database_url).stdout
    assert "asked_for_person" in listed
    assert str(handoff.id)[:8] in listed
    shown = deskhand("handoffs", "show", str(handoff.id)[:8], DATABASE_URL=database_url).stdout
    for expected in (
        "Jo wants to talk",
        "order_status: told",
        "order_number: FW-200101",
        "Call back.",
        "Get me a person!",
    ):
        assert expected in shown


def test_nobody_waiting_is_said(database_url: str) -> None:
    assert deskhand("handoffs", "list", DATABASE_URL=database_url).stdout == "Nobody waits for a person.\n"


def test_an_unknown_handoff_is_said(database_url: str) -> None:
    done = deskhand("handoffs", "show", "abc", DATABASE_URL=database_url)
    assert done.returncode == 1
    assert "No handoff with an id that begins with 'abc'" in done.stderr


def test_a_busy_port_stops_the_start_before_anything_else() -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        done = deskhand("up", DESKHAND_PORT=str(busy.getsockname()[1]))
    assert done.returncode == 1
    assert "which the channels' server needs, is in use by" in done.stderr
    assert "PostgreSQL" not in done.stdout
