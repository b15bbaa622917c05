"""The action server: rasa-sdk's own, behind a shared secret, with errors that repeat nothing about a customer.

Upstream, anybody who reaches `/webhook` can run any action about any customer, and an error's answer holds the whole
request: the tracker, with all that was said. `python -m deskhand.runtime.action_server` and plain `rasa run actions`
both serve what `protected` makes of upstream's app.
"""

from __future__ import annotations

import hmac
import json
import logging
import os
import sys
import traceback
import uuid
import zlib
from typing import Any, cast

from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionMissingDomainException, ActionNotFoundException
from sanic import Sanic
from sanic.exceptions import SanicException
from sanic.handlers import ErrorHandler
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from deskhand.errors import DeskhandError
from deskhand.settings import get_settings

logger = logging.getLogger(__name__)

OPEN_PATHS = ("/health",)
MAX_BODY_BYTES = 8 * 1024 * 1024
"""A tracker of a thousand turns takes about 2 MB."""

EXPECTED = (ActionExecutionRejection, ActionNotFoundException, ActionMissingDomainException)
"""What an action may raise to speak to Rasa. rasa-sdk answers with their own status."""


class BadCall(SanicException):
    """The request is not a call of an action."""

    status_code = 400


class ActionFailed(Exception):
    """An action raised something. Carries what may be told about it."""

    def __init__(self, action_name: str, incident: str) -> None:
        super().__init__(f"{action_name} failed (incident {incident})")
        self.action_name = action_name
        self.incident = incident


class CarefulExecutor:
    """An action executor that reports failures without a word of the conversation."""

    def __init__(self, executor: ActionExecutor) -> None:
        self._executor = executor

    def __getattr__(self, name: str) -> Any:
        return getattr(self._executor, name)

    async def run(self, action_call: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Run the action. Raises `ActionFailed` for whatever it raises, except what is meant for Rasa."""
        name = str(action_call.get("next_action"))
        try:
            return await self._executor.run(action_call, *args, **kwargs)
        except ActionExecutionRejection as exc:
            raise ActionExecutionRejection(exc.action_name) from None  # without the action's own words
        except EXPECTED:
            raise
        except Exception as exc:
            incident = log_incident(f"Action {name!r} failed", exc)
            raise ActionFailed(name, incident) from None


class CarefulErrors(ErrorHandler):
    """Answers errors with what is wrong, never with what was sent."""

    def response(self, request: Request, exception: Exception) -> HTTPResponse:
        """The answer to a request that raised."""
        if isinstance(exception, ActionFailed):
            body = {"error": "The action failed.", "action_name": exception.action_name}
            return json_response(body | {"incident": exception.incident}, status=500)
        if isinstance(exception, BadCall):
            return json_response({"error": str(exception)}, status=400)
        if isinstance(exception, SanicException) and exception.status_code < 500:
            return json_response({"error": type(exception).__name__}, status=exception.status_code)
        incident = log_incident("The action server failed", exception)
        return json_response({"error": "The action server failed.", "incident": incident}, status=500)


def log_incident(what: str, exc: BaseException) -> str:
    """Log an exception under a new id, which is returned.

    Places and types only: messages of exceptions hold the values that caused them. Our own errors' messages are
    safe to log by their contract.
    """
    incident = uuid.uuid4().hex[:12]
    lines = [f"{what} (incident {incident})"]
    cause: BaseException | None = exc
    while cause is not None:
        lines += [line.rstrip() for line in traceback.format_tb(cause.__traceback__)]
        lines.append(f"{type(cause).__qualname__}" + (f": {cause}" if isinstance(cause, DeskhandError) else ""))
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    logger.error("\n".join(lines))
    return incident


def protected(app: Sanic[Any, Any]) -> Sanic[Any, Any]:
    """Put the shared secret and the checks before all of the app's routes. Returns the app.

    Raises `SettingsError` now, rather than at the first request, if there is no secret to share.
    """
    get_settings()
    app.config.REQUEST_MAX_SIZE = MAX_BODY_BYTES
    app.config.ACCESS_LOG = False
    app.error_handler = CarefulErrors()
    app.on_request(require_token)
    app.on_request(check_call)
    app.register_listener(_warm_up, "after_server_start")
    return app


async def _warm_up(app: Sanic[Any, Any], _loop: object = None) -> None:
    """Lets the actions open what they work with, beside the first requests and not before them."""
    warm_up = getattr(sys.modules.get("actions.services"), "warm_up", None)
    if warm_up is not None:
        app.add_task(warm_up(), name="warm up")


async def require_token(request: Request) -> HTTPResponse | None:
    """Refuse a request that does not carry the shared secret."""
    if request.path in OPEN_PATHS:
        return None
    expected = f"Bearer {get_settings().actions_token.get_secret_value()}".encode()
    given = (request.headers.get("authorization") or "").encode()
    if hmac.compare_digest(given, expected):
        return None
    return json_response(
        {"error": "The header `Authorization: Bearer <DESKHAND_ACTIONS_TOKEN>` is missing or wrong."}, status=401
    )


async def check_call(request: Request) -> None:
    """Raises `BadCall` for a body that is no call of an action, before rasa-sdk trips over it."""
    if request.path != "/webhook" or request.method != "POST":
        return
    if int(request.headers.get("content-length") or 0) > MAX_BODY_BYTES:
        raise BadCall(f"The body is larger than {MAX_BODY_BYTES} bytes.")  # sanic did not read it
    body = request.body
    if request.headers.get("content-encoding") == "deflate":
        body = _inflate(body)
    try:
        call = json.loads(body)
    except (ValueError, RecursionError):
        raise BadCall("The body is not JSON.") from None
    if not isinstance(call, dict) or not isinstance(call.get("next_action"), str):
        raise BadCall("The body is not an action call: it has no `next_action`.")
    if not isinstance(call.get("tracker"), dict):
        raise BadCall("The body is not an action call: it has no `tracker`.")
    request.parsed_json = cast(Any, call)  # what `request.json` would parse again


def _inflate(body: bytes) -> bytes:
    inflater = zlib.decompressobj()
    try:
        data = inflater.decompress(body, MAX_BODY_BYTES)
    except zlib.error:
        raise BadCall("The body says that it is deflated, and is not.") from None
    if inflater.unconsumed_tail:
        raise BadCall(f"The body inflates to more than {MAX_BODY_BYTES} bytes.")
    if not inflater.eof:
        raise BadCall("The deflated body is cut off.")
    return data


def main() -> None:
    """Serve the package `actions` on loopback, on the port of the settings."""
    from rasa_sdk.__main__ import main as serve

    settings = get_settings()
    os.environ.setdefault("LOG_LEVEL", settings.log_level)
    sys.path.insert(0, os.getcwd())
    sys.argv[1:] = ["--actions", "actions", "--port", str(settings.actions_port), *sys.argv[1:]]
    serve()


if __name__ == "__main__":
    main()
