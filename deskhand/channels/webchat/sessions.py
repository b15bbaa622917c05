"""Signed sessions. The server makes the id; a client can only bring back what it was given.

A page keeps its session itself and sends it in a header: other sites' cookies are what browsers no longer send.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import jwt

SESSION_LASTS = timedelta(days=30)
RENEWED_AFTER = timedelta(days=1)

_ALGORITHM = "HS256"
_AUDIENCE = "deskhand.webchat"
_CLAIMS = ["sub", "site", "iat", "exp", "aud"]


@dataclass(frozen=True)
class Session:
    id: str
    """Names the contact on this channel. Made by the server."""
    site: str
    """The site whose pages may use it."""
    issued_at: datetime

    def wants_renewal(self, now: datetime) -> bool:
        return now - self.issued_at > RENEWED_AFTER

    def renewed(self, now: datetime) -> Session:
        """The same, for another while."""
        return replace(self, issued_at=now)


def new_session(site: str, now: datetime) -> Session:
    return Session(id=secrets.token_urlsafe(24), site=site, issued_at=now)


def sign(session: Session, key: str) -> str:
    """The session as a token."""
    claims = {
        "sub": session.id,
        "site": session.site,
        "iat": session.issued_at,
        "exp": session.issued_at + SESSION_LASTS,
        "aud": _AUDIENCE,
    }
    return jwt.encode(claims, key, algorithm=_ALGORITHM)


def read(token: str | None, key: str, site: str) -> Session | None:
    """The session in a token, or None when it is missing, forged, expired or meant for something or somewhere else."""
    if not token:
        return None
    try:
        claims = jwt.decode(
            token,
            key,
            algorithms=[_ALGORITHM],
            audience=_AUDIENCE,
            options={"require": _CLAIMS},
        )
        issued_at = datetime.fromtimestamp(claims["iat"], UTC)
    except (jwt.PyJWTError, TypeError, ValueError, OverflowError, OSError):
        return None
    if claims["site"] != site:
        return None
    return Session(id=str(claims["sub"]), site=site, issued_at=issued_at)
