"""Signed sessions. The server makes the id; a client can only bring back what it was given."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import jwt

COOKIE = "deskhand_chat"
SESSION_LASTS = timedelta(days=30)
RENEWED_AFTER = timedelta(days=1)

_ALGORITHM = "HS256"
_AUDIENCE = "deskhand.webchat"


@dataclass(frozen=True)
class Session:
    id: str
    """Names the contact on this channel. Made by the server; never shown to the page's scripts."""
    issued_at: datetime

    def wants_renewal(self, now: datetime) -> bool:
        return now - self.issued_at > RENEWED_AFTER


def new_session(now: datetime) -> Session:
    return Session(id=secrets.token_urlsafe(24), issued_at=now)


def sign(session: Session, key: str) -> str:
    """The session as a token for a cookie."""
    claims = {
        "sub": session.id,
        "iat": session.issued_at,
        "exp": session.issued_at + SESSION_LASTS,
        "aud": _AUDIENCE,
    }
    return jwt.encode(claims, key, algorithm=_ALGORITHM)


def read(token: str | None, key: str) -> Session | None:
    """The session in a token, or None when it is missing, forged, expired or meant for something else."""
    if not token:
        return None
    try:
        claims = jwt.decode(
            token,
            key,
            algorithms=[_ALGORITHM],
            audience=_AUDIENCE,
            options={"require": ["sub", "iat", "exp", "aud"]},
        )
        issued_at = datetime.fromtimestamp(claims["iat"], UTC)
    except (jwt.PyJWTError, TypeError, ValueError, OverflowError, OSError):
        return None
    return Session(id=str(claims["sub"]), issued_at=issued_at)
