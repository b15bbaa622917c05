"""Stock Rasa as it is served: `rasa run` with the REST channel and the SQL tracker store, on PostgreSQL."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
from ruamel.yaml import YAML

from deskhand.e2e.stack import free_ports
from deskhand.store import embedded

READY_SECONDS = 300


@contextlib.asynccontextmanager
async def stock_server(python: Path, model: Path, log_folder: Path) -> AsyncIterator[tuple[str, int]]:
    """Its address and its process id. `python` is that of an environment with stock Rasa."""
    with tempfile.TemporaryDirectory(prefix="deskhand-bench-") as name:
        folder = Path(name)
        server = await asyncio.to_thread(embedded.start, folder / "postgres")
        (port,) = free_ports(1)
        YAML(typ="safe").dump({"rest": None}, folder / "credentials.yml")
        YAML(typ="safe").dump({"tracker_store": _tracker_store(server.url)}, folder / "endpoints.yml")
        with (log_folder / "stock.log").open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                *(str(python), "-m", "rasa", "run", "--model", str(model), "--port", str(port)),
                *("--interface", "127.0.0.1", "--credentials", str(folder / "credentials.yml")),
                *("--endpoints", str(folder / "endpoints.yml")),
                stdout=log,
                stderr=log,
            )
        url = f"http://127.0.0.1:{port}"
        try:
            await _until_ready(url)
            yield url, process.pid
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            await process.wait()
            server.stop()


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


async def _until_ready(url: str) -> None:
    async with asyncio.timeout(READY_SECONDS), httpx.AsyncClient() as client:
        while True:
            with contextlib.suppress(httpx.HTTPError):
                if (await client.get(url, timeout=2)).status_code == httpx.codes.OK:
                    return
            await asyncio.sleep(0.5)
