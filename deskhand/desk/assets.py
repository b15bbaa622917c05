"""The files that the pages load. Read once; nothing else is ever read for a request."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

FOLDER = Path(__file__).parent / "static"
CONTENT_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}

blueprint = Blueprint("desk_assets")


@dataclass(frozen=True)
class Asset:
    content: bytes
    compressed: bytes
    """With gzip."""
    content_type: str
    version: str


@cache
def assets() -> dict[str, Asset]:
    """Every file, by name."""
    found = {}
    for file in sorted(FOLDER.iterdir()):
        if file.suffix in CONTENT_TYPES:
            content = file.read_bytes()
            version = hashlib.sha256(content).hexdigest()[:16]
            found[file.name] = Asset(content, gzip.compress(content, 9, mtime=0), CONTENT_TYPES[file.suffix], version)
    return found


def asset_url(name: str) -> str:
    """The address of a file. It changes with the file, so browsers may keep it for good."""
    return f"/static/{name}?v={assets()[name].version}"


@blueprint.get("/static/<name:str>", name="asset")
async def show(request: Request, name: str) -> HTTPResponse:
    asset = assets().get(name)
    if asset is None:
        return response.empty(404)
    kept = "public, max-age=31536000, immutable" if request.args.get("v") == asset.version else "no-cache"
    headers = {"cache-control": kept, "vary": "accept-encoding"}
    if "gzip" not in (request.headers.get("accept-encoding") or ""):
        return response.raw(asset.content, content_type=asset.content_type, headers=headers)
    return response.raw(
        asset.compressed, content_type=asset.content_type, headers={**headers, "content-encoding": "gzip"}
    )
