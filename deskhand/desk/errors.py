"""What an agent is told when something does not work."""

from __future__ import annotations

import logging
import traceback
import uuid

from sanic import response
from sanic.exceptions import RequestCancelled, SanicException
from sanic.handlers import ErrorHandler
from sanic.request import Request
from sanic.response import HTTPResponse

from deskhand.conversation.people import NotPermitted
from deskhand.desk.access import FormExpired, is_partial, wants_json
from deskhand.desk.language import gettext
from deskhand.desk.pages import render
from deskhand.errors import DeskhandError
from deskhand.store.desk.agents import AgentNotFound
from deskhand.store.errors import ConversationNotFound, DatabaseUnavailable

log = logging.getLogger(__name__)

NOT_FOUND: tuple[type[DeskhandError], ...] = (ConversationNotFound, AgentNotFound)


class NotFound(DeskhandError):
    """There is no such page, or it is not for this agent: nobody is told which."""


class DeskErrors(ErrorHandler):
    """Pages, parts of pages or JSON, as was asked for. Nothing of what was sent is repeated or logged."""

    def default(self, request: Request, exception: Exception) -> HTTPResponse:
        if isinstance(exception, RequestCancelled):
            return response.empty(499)  # the browser went away, and reads no answer
        status = status_of(exception)
        message = self._message(request, exception, status)
        if wants_json(request):
            return response.json({"error": message}, status=status)
        if is_partial(request):
            return render(request, "_refusal.html", status=status, message=message)
        return render(request, "error.html", status=status, message=message, problem=status)

    def _message(self, request: Request, exception: Exception, status: int) -> str:
        if isinstance(exception, DatabaseUnavailable):
            log.warning("The database is away: a page could not be shown.")
            return gettext(request, "The database is away. Nothing is lost: this page works again when it is back.")
        if status == 404:
            return gettext(request, "There is no such page, or it is not for you.")
        if isinstance(exception, DeskhandError):
            return gettext(request, str(exception))
        if isinstance(exception, SanicException) and status < 500:
            return gettext(request, "The desk cannot read what your browser sent.")
        incident = log_incident("The desk failed", exception)
        return gettext(request, "Something went wrong on our side. Its number in the log: %s") % incident


def status_of(exception: Exception) -> int:
    if isinstance(exception, DatabaseUnavailable):
        return 503
    if isinstance(exception, (NotFound, *NOT_FOUND)):
        return 404
    if isinstance(exception, NotPermitted | FormExpired):
        return 403
    if isinstance(exception, DeskhandError):
        return 409
    return exception.status_code if isinstance(exception, SanicException) else 500


def log_incident(what: str, exc: BaseException) -> str:
    """Logs places and types, without words that a customer or an agent wrote. Returns the incident's number."""
    incident = uuid.uuid4().hex[:8]
    lines = [f"{what} (incident {incident})"]
    cause: BaseException | None = exc
    while cause is not None:
        lines += [
            f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in traceback.extract_tb(cause.__traceback__)
        ]
        lines.append(type(cause).__qualname__)
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    log.error("\n".join(lines))
    return incident
