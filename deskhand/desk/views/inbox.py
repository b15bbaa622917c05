"""The queues, and search."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from deskhand.conversation.escalation import Reason
from deskhand.desk.access import is_partial, redirect, signed_in
from deskhand.desk.errors import NotFound
from deskhand.desk.language import gettext, language_of, marked
from deskhand.desk.pages import environment_of, render
from deskhand.desk.parts import desk
from deskhand.desk.teams import team_titles
from deskhand.store.desk.inbox import Filters, InboxRow, Queues, View
from deskhand.store.desk.searching import search as find

blueprint = Blueprint("desk_inbox")

PAGE, MOST_AT_ONCE = 25, 200
LONGEST_SEARCH = 200
CHANNELS = ("webchat", "whatsapp", "telegram")
NAMES = ("channel", "team", "reason", "priority", "language")


@dataclass(frozen=True)
class Choice:
    """One filter: what it may be, and what it is."""

    name: str
    title: str
    choices: Sequence[tuple[str, str]]
    chosen: str


@blueprint.get("/", name="first_page")
@blueprint.get("/inbox", name="inbox")
@signed_in()
async def first(request: Request) -> HTTPResponse:
    return redirect(request, f"/inbox/{View.WAITING}")


@blueprint.get("/inbox/<name:str>", name="queue")
@signed_in()
async def queue(request: Request, name: str) -> HTTPResponse:
    """A queue's page; for htmx the list alone, and with `after` only the rows that follow."""
    if name not in set(View):
        raise NotFound("There is no such queue.")
    view, after = View(name), request.args.get("after")
    chosen = {name: request.args.get(name, "")[:60] for name in NAMES}
    limit = _limit(request)
    queues, teams = Queues(desk(request).db), await team_titles(desk(request).db)
    rows = await queues.page(view, request.ctx.agent, filters_of(chosen), after, limit)
    kept = {name: value for name, value in chosen.items() if value}
    values: dict[str, Any] = {
        "view": view,
        "rows": rows,
        "teams": teams,
        "first": after is None,
        "more_url": _more_url(view, kept, rows, limit),
        "sla_minutes": desk(request).settings.desk_sla_minutes,
        "empty": gettext(request, EMPTY[view]),
    }
    if is_partial(request):
        return render(request, "_rows.html", **values)
    counts = await queues.counts(request.ctx.agent)
    return render(
        request,
        "inbox.html",
        **values,
        views=list(View),
        titles={view: gettext(request, title) for view, title in TITLES.items()},
        counts=counts.shown,
        filters=_choices(request, chosen, teams, rows),
        list_url=f"/inbox/{view}?{urlencode(kept)}",
    )


@blueprint.get("/search", name="search")
@signed_in()
async def search(request: Request) -> HTTPResponse:
    words = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    hits = await find(desk(request).db, words, request.ctx.agent)
    return render(request, "search.html", q=words, hits=hits)


def filters_of(chosen: dict[str, str]) -> Filters:
    """What is no number is no priority, and narrows nothing."""
    priority = chosen["priority"]
    return Filters(
        channel=chosen["channel"] or None,
        team=chosen["team"] or None,
        reason=chosen["reason"] or None,
        priority=int(priority) if priority in {"1", "2", "3", "4"} else None,
        language=chosen["language"] or None,
    )


def _limit(request: Request) -> int:
    """As many rows as the page shows already, when it is brought up to date."""
    given = request.args.get("limit", "")
    return min(MOST_AT_ONCE, max(PAGE, int(given))) if given.isascii() and given.isdecimal() else PAGE


def _more_url(view: View, kept: dict[str, str], rows: Sequence[InboxRow], limit: int) -> str | None:
    if len(rows) < limit:
        return None
    return f"/inbox/{view}?{urlencode({**kept, 'after': rows[-1].cursor})}"


def _choices(request: Request, chosen: dict[str, str], teams: dict[str, str], rows: Sequence[InboxRow]) -> list[Choice]:
    environment = environment_of(language_of(request), desk(request).settings.timezone)
    words: Any = environment.get_template("_words.html").make_module({"now": None})
    languages = sorted({row.language for row in rows if row.language} | ({chosen["language"]} - {""}))
    return [
        Choice("channel", gettext(request, "Channel"), _named(words.channel, CHANNELS), chosen["channel"]),
        Choice("team", gettext(request, "Team"), list(teams.items()), chosen["team"]),
        Choice("reason", gettext(request, "Reason"), _named(words.reason, list(Reason)), chosen["reason"]),
        Choice("priority", gettext(request, "Priority"), _named(words.priority, "1234"), chosen["priority"]),
        Choice("language", gettext(request, "Language"), [(one, one) for one in languages], chosen["language"]),
    ]


def _named(name_of: Callable[[str], object], values: Sequence[str]) -> list[tuple[str, str]]:
    return [(str(value), str(name_of(str(value))).strip()) for value in values]


TITLES = {
    View.WAITING: marked("Waiting"),
    View.MINE: marked("Mine"),
    View.OPEN: marked("All open"),
    View.SNOOZED: marked("Snoozed"),
    View.RESOLVED: marked("Resolved"),
    View.ASSISTANT: marked("With the assistant"),
}
EMPTY = {
    View.WAITING: marked("Nobody waits for an agent."),
    View.MINE: marked("You have no conversation. Take one over from those that wait."),
    View.OPEN: marked("No conversation is open."),
    View.SNOOZED: marked("No conversation is snoozed."),
    View.RESOLVED: marked("No conversation is resolved yet."),
    View.ASSISTANT: marked("The assistant is in no conversation."),
}
