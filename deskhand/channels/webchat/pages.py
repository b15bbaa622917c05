"""The files of the page, and the two documents made from templates."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse

FOLDER = Path(__file__).parent / "page"
CONTENT_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}


KEPT_SECONDS = 600
"""How long browsers use a file without asking: websites load it with each of their pages."""


@dataclass(frozen=True)
class Asset:
    content: bytes
    compressed: bytes
    """With gzip."""
    content_type: str
    etag: str


@cache
def assets() -> dict[str, Asset]:
    """Every file that the page may load, by name. Nothing else is ever read for a request."""
    return {
        file.name: Asset(
            content=file.read_bytes(),
            compressed=gzip.compress(file.read_bytes(), 9, mtime=0),
            content_type=CONTENT_TYPES[file.suffix],
            etag=f'W/"{hashlib.sha256(file.read_bytes()).hexdigest()[:20]}"',
        )
        for file in sorted(FOLDER.iterdir())
        if file.suffix in CONTENT_TYPES
    }


def asset_response(request: Request, asset: Asset) -> HTTPResponse:
    headers = {
        "etag": asset.etag,
        "cache-control": f"public, max-age={KEPT_SECONDS}",
        "vary": "accept-encoding",
    }
    if request.headers.get("if-none-match") == asset.etag:
        return response.empty(304, headers=headers)
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return response.raw(asset.content, content_type=asset.content_type, headers=headers)
    headers["content-encoding"] = "gzip"
    return response.raw(asset.compressed, content_type=asset.content_type, headers=headers)


@cache
def _templates() -> Environment:
    return Environment(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined)


def chat_page(*, business_name: str, assistant_name: str) -> str:
    return _templates().get_template("chat.html").render(business=business_name, assistant=assistant_name)


def mailbox_page(mails: Iterable[Any]) -> str:
    return _templates().get_template("mailbox.html").render(mails=list(mails))
