"""The files of the page, and the two documents made from templates."""

from __future__ import annotations

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


@dataclass(frozen=True)
class Asset:
    content: bytes
    content_type: str
    etag: str


@cache
def assets() -> dict[str, Asset]:
    """Every file that the page may load, by name. Nothing else is ever read for a request."""
    return {
        file.name: Asset(
            content=file.read_bytes(),
            content_type=CONTENT_TYPES[file.suffix],
            etag=f'"{hashlib.sha256(file.read_bytes()).hexdigest()[:20]}"',
        )
        for file in sorted(FOLDER.iterdir())
        if file.suffix in CONTENT_TYPES
    }


def asset_response(request: Request, asset: Asset) -> HTTPResponse:
    headers = {"etag": asset.etag, "cache-control": "no-cache"}
    if request.headers.get("if-none-match") == asset.etag:
        return response.empty(304, headers=headers)
    return response.raw(asset.content, content_type=asset.content_type, headers=headers)


@cache
def _templates() -> Environment:
    return Environment(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined)


def chat_page(*, business_name: str, assistant_name: str) -> str:
    return _templates().get_template("chat.html").render(business=business_name, assistant=assistant_name)


def mailbox_page(mails: Iterable[Any]) -> str:
    return _templates().get_template("mailbox.html").render(mails=list(mails))
