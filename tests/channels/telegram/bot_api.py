"""A Bot API on loopback that takes what Telegram takes and refuses what it refuses."""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from aiohttp import web

from .markdown_v2 import CannotParse, parse

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
BOT_ID = 110201543
USERNAME = "FernwayBot"

KNOWN: dict[str, tuple[set[str], set[str]]] = {
    "getMe": (set(), set()),
    "sendMessage": (
        {"chat_id", "text"},
        {"message_thread_id", "parse_mode", "link_preview_options", "reply_markup"},
    ),
    "sendPhoto": ({"chat_id", "photo"}, {"message_thread_id", "caption", "parse_mode", "reply_markup"}),
    "sendChatAction": ({"chat_id", "action"}, {"message_thread_id"}),
    "answerCallbackQuery": ({"callback_query_id"}, {"text", "show_alert"}),
    "getFile": ({"file_id"}, set()),
    "getUpdates": (set(), {"offset", "limit", "timeout", "allowed_updates"}),
    "setWebhook": (
        {"url"},
        {"secret_token", "max_connections", "allowed_updates", "drop_pending_updates"},
    ),
    "deleteWebhook": (set(), {"drop_pending_updates"}),
    "getWebhookInfo": (set(), set()),
    "setMyCommands": ({"commands"}, set()),
}
"""Methods with what they need and what else they take; with DESKHAND_SPECS also held against Telegram's own list."""


class Refused(Exception):
    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


@dataclass
class Fault:
    """What happens to a call instead of its success."""

    code: int = 0
    description: str = ""
    parameters: dict[str, int] = field(default_factory=dict)
    body: bytes | None = None
    drops: bool = False
    hangs: bool = False
    after: bool = False
    """Whether the call is carried out nevertheless."""


@dataclass
class Call:
    method: str
    params: dict[str, Any]


