"""Rasa opens a connection for each call of an endpoint and closes it, twice and more a turn. Here they are kept."""

from __future__ import annotations

import asyncio
from typing import Any

from deskhand.runtime.import_hooks import when_imported

KEPT_SECONDS = 10.0
"""Of rest. Servers keep connections for longer (sanic for two minutes), so none is closed while it is taken up."""


def apply() -> None:
    """Have endpoints' sessions share their connections."""
    when_imported("rasa.utils.endpoints", _keep)


def _keep(module: Any) -> None:
    import aiohttp

    class Connector(aiohttp.TCPConnector):
        """Of one event loop."""

        def __init__(self) -> None:
            super().__init__(limit=0, keepalive_timeout=KEPT_SECONDS)
            self.loop = asyncio.get_running_loop()

        def __del__(self, *_: Any) -> None:
            """Rasa's commands just end, and nobody closes it. aiohttp would call that an error."""

    latest: list[Connector] = []

    def connector() -> Connector:
        if not latest or latest[0].loop is not asyncio.get_running_loop():
            latest[:] = [Connector()]
        return latest[0]

    def session(endpoint: Any) -> aiohttp.ClientSession:
        basic = endpoint.basic_auth
        return aiohttp.ClientSession(
            headers=endpoint.headers,
            auth=aiohttp.BasicAuth(basic["username"], basic["password"]) if basic else None,
            timeout=aiohttp.ClientTimeout(total=module.DEFAULT_REQUEST_TIMEOUT),
            connector=connector(),
            connector_owner=False,
        )

    module.EndpointConfig.session = session
