"""How it goes: a few numbers over some days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from deskhand.conversation.model import Outcome
from deskhand.desk.access import signed_in
from deskhand.desk.pages import render
from deskhand.desk.parts import desk
from deskhand.insights.overview import overview

blueprint = Blueprint("desk_overview")

PERIODS = (1, 7, 30, 90)
"""In days."""


@blueprint.get("/overview", name="overview")
@signed_in()
async def show(request: Request) -> HTTPResponse:
    given = request.args.get("days", "")
    days = int(given) if given in {str(period) for period in PERIODS} else 7
    now = datetime.now(UTC)
    numbers = await overview(desk(request).db, now - timedelta(days=days), now)
    return render(request, "overview.html", numbers=numbers, days=days, periods=PERIODS, Outcome=Outcome)