class BotApiDouble:
    def __init__(self) -> None:
        self.url = ""
        self.calls: list[Call] = []
        self.faults: dict[str, deque[Fault]] = {}
        self.files: dict[str, bytes] = {}
        self.webhook: dict[str, Any] = {}
        self.webhook_info: dict[str, Any] = {}
        self.commands: list[dict[str, str]] = []
        self.updates: list[dict[str, Any]] = []
        self.asking = 0
        self.problems: list[str] = []
        """What was sent and Telegram would not have taken. Tests that expect none look at it."""
        self._news = asyncio.Event()
        self._numbers = 0

    def sent(self, method: str = "sendMessage") -> list[dict[str, Any]]:
        return [call.params for call in self.calls if call.method == method]

    def fail(self, method: str, *faults: Fault) -> None:
        self.faults.setdefault(method, deque()).extend(faults)

    def tell(self, *updates: dict[str, Any]) -> None:
        """For those who ask."""
        self.updates += updates
        self._news.set()

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/bot{token}/{method}", self._call), web.get("/file/bot{token}/{path:.*}", self._file)]

    async def _call(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != TOKEN:
            return _answer(Refused(401, "Unauthorized"))
        method = request.match_info["method"]
        call = Call(method, await _params(request))
        waiting = self.faults.get(method)
        fault = waiting.popleft() if waiting else None
        if fault is not None and not fault.after:
            return await _fail(request, fault)
        try:
            check(call)
            result = await getattr(self, f"_{_snake(method)}")(call.params)
        except Refused as exc:
            self.problems.append(f"{method}: {exc.description}")
            return _answer(exc)
        self.calls.append(call)
        if fault is not None:
            return await _fail(request, fault)
        return web.json_response({"ok": True, "result": result})

    async def _file(self, request: web.Request) -> web.StreamResponse:
        content = self.files.get(request.match_info["path"])
        if request.match_info["token"] != TOKEN or content is None:
            return web.json_response({"ok": False, "error_code": 404, "description": "Not Found"}, status=404)
        return web.Response(body=content)

    async def _get_me(self, params: dict[str, Any]) -> dict[str, Any]:
        return {"id": BOT_ID, "is_bot": True, "first_name": "Fern", "username": USERNAME}

    async def _send_message(self, params: dict[str, Any]) -> dict[str, Any]:
        self._numbers += 1
        chat = {"id": params["chat_id"], "type": "private"}
        return {"message_id": self._numbers, "date": 1, "chat": chat}

    _send_photo = _send_message

    async def _send_chat_action(self, params: dict[str, Any]) -> bool:
        return True

    _answer_callback_query = _send_chat_action

    async def _get_file(self, params: dict[str, Any]) -> dict[str, Any]:
        path = f"documents/{params['file_id']}"
        if path not in self.files:
            raise Refused(400, "Bad Request: invalid file_id")
        return {"file_id": params["file_id"], "file_unique_id": "u", "file_path": path}

    async def _get_updates(self, params: dict[str, Any]) -> list[dict[str, Any]]:
        if self.webhook.get("url"):
            raise Refused(409, "Conflict: can't use getUpdates method while webhook is active")
        self.asking += 1
        self.updates = [one for one in self.updates if one["update_id"] >= params.get("offset", 0)]
        if not self.updates:
            self._news.clear()
            try:
                async with asyncio.timeout(params.get("timeout", 0)):
                    await self._news.wait()
            except TimeoutError:
                pass
        return self.updates[: params.get("limit", 100)]

    async def _set_webhook(self, params: dict[str, Any]) -> bool:
        self.webhook = params
        return True

    async def _delete_webhook(self, params: dict[str, Any]) -> bool:
        self.webhook = {}
        return True

    async def _get_webhook_info(self, params: dict[str, Any]) -> dict[str, Any]:
        told = {"url": self.webhook.get("url", ""), "has_custom_certificate": False, "pending_update_count": 0}
        allowed = {"allowed_updates": self.webhook["allowed_updates"]} if self.webhook else {}
        return {**told, **allowed, **self.webhook_info}

    async def _set_my_commands(self, params: dict[str, Any]) -> bool:
        self.commands = params["commands"]
        return True


def check(call: Call) -> None:
    """Raises `Refused` as Telegram would."""
    if call.method not in KNOWN:
        raise Refused(404, "Not Found")
    needed, others = KNOWN[call.method]
    wrong = (needed - set(call.params)) | (set(call.params) - needed - others)
    if wrong:
        raise Refused(400, f"Bad Request: {sorted(wrong)} missing or unknown")
    if methods():
        _check_by_spec(call)
    _check_text(call.params)
    for row in (call.params.get("reply_markup") or {}).get("inline_keyboard", []):
        for button in row:
            if not button["text"] or not 1 <= len(button["callback_data"].encode()) <= 64:
                raise Refused(400, "Bad Request: BUTTON_DATA_INVALID")


def _check_text(params: dict[str, Any]) -> None:
    for name, longest in (("text", 4096), ("caption", 1024)):
        if name not in params:
            continue
        text = params[name]
        if params.get("parse_mode") == "MarkdownV2":
            try:
                text = parse(text).text
            except CannotParse as exc:
                raise Refused(400, f"Bad Request: can't parse entities: {exc}") from exc
        if name == "text" and not text.strip():
            raise Refused(400, "Bad Request: message text is empty")
        if len(text.encode("utf-16-le")) // 2 > longest:
            raise Refused(400, f"Bad Request: {'message' if name == 'text' else 'message caption'} is too long")


@cache
def methods() -> dict[str, Any]:
    """Telegram's own description, where it is at hand."""
    folder = os.environ.get("DESKHAND_SPECS")
    if not folder:
        return {}
    spec: dict[str, Any] = json.loads((Path(folder) / "telegram" / "api.min.json").read_text("utf-8"))
    return dict(spec["methods"])


_JSON_TYPES = {"Integer": int, "String": str, "Boolean": bool, "Float": (int, float)}


def _check_by_spec(call: Call) -> None:
    fields = {one["name"]: one for one in methods()[call.method].get("fields", [])}
    for name, one in fields.items():
        if one["required"] and name not in call.params:
            raise Refused(400, f"Bad Request: {name} is missing")
    for name, value in call.params.items():
        if name not in fields:
            raise Refused(400, f"Bad Request: {name} is unknown")
        if not any(_is_a(value, kind) for kind in fields[name]["types"]):
            raise Refused(400, f"Bad Request: {name} is of a wrong type")


def _is_a(value: object, kind: str) -> bool:
    if kind.startswith("Array of "):
        return isinstance(value, list) and all(_is_a(one, kind.removeprefix("Array of ")) for one in value)
    if kind in _JSON_TYPES:
        return isinstance(value, _JSON_TYPES[kind]) and (kind == "Boolean" or not isinstance(value, bool))
    return isinstance(value, dict)


async def _params(request: web.Request) -> dict[str, Any]:
    """Ours come as JSON; other clients send forms, whose values may be JSON."""
    if request.content_type == "application/json":
        return dict(json.loads(await request.text()))
    return {
        name: json.loads(value) if value[:1] in "{[0123456789-" else value
        for name, value in (await request.post()).items()
    }


def _snake(method: str) -> str:
    return re.sub("[A-Z]", lambda found: f"_{found[0].lower()}", method)


async def _fail(request: web.Request, fault: Fault) -> web.StreamResponse:
    if fault.hangs:
        await asyncio.sleep(3600)
    if fault.drops:
        assert request.transport is not None
        request.transport.abort()
    if fault.body is not None:
        return web.Response(body=fault.body, status=fault.code)
    return _answer(Refused(fault.code, fault.description, **fault.parameters))


def _answer(refused: Refused) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": refused.code, "description": refused.description}
    if refused.parameters:
        body["parameters"] = refused.parameters
    return web.json_response(body, status=refused.code)


@asynccontextmanager
async def running() -> AsyncIterator[BotApiDouble]:
    double = BotApiDouble()
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.add_routes(double.routes())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    double.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield double
    finally:
        await runner.cleanup()
