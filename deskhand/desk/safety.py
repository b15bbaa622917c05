"""Headers that every answer of the desk carries."""

from __future__ import annotations

from sanic.request import Request
from sanic.response import BaseHTTPResponse

_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "media-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
HEADERS = {
    "content-security-policy": "; ".join(f"{name} {value}" for name, value in _POLICY.items()),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


async def add_headers(request: Request, response: BaseHTTPResponse) -> None:
    """What a page sets itself stays."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.app.ctx.desk.settings.desk_is_https:
        response.headers.setdefault("strict-transport-security", "max-age=31536000")
