"""What operators and their tools ask the server: `/health`, `/ready`, `/metrics`; and the desk: files. Not for the
internet, but for the webhook of an outside desk, which comes with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from sanic import Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from deskhand.channels.delivery import desk_webhook, files
from deskhand.channels.delivery.metrics import CONTENT_TYPE
from deskhand.store.errors import DatabaseUnavailable

if TYPE_CHECKING:
    from deskhand.channels.delivery.serving import Delivery

_NAME = "deskhand_health"
_FRESH = {"cache-control": "no-store"}


def add_to(app: Sanic[Any, Any], delivery: Delivery) -> None:
    """Does nothing if the app has them."""
    if any(route.name.endswith(f".{_NAME}") for route in app.router.routes):
        return

    async def health(_request: Request) -> HTTPResponse:
        """Whether this process lives and works on its queues: if not, restart it."""
        well = delivery.workers_run()
        return response.json({"status": "ok" if well else "stopped"}, status=200 if well else 503, headers=_FRESH)

    async def ready(_request: Request) -> HTTPResponse:
        """Whether a customer would be answered: if not, send no traffic here."""
        state = {"assistant": delivery.assistant_is_ready(), "database": True, "workers": delivery.workers_run()}
        try:
            await (await delivery.database()).connect()
        except DatabaseUnavailable:
            state["database"] = False
        well = all(state.values())
        body = {"status": "ok" if well else "unavailable", **state}
        return response.json(body, status=200 if well else 503, headers=_FRESH)

    async def metrics(_request: Request) -> HTTPResponse:
        try:
            return response.raw(await delivery.metrics_page(), headers=dict(CONTENT_TYPE))
        except DatabaseUnavailable:
            return response.text("The database is away.\n", status=503)

    async def file(request: Request, message_id: UUID, place: int) -> HTTPResponse | None:
        return await files.hand_out(request, delivery, message_id, place)

    desk_webhook.add_to(app, delivery.desk)
    app.add_route(health, "/health", name=_NAME)
    app.add_route(ready, "/ready", name="deskhand_ready")
    app.add_route(metrics, "/metrics", name="deskhand_metrics")
    app.add_route(file, files.PATH, name="deskhand_file")
