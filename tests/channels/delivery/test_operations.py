"""What operators see of delivery: health, readiness, metrics; and what is forgotten in time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import Any
from uuid import uuid4

import httpx
import pytest

from deskhand.channels.delivery.contracts import Cause, GiveUp, SendResult, Sent
from deskhand.channels.delivery.serving import ChannelBlueprint
from deskhand.conversation.model import Reply
from deskhand.store.purging import purge
from deskhand.store.stuck import send_again, stuck_parts
from tests.channels.delivery.conftest import CHANNEL, World
from tests.patience import PATIENCE_SECONDS
from tests.sanic_servers import new_app, served


@pytest.fixture
async def server(world: World) -> AsyncIterator[httpx.AsyncClient]:
    """A server with two channels on one delivery, as Rasa would mount them."""
    delivery = world.make()
    app = new_app()
    for name in (CHANNEL, "telegram"):
        blueprint = ChannelBlueprint(f"deskhand_{name}_{uuid4().hex}", delivery)
        delivery.join(blueprint, name, _nobody, lambda: world.channel, assistant=world.assistant)
        app.blueprint(blueprint, url_prefix=f"/webhooks/{name}")
    async with served(app) as address, httpx.AsyncClient(base_url=address, timeout=PATIENCE_SECONDS) as client:
        yield client


async def _nobody(_message: Any) -> None:
    raise AssertionError("Rasa is not here")


async def test_a_server_that_works_says_so(server: httpx.AsyncClient) -> None:
    assert (await server.get("/health")).json() == {"status": "ok"}
    assert (await server.get("/ready")).json() == {
        "status": "ok",
        "assistant": True,
        "database": True,
        "workers": True,
    }


async def test_a_server_whose_assistant_is_not_loaded_is_not_ready(
    server: httpx.AsyncClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world.assistant, "ready", lambda: False)
    answer = await server.get("/ready")

    assert (answer.status_code, answer.json()["assistant"]) == (503, False)
    assert (await server.get("/health")).status_code == 200


async def test_metrics_tell_of_turns_sends_and_failures_and_of_nobody(server: httpx.AsyncClient, world: World) -> None:
    async def send(words: str, attempt: int) -> SendResult:
        return GiveUp(Cause.NOT_AUTHORISED, code="190")

    await world.write("my secret")
    await world.settled()
    world.channel.sending = send
    await world.write("my secret", contact="4477")
    await world.settled()
    page = (await server.get("/metrics")).text

    assert 'deskhand_turn_seconds_count{channel="whatsapp",state="done"} 2.0' in page
    assert 'deskhand_send_seconds_count{channel="whatsapp"} 1.0' in page
    assert 'deskhand_send_failures_total{cause="not_authorised",channel="whatsapp",final="true"} 1.0' in page
    assert 'deskhand_queue_depth{queue="turns"} 0.0' in page
    assert 'deskhand_sends{channel="whatsapp",state="failed"} 1.0' in page
    assert "secret" not in page
    assert "4477" not in page


async def test_metrics_tell_how_long_the_oldest_has_waited(world: World) -> None:
    await world.write("hello")
    await world.count("UPDATE deskhand.messages SET sent_at = now() - interval '40 seconds' RETURNING 1")
    page = (await world.make().metrics_page()).decode()

    assert 'deskhand_queue_depth{queue="turns"} 1.0' in page
    age = next(line for line in page.splitlines() if line.startswith('deskhand_queue_age_seconds{queue="turns"}'))
    assert 40 <= float(age.split()[-1]) < 60


async def test_what_was_sent_long_ago_is_forgotten_and_the_messages_stay(world: World) -> None:
    await world.start()
    await world.write("hello")
    await world.settled()
    await purge(world.db, datetime.now(UTC) - timedelta(days=1))
    assert await world.count("SELECT count(*) FROM deskhand.sends WHERE part IS NOT NULL") == 1

    await purge(world.db, datetime.now(UTC) + timedelta(days=1))
    assert await world.count("SELECT count(*) FROM deskhand.sends WHERE part IS NOT NULL") == 0
    assert await world.count("SELECT count(*) FROM deskhand.turns") == 0
    assert await world.count("SELECT count(*) FROM deskhand.messages WHERE delivery = 'sent'") == 1


async def test_what_was_forgotten_can_be_sent_again(world: World) -> None:
    async def answer(words: str) -> list[Reply]:
        return [Reply("1|2|3")]

    async def send(words: str, attempt: int) -> SendResult:
        return GiveUp(Cause.NOT_AUTHORISED, code="190") if words in "23" else Sent(None)

    world.assistant.answering, world.channel.sending = answer, send
    await world.start()
    await world.write("hello")
    await world.settled()
    await purge(world.db, datetime.now(UTC) + timedelta(days=1))
    world.channel.sending = None
    assert await send_again(world.db, [row.message_id for row in await stuck_parts(world.db)]) == 2
    await world.settled()

    assert world.channel.texts() == ["1", "2", "3"]


def test_the_queues_tables_are_those_of_the_installed_procrastinate() -> None:
    """The migration makes the tables of this version. A newer one needs a migration of its own beside it."""
    assert version("procrastinate") == "3.10.0"
