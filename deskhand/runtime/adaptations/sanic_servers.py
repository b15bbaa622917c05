"""What else Rasa's server does that current sanic takes differently.

- Listeners: sanic 23 and later calls them with the app alone, and only if that fails with the event loop too, under a
  deprecation warning.
- Streamed answers, which `rasa shell` asks for: sanic 23 removed `response.stream`.
- Errors: the format of their answers is guessed, under a deprecation warning.
- Logging: Rasa lets sanic configure logging although it has its own, and each line of sanic's appears twice.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from deskhand.runtime.import_hooks import when_imported


def apply() -> None:
    """Bring Rasa's listeners and its app up to date."""
    when_imported("rasa.core.run", _take_the_app_alone)
    when_imported("rasa.core.run", _answer_errors_in_json)
    when_imported("sanic.response", _stream_answers)
    when_imported("rasa.server", _leave_logging_alone)


def _take_the_app_alone(module: Any) -> None:
    upstream_load, upstream_close = module.load_agent_on_start, module.close_resources

    async def load_agent_on_start(model_path: Any, endpoints: Any, remote_storage: Any, app: Any) -> Any:
        loop = asyncio.get_running_loop()
        return await upstream_load(model_path, endpoints, remote_storage, app, loop)

    async def close_resources(app: Any) -> None:
        await upstream_close(app, asyncio.get_running_loop())

    module.load_agent_on_start = load_agent_on_start
    module.close_resources = close_resources


def _leave_logging_alone(module: Any) -> None:
    module.Sanic = partial(module.Sanic, configure_logging=False)


def _stream_answers(response: Any) -> None:
    response.stream = response.ResponseStream


def _answer_errors_in_json(module: Any) -> None:
    upstream_configure = module.configure_app

    def configure_app(*args: Any, **options: Any) -> Any:
        app = upstream_configure(*args, **options)
        app.config.FALLBACK_ERROR_FORMAT = "json"
        return app

    module.configure_app = configure_app
