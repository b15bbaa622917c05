"""`deskhand messages …` shows what did not reach customers, and sends it again."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest
from typer.testing import CliRunner

from deskhand.cli.app import app
from deskhand.conversation.model import InboundMessage, Reply
from deskhand.settings import get_settings
from deskhand.store.conversations import Conversations
from deskhand.store.database import Database
from deskhand.store.inbox import Inbox
from deskhand.store.sends import Pace, Sends

PACE = Pace(1000, 0, 1)


@pytest.fixture(autouse=True)
def _this_database(database_url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL", database_url)
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


def run(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["messages", *arguments])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.stdout


def failed_message(database_url: str) -> UUID:
    """An answer of two parts, whose first the channel refused."""

    async def make() -> UUID:
        database = Database(database_url)
        (received,) = await Inbox(database).take([InboundMessage("whatsapp", "4477", "m1", "hello")])
        conversation = received.conversation
        (reply,) = await Conversations(database).add_replies(conversation.id, 0, [Reply("Here is your tent")])
        sends = Sends(database)
        due = await sends.next("whatsapp", conversation.contact_id, PACE, lambda *_: [{"n": 1}, {"n": 2}])
        await sends.failed(due, "refused", "131009", "bad parameter")
        due = await sends.next("whatsapp", conversation.contact_id, PACE, lambda *_: [])
        await sends.sent(due, "w2")
        await database.close()
        return reply.id

    return asyncio.run(make())


def test_nothing_failed(database_url: str) -> None:
    assert "Everything has reached" in run("failed")


def test_what_failed_is_listed_with_its_cause(database_url: str) -> None:
    message_id = failed_message(database_url)
    listed = run("failed")

    assert str(message_id)[:8] in listed
    assert all(word in listed for word in ("whatsapp", "failed", "refused", "131009"))
    assert "4477" not in listed


def test_one_message_is_shown_part_by_part(database_url: str) -> None:
    shown = run("show", str(failed_message(database_url))[:8])

    assert "part 1        failed, 1 tries" in shown
    assert "refused, 131009, bad parameter" in shown
    assert "part 2        sent" in shown


def test_a_message_is_sent_again(database_url: str) -> None:
    message_id = failed_message(database_url)

    assert "Queued again: 1 part." in run("retry", str(message_id)[:8])
    assert "Everything has reached" in run("failed")
    assert "part 1        queued" in run("show", str(message_id))


def test_all_are_sent_again(database_url: str) -> None:
    failed_message(database_url)

    assert "Queued again: 1 part." in run("retry", "--all")


def test_an_unknown_message_is_said() -> None:
    from deskhand.errors import DeskhandError

    with pytest.raises(DeskhandError, match="No message to a customer"):
        run("show", "ffff")
    with pytest.raises(DeskhandError, match="--all"):
        run("retry")
