"""Which sites' pages may use the chat: the browser is told so, and every request is held to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse

from deskhand.channels.errors import ChannelError

OWN_SITE = "own"
"""How a session names the chat's own page, whatever addresses it is reached at."""

_PREFLIGHT = {
    "access-control-allow-methods": "GET, POST",
    "access-control-allow-headers": "authorization, content-type, last-event-id",
    "access-control-max-age": "7200",
}


@dataclass(frozen=True)
class Origins:
    own: str | None
    """The chat's own public address, if it is known."""
    allowed: tuple[str, ...]
    """Such as https://www.example.com, without a path."""

    def site_of(self, request: Request) -> str:
        """The site whose page sends the request. Raises `ChannelError` (wrong_origin).

        Programs that are no browsers send no Origin; they count as the chat's own page.
        """
        origin: str | None = request.headers.get("origin")
        if origin is None:
            if request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none"):
                return OWN_SITE
        elif self._is_own(request, origin):
            return OWN_SITE
        elif origin in self.allowed:
            return origin
        raise ChannelError("wrong_origin", "This chat cannot be used from that site.", status=403)

    def headers(self, request: Request) -> Mapping[str, str]:
        """What lets the browser hand the answer to a page of an allowed site."""
        headers = {"vary": "Origin"}
        origin = request.headers.get("origin")
        if origin is not None and origin in self.allowed:
            headers["access-control-allow-origin"] = origin
            headers["access-control-expose-headers"] = "retry-after"
        return headers

    def preflight(self, request: Request) -> HTTPResponse:
        """The answer to a browser that asks first."""
        headers = {**self.headers(request)}
        if "access-control-allow-origin" in headers:
            headers |= _PREFLIGHT
        return response.empty(204, headers=headers)

    def _is_own(self, request: Request, origin: str) -> bool:
        own = self.own and _origin_of(self.own)
        return origin in (own, f"http://{request.host}", f"https://{request.host}")


def _origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
