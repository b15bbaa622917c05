"""With its API enabled, Rasa lets callers choose the model: `PUT /model` fetches one from any server that is named,
under a file name that is not cleaned, and `POST /model/test/intents?model=…` does the same; `POST /model/train` runs
whatever components a sent configuration names. With no token set, callers are everybody.

Models come from `rasa train` and are chosen at the start: the first two are closed. Training stays, with a token.
"""

from __future__ import annotations

from typing import Any

from deskhand.runtime.import_hooks import when_imported

CHOSEN_AT_START = "The model is chosen when the server starts: `rasa run --model <file>`."
NEEDS_TOKEN = "Training over HTTP needs a server that was started with --auth-token or --jwt-secret."  # noqa: S105


def apply() -> None:
    """Put a guard before the API's routes."""
    when_imported("rasa.server", _guard_routes)


def _guard_routes(server: Any) -> None:
    upstream_create = server.create_app

    def create_app(*args: Any, **options: Any) -> Any:
        app = upstream_create(*args, **options)
        has_secret = bool(app.config.get("USE_JWT") or options.get("auth_token"))

        async def guard(request: Any) -> Any:
            reason = refusal(request.method, request.path, request.args, has_secret)
            return server.response.json({"status": "failure", "message": reason}, status=403) if reason else None

        app.on_request(guard)
        return app

    server.create_app = create_app


def refusal(method: str, path: str, arguments: Any, has_secret: bool) -> str | None:
    """Why a request is refused; None if it is not."""
    path = path.rstrip("/")
    if method == "PUT" and path == "/model":
        return CHOSEN_AT_START
    if path == "/model/test/intents" and "model" in arguments:
        return CHOSEN_AT_START
    if path == "/model/train" and not has_secret:
        return NEEDS_TOKEN
    return None
