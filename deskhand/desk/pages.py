"""Making pages of templates."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse

from deskhand.conversation.people import Role, Theme, has_role
from deskhand.desk.assets import asset_url
from deskhand.desk.filters import FILTERS
from deskhand.desk.language import Formats, language_of, languages, translations
from deskhand.desk.parts import desk
from deskhand.settings import Settings

FOLDER = Path(__file__).parent / "templates"
# No eval (hx-on and the like), no style element (our policy forbids both), nothing kept in the browser's storage.
HTMX = json.dumps(
    {
        "allowEval": False,
        "includeIndicatorStyles": False,
        "selfRequestsOnly": True,
        "historyCacheSize": 0,
        "refreshOnHistoryMiss": True,
    }
)


def render(request: Request, template: str, *, status: int = 200, **values: Any) -> HTTPResponse:
    """The page, or part of one. Every template knows what `common` gives."""
    return response.html(render_text(request, template, **values), status=status)


def render_text(request: Request, template: str, **values: Any) -> str:
    settings = desk(request).settings
    environment = environment_of(language_of(request), settings.timezone)
    return environment.get_template(template).render({**common(request, settings), **values})


def common(request: Request, settings: Settings) -> dict[str, Any]:
    """`agent` is None on pages for who is not signed in."""
    agent = getattr(request.ctx, "agent", None)
    return {
        "agent": agent,
        "session": getattr(request.ctx, "session", None),
        "is_supervisor": agent is not None and has_role(agent, Role.SUPERVISOR),
        "is_administrator": agent is not None and has_role(agent, Role.ADMINISTRATOR),
        "csrf": getattr(request.ctx, "csrf", ""),
        "theme": agent.theme if agent else Theme.SYSTEM,
        "business": settings.business_name,
        "assistant": settings.assistant_name,
        "path": request.path,
        "notice": None,
        "now": datetime.now(UTC),
        "live_url": request.app.ctx.live_url,
    }


@cache
def environment_of(language: str, timezone: str) -> Environment:
    """Templates in one language. Everything that is not marked safe is text."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined] # the extension adds it
    formats = Formats(language, timezone)
    for name in ("moment", "exactly", "day", "ago", "span", "number", "percent", "weekday", "local"):
        environment.filters[name] = getattr(formats, name)
    environment.filters.update(FILTERS)
    environment.globals.update(asset=asset_url, language=language, languages=languages(), htmx_config=HTMX)
    return environment
