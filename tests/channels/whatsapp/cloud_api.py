"""A double of Meta's Cloud API on loopback, which checks everything it is sent as strictly as Meta says it does."""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jsonschema
import yaml
from aiohttp import web

PHONE_NUMBER_ID = "106540352242922"
TOKEN = "EAAtest-token"
SPECS = Path(os.environ["DESKHAND_SPECS"]) / "whatsapp" if os.environ.get("DESKHAND_SPECS") else None
"""Meta's published files, for those who have them. Read here: the tests hide our settings from one another."""


@dataclass
class Answer:
    """What to say instead of yes, once."""

    status: int = 400
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    hang: bool = False
    drop: bool = False


def error(code: int, status: int = 400, **more: Any) -> Answer:
    body = {"message": f"(#{code}) refused", "type": "OAuthException", "code": code, "fbtrace_id": "A1", **more}
    return Answer(status, {"error": body})


@dataclass
class CloudApi:
    url: str = ""
    sent: list[dict[str, Any]] = field(default_factory=list)
    """Bodies that were taken, in order."""
    complaints: list[str] = field(default_factory=list)
    """What was wrong with a call. Empty at the end of every test."""
    answers: deque[Answer] = field(default_factory=deque)
    spares_typing: bool = False
    """Whether `answers` are to messages only."""
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    """Media id → MIME type and bytes."""
    file_url: str | None = None
    """An address to give instead of the true one."""
    claimed_size: int | None = None

    @property
    def messages(self) -> list[dict[str, Any]]:
        return [body for body in self.sent if "type" in body]

    async def post_message(self, request: web.Request) -> web.StreamResponse:
        self._check_token(request)
        body = await request.json()
        if self.answers and ("type" in body or not self.spares_typing):
            return await self._scripted(request, self.answers.popleft())
        wrong = complaints_about(body)
        if wrong:
            self.complaints += wrong
            return web.json_response(error(100).body, status=400)
        self.sent.append(body)
        if "type" not in body:
            return web.json_response({"success": True})
        to = body.get("to") or body.get("recipient")
        answer = {"messaging_product": "whatsapp", "contacts": [{"input": to, "wa_id": to}]}
        return web.json_response({**answer, "messages": [{"id": f"wamid.sent-{len(self.sent)}"}]})

    async def media(self, request: web.Request) -> web.StreamResponse:
        self._check_token(request)
        if self.answers:
            return await self._scripted(request, self.answers.popleft())
        media_id = request.match_info["media_id"]
        if request.query.get("phone_number_id") != PHONE_NUMBER_ID or media_id not in self.files:
            return web.json_response(error(100, error_subcode=33).body, status=400)
        mime_type, content = self.files[media_id]
        return web.json_response(
            {
                "messaging_product": "whatsapp",
                "id": media_id,
                "url": self.file_url or f"{self.url}/files/{media_id}",
                "mime_type": mime_type,
                "file_size": str(self.claimed_size if self.claimed_size is not None else len(content)),
                "sha256": "0" * 64,
            }
        )

    async def file(self, request: web.Request) -> web.StreamResponse:
        self._check_token(request)
        mime_type, content = self.files[request.match_info["media_id"]]
        response = web.StreamResponse(headers={"content-type": mime_type})
        await response.prepare(request)
        for at in range(0, len(content), 65_536):
            await response.write(content[at : at + 65_536])
        return response

    def _check_token(self, request: web.Request) -> None:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            self.complaints.append("no or a wrong token")

    async def _scripted(self, request: web.Request, answer: Answer) -> web.StreamResponse:
        if answer.hang:
            await asyncio.sleep(60)
        if answer.drop:
            assert request.transport is not None
            request.transport.abort()
        if isinstance(answer.body, bytes):
            return web.Response(body=answer.body, status=answer.status, headers=answer.headers)
        return web.json_response(answer.body, status=answer.status, headers=answer.headers)


@asynccontextmanager
async def running() -> AsyncIterator[CloudApi]:
    api = CloudApi()
    app = web.Application()
    app.router.add_post(f"/v23.0/{PHONE_NUMBER_ID}/messages", api.post_message)
    app.router.add_get("/v23.0/{media_id}", api.media)
    app.router.add_get("/files/{media_id}", api.file)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    api.url = f"http://{host}:{port}"
    try:
        yield api
    finally:
        await runner.cleanup()
    assert api.complaints == []


# -- what Meta says about bodies


