"""Stock Rasa as it is served: `rasa run` with the REST channel and the SQL tracker store, on PostgreSQL.

Its custom actions are this project's, run by the same action server on the same kind of database.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from ruamel.yaml import YAML

from benchmarks.delivery_stack import ServerProcess, action_server, environment_of, postgres_pid
from deskhand.e2e.stack import free_ports
from deskhand.runtime.demo import seed_if_empty
from deskhand.store import embedded, migrations


@dataclass(frozen=True)
class StockStack:
    rasa: ServerProcess
    actions: ServerProcess
    postgres_pid: int


@contextlib.asynccontextmanager
async def stock_stack(python: Path, model: Path, log_folder: Path) -> AsyncIterator[StockStack]:
    """`python` is that of an environment with stock Rasa."""
    with tempfile.TemporaryDirectory(prefix="deskhand-bench-") as name:
        folder = Path(name)
        server = await asyncio.to_thread(embedded.start, folder / "postgres", {"max_connections": "300"})
        await asyncio.to_thread(migrations.upgrade, server.url)
        await seed_if_empty(server.url)
        port, actions_port = free_ports(2)
        environment = environment_of(folder, server.url)
        actions = action_server(actions_port, environment, log_folder)
        header = {"Authorization": f"Bearer {environment['DESKHAND_ACTIONS_TOKEN']}"}
        endpoint = {"url": f"http://127.0.0.1:{actions_port}/webhook", "headers": header}
        YAML(typ="safe").dump({"rest": None}, folder / "credentials.yml")
        YAML(typ="safe").dump(
            {"tracker_store": _tracker_store(server.url), "action_endpoint": endpoint}, folder / "endpoints.yml"
        )
        rasa = ServerProcess(_command(python, model, port, folder), port, _NOT_OURS, log_folder / "stock.log", "/")
        try:
            await asyncio.gather(actions.start(), rasa.start())
            yield StockStack(rasa, actions, postgres_pid(folder / "postgres"))
        finally:
            await asyncio.gather(*(each.kill(signal.SIGTERM) for each in (rasa, actions)))
            server.stop()


_NOT_OURS = {"DESKHAND_RUNTIME": "off", "PYTHONPATH": "", "TF_CPP_MIN_LOG_LEVEL": "3", "LOG_LEVEL": "WARNING"}


def _command(python: Path, model: Path, port: int, folder: Path) -> list[str]:
    command = [str(python.absolute()), "-m", "rasa", "run", "--model", str(model.absolute()), "--port", str(port)]
    command += ["--interface", "127.0.0.1", "--credentials", str(folder / "credentials.yml")]
    return [*command, "--endpoints", str(folder / "endpoints.yml")]


def _tracker_store(url: str) -> dict[str, object]:
    """The embedded server listens on a socket, whose folder psycopg2 takes as the host."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    return {
        "type": "SQL",
        "dialect": "postgresql",
        "url": query.get("host", [parts.hostname or ""])[0],
        "db": parts.path.lstrip("/"),
        "username": parts.username or query.get("user", ["postgres"])[0],
        "password": parts.password or "",
    }
