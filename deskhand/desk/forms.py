"""Reading what a form sent."""

from __future__ import annotations

from uuid import UUID

from sanic.request import Request

from deskhand.desk.errors import NotFound
from deskhand.errors import DeskhandError


class BadForm(DeskhandError):
    """A field is empty, too long, or holds something else than it should. The message says which."""


def value(request: Request, name: str, *, most: int = 200) -> str:
    """The field without spaces around it; empty if it is not there. Raises `BadForm`."""
    given = raw(request, name).strip()
    if len(given) > most:
        raise BadForm("A field is too long.")
    return given


def raw(request: Request, name: str) -> str:
    """As it was typed, spaces and all; empty if it is not there."""
    form = request.form
    return str(form.get(name) or "") if form else ""


def values(request: Request, name: str) -> list[str]:
    """All of a field's values, as several checkboxes send them."""
    form = request.form
    return [str(given) for given in form.getlist(name, [])] if form else []


def checked(request: Request, name: str) -> bool:
    return bool(raw(request, name))


def uuid_of(text: str) -> UUID:
    """Raises `NotFound`: an address with something else in it leads nowhere."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("There is no such page.") from None
