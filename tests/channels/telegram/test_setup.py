"""`deskhand telegram …`, run as a command against a Bot API on loopback."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from time import time

import pytest

from deskhand.channels.telegram.options import NAME
from deskhand.channels.telegram.schema import ALLOWED_UPDATES
from deskhand.channels.telegram.setup import webhook_url
from deskhand.settings import SettingsError
from tests.patience import PATIENCE_SECONDS

from .bot_api import TOKEN, BotApiDouble, Fault

SECRET = "s3cret_of-the-webhook"
SITE = "https://chat.example.com"
HOOK = f"{SITE}/webhooks/telegram/webhook"


@dataclass
class Done:
    code: int
    out: str


class Shell:
    def __init__(self, folder: Path, telegram: BotApiDouble) -> None:
        self.folder = folder
        self.telegram = telegram
        self.write(secret_token=SECRET)

    def write(self, **options: str) -> None:
        lines = [
            f"  {name}: {value}" for name, value in {"token": TOKEN, "api_url": self.telegram.url, **options}.items()
        ]
        (self.folder / "credentials.yml").write_text("\n".join([f"{NAME}:", *lines]), encoding="utf-8")

    async def run(self, *arguments: str, site: str | None = SITE) -> Done:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DESKHAND_")}
        own = {"DESKHAND_DATA_DIR": str(self.folder / "var"), **({"DESKHAND_PUBLIC_URL": site} if site else {})}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "deskhand.cli", "telegram", *arguments,
            cwd=self.folder, env={**kept, **own}, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        out, _ = await asyncio.wait_for(process.communicate(), PATIENCE_SECONDS)
        said = out.decode()
        assert TOKEN not in said
        assert SECRET not in said
        assert "Traceback" not in said
        return Done(process.returncode or 0, said)


@pytest.fixture
def shell(tmp_path: Path, telegram: BotApiDouble) -> Shell:
    return Shell(tmp_path, telegram)


@pytest.mark.slow
async def test_connect_status_disconnect(shell: Shell, telegram: BotApiDouble):
    before = await shell.run("status")
    assert before.code == 1
    assert "deskhand telegram connect" in before.out

    connected = await shell.run("connect", "--drop-waiting")
    assert (connected.code, "https://t.me/FernwayBot" in connected.out, HOOK in connected.out) == (0, True, True)
    assert telegram.webhook == {
        "url": HOOK,
        "secret_token": SECRET,
        "max_connections": 40,
        "allowed_updates": list(ALLOWED_UPDATES),
        "drop_pending_updates": True,
    }
    assert [one["command"] for one in telegram.commands] == ["start", "help", "human"]

    telegram.webhook_info = {"pending_update_count": 3}
    well = await shell.run("status")
    assert (well.code, "3 updates" in well.out) == (0, True)
    telegram.webhook_info = {"last_error_date": int(time()), "last_error_message": "Connection timed out"}
    ill = await shell.run("status")
    assert (ill.code, "Connection timed out" in ill.out) == (1, True)
    moved = await shell.run("status", site="https://other.example.com")
    assert (moved.code, "https://other.example.com" in moved.out) == (1, True)

    assert (await shell.run("disconnect")).code == 0
    assert telegram.webhook == {}


@pytest.mark.slow
async def test_polling_takes_the_webhook_away_and_needs_no_address(shell: Shell, telegram: BotApiDouble):
    shell.write(mode="polling")
    telegram.webhook = {"url": HOOK, "allowed_updates": []}
    blocked = await shell.run("status", site=None)
    assert (blocked.code, "deskhand telegram connect" in blocked.out) == (1, True)
    assert (await shell.run("connect", site=None)).code == 0
    assert telegram.webhook == {}
    assert (await shell.run("status", site=None)).code == 0


@pytest.mark.slow
async def test_what_is_wrong_is_said_in_a_sentence(shell: Shell, telegram: BotApiDouble):
    missing = await shell.run("connect", site=None)
    assert (missing.code, "DESKHAND_PUBLIC_URL" in missing.out) == (1, True)
    telegram.fail("setWebhook", Fault(400, "Bad Request: bad webhook: Failed to resolve host"))
    refused = await shell.run("connect")
    assert (refused.code, "Failed to resolve host" in refused.out) == (1, True)
    shell.write(secret_token=SECRET, token="110201543:unknown-unknown-unknown")
    unknown = await shell.run("status")
    assert (unknown.code, "token" in unknown.out) == (1, True)


@pytest.mark.parametrize(
    ("site", "said"),
    [
        (None, "is missing"),
        ("http://chat.example.com", "https"),
        ("https://chat.example.com:5005", "443, 80, 88, 8443"),
        ("https://chat.example.com:port", "no address"),
    ],
)
def test_where_telegram_cannot_deliver_is_refused(site: str | None, said: str):
    with pytest.raises(SettingsError, match=said):
        webhook_url(site)


@pytest.mark.parametrize("site", [SITE, f"{SITE}/", f"{SITE}:443"])
def test_the_webhooks_address(site: str):
    assert webhook_url(site) == f"{site.rstrip('/')}/webhooks/telegram/webhook"
