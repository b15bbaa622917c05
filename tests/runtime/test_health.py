"""Whether a part is ready, asked over HTTP."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from deskhand.runtime.health import action_server_is_ready, assistant_is_ready, reachable

HEALTH = "/webhooks/webchat/health"


@pytest.fixture
def serve() -> Iterator[Callable[[dict[str, int]], int]]:
    servers: list[HTTPServer] = []

    def start(statuses: dict[str, int]) -> int:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(statuses.get(self.path, 404))
                self.end_headers()

            def log_message(self, *_: object) -> None: ...

        servers.append(HTTPServer(("127.0.0.1", 0), Handler))
        threading.Thread(target=servers[-1].serve_forever, daemon=True).start()
        return int(servers[-1].server_port)

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


async def test_assistant_is_ready_when_its_health_says_so(serve: Callable[[dict[str, int]], int]) -> None:
    assert await assistant_is_ready("127.0.0.1", serve({HEALTH: 200}))


async def test_assistant_without_its_model_or_database_is_not(serve: Callable[[dict[str, int]], int]) -> None:
    assert not await assistant_is_ready("127.0.0.1", serve({HEALTH: 503, "/": 200}))


async def test_assistant_without_the_web_chat_is_ready_when_it_answers(
    serve: Callable[[dict[str, int]], int],
) -> None:
    assert await assistant_is_ready("127.0.0.1", serve({"/": 200}))


async def test_nobody_there_is_not_ready() -> None:
    assert not await assistant_is_ready("127.0.0.1", 1)
    assert not await action_server_is_ready(1)


async def test_action_server(serve: Callable[[dict[str, int]], int]) -> None:
    assert await action_server_is_ready(serve({"/health": 200}))
    assert not await action_server_is_ready(serve({"/health": 500}))


def test_all_addresses_are_reached_on_this_machine() -> None:
    assert reachable("0.0.0.0") == "127.0.0.1"
    assert reachable("::") == "::1"
    assert reachable("192.0.2.7") == "192.0.2.7"
