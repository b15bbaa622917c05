"""What the desk's pages work with. One of it a server, at `request.app.ctx.desk`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sanic.request import Request

from deskhand.settings import Settings
from deskhand.store.database import Database
from deskhand.store.desk.agents import Agents
from deskhand.store.desk.audit import AuditLog
from deskhand.store.desk.login_limits import LoginLimits
from deskhand.store.desk.passwords import Passwords
from deskhand.store.desk.sessions import Sessions
from deskhand.store.listening import Changes


@dataclass(frozen=True)
class Desk:
    settings: Settings
    db: Database
    agents: Agents
    sessions: Sessions
    login_limits: LoginLimits
    audit: AuditLog
    changes: Changes


def desk_on(settings: Settings, db: Database, *, passwords: Passwords | None = None) -> Desk:
    return Desk(
        settings=settings,
        db=db,
        agents=Agents(db, passwords=passwords),
        sessions=Sessions(db, idle=timedelta(hours=settings.desk_session_hours)),
        login_limits=LoginLimits(db, settings.session_key.get_secret_value()),
        audit=AuditLog(db),
        changes=Changes(),
    )


def desk(request: Request) -> Desk:
    """The parts of the server that this request came to."""
    parts: Desk = request.app.ctx.desk
    return parts
