"""The address that Telegram calls with each update."""

from __future__ import annotations

import hmac
import json
import logging

from pydantic import SecretStr, ValidationError
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from deskhand.channels.telegram.errors import TelegramError
from deskhand.channels.telegram.intake import Intake
from deskhand.channels.telegram.schema import NumberedUpdate, Update
from deskhand.channels.webhooks import log_without_content, read_body
from deskhand.store.errors import DatabaseUnavailable

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
MAX_BODY_BYTES = 1024 * 1024
"""Updates have some kilobytes."""


class Webhook:
    def __init__(self, secret_token: SecretStr, intake: Intake) -> None:
        self._secret = secret_token.get_secret_value().encode()
        self._intake = intake

    def add_to(self, blueprint: Blueprint) -> None:
        async def receive(request: Request) -> HTTPResponse:  # sanic marks streaming handlers: a method takes no mark
            return await self.receive(request)

        blueprint.add_route(receive, "/webhook", methods=["POST"], stream=True, name="receive")

    async def receive(self, request: Request) -> HTTPResponse:
        """200 when everything is stored, or will never be; 503 when Telegram is to deliver the update again."""
        given = request.headers.getall(SECRET_HEADER, [])
        # Before the body is read: whoever has no secret gets no work done.
        if len(given) != 1 or not hmac.compare_digest(given[0].encode("utf-8", "replace"), self._secret):
            return response.empty(status=401)
        body = await read_body(request, MAX_BODY_BYTES)
        if body is None:
            return response.empty(status=413)
        try:
            update = Update.model_validate_json(body)
        except ValidationError as exc:
            return response.empty(status=_refused(body, exc))
        try:
            await self._intake.take(update)
        except (DatabaseUnavailable, TelegramError) as exc:
            log.error("Update %d of Telegram's was not stored: %s", update.update_id, exc)
            return response.empty(status=503)
        except Exception as exc:
            log_without_content(log, f"Update {update.update_id} of Telegram's was not stored", exc)
            return response.empty(status=503)
        return response.empty(status=200)


def _refused(body: bytes, exc: ValidationError) -> int:
    """400 for what is no update. An update that cannot be read would only come again, and hold up the others."""
    try:
        # Python's reader takes what pydantic's refuses altogether, such as half of a surrogate pair.
        number = NumberedUpdate.model_validate(json.loads(body)).update_id
    except (ValueError, RecursionError):
        return 400
    where = sorted({".".join(map(str, error["loc"])) for error in exc.errors(include_input=False, include_url=False)})
    log.error("Update %d of Telegram's was left out: it cannot be read at %s.", number, ", ".join(where[:5]))
    return 200