def complaints_about(body: Any) -> list[str]:
    """Everything that is wrong with the body of a `POST /messages`."""
    if not isinstance(body, dict) or body.get("messaging_product") != "whatsapp":
        return ["messaging_product is missing"]
    if body.get("status") == "read":
        allowed = {"messaging_product", "status", "message_id", "typing_indicator"}
        typing = body.get("typing_indicator", {"type": "text"})
        wrong = [] if isinstance(body.get("message_id"), str) else ["message_id is missing"]
        return wrong + ([] if set(body) <= allowed and typing == {"type": "text"} else ["a wrong read mark"])
    kind = body.get("type")
    if kind not in _CHECKS:
        return [f"an unknown type: {kind}"]
    wrong = [] if body.get("recipient_type") == "individual" else ["recipient_type is wrong"]
    wrong += _wrong_recipient(body)
    if set(body) - {"messaging_product", "recipient_type", "to", "recipient", "type", kind}:
        wrong.append("unknown keys")
    return wrong + _CHECKS[kind](body.get(kind) or {})


def _wrong_recipient(body: dict[str, Any]) -> list[str]:
    to, recipient = body.get("to"), body.get("recipient")
    if (to is None) == (recipient is None):
        return ["either to or recipient"]
    if to is not None:
        return [] if re.fullmatch(r"\+?\d{4,20}", to) else ["to is no phone number"]
    return [] if re.fullmatch(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}", recipient) else ["recipient is no user id"]


def _length(name: str, value: Any, most: int) -> list[str]:
    if not isinstance(value, str) or not value.strip():
        return [f"{name} is empty"]
    units = len(value.encode("utf-16-le")) // 2
    return [f"{name} has {units} characters, not {most}"] if units > most else []


def _text(text: dict[str, Any]) -> list[str]:
    return _length("text.body", text.get("body"), 4096)


def _media(media: dict[str, Any]) -> list[str]:
    wrong = [] if ("id" in media) != ("link" in media) else ["either id or link"]
    if not str(media.get("link", "https://")).startswith(("https://", "http://")):
        wrong.append("a link that is none")
    return wrong + (_length("caption", media["caption"], 1024) if "caption" in media else [])


def _template(template: dict[str, Any]) -> list[str]:
    wrong = _length("template.name", template.get("name"), 512)
    return wrong if template.get("language", {}).get("code") else [*wrong, "template.language is missing"]


def _interactive(interactive: dict[str, Any]) -> list[str]:
    wrong = _length("interactive.body", interactive.get("body", {}).get("text"), 1024)
    action = interactive.get("action", {})
    if interactive.get("type") == "button":
        replies = [each["reply"] for each in action.get("buttons", []) if each.get("type") == "reply"]
        wrong += [] if 1 <= len(replies) == len(action.get("buttons", [])) <= 3 else ["1 to 3 buttons"]
        wrong += _each(replies, title=20, id=256)
        wrong += [] if len({each["title"] for each in replies}) == len(replies) else ["titles are not unique"]
    elif interactive.get("type") == "list":
        wrong += _length("action.button", action.get("button"), 20)
        rows = [row for section in action.get("sections", []) for row in section.get("rows", [])]
        wrong += [] if 1 <= len(rows) <= 10 else ["1 to 10 rows"]
        wrong += _each(rows, title=24, id=200, description=72)
    else:
        wrong.append("an unknown interactive type")
    return wrong + _against_schema(interactive)


def _each(items: list[dict[str, Any]], **limits: int) -> list[str]:
    wrong = [] if len({each.get("id") for each in items}) == len(items) else ["ids are not unique"]
    for item in items:
        for name, most in limits.items():
            if name in item or name != "description":
                wrong += _length(name, item.get(name), most)
    return wrong


_CHECKS = {
    "text": _text,
    "image": _media,
    "document": _media,
    "template": _template,
    "interactive": _interactive,
}


def _against_schema(interactive: dict[str, Any]) -> list[str]:
    """Meta's own schema of the interactive object, where it is at hand. Its whole messages fail their own examples."""
    if SPECS is None:
        return []
    return [f"schema: {each.message}" for each in _validator(str(SPECS)).iter_errors(interactive)]


_validators: dict[str, Any] = {}


def _validator(folder: str) -> Any:
    if folder not in _validators:
        (file,) = Path(folder).glob("business-messaging-api*.yaml")
        schemas = yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader)["components"]["schemas"]
        whole = {"$ref": "#/components/schemas/InteractiveObject", "components": {"schemas": schemas}}
        _validators[folder] = jsonschema.Draft202012Validator(json.loads(json.dumps(whole, default=str)))
    return _validators[folder]
