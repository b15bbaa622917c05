"""A double of Chatwoot on loopback: its Application API as its OpenAPI file and its controllers have it, as far as
Deskhand calls it, and its webhooks, which it sends by itself whenever something changes.

What a call must look like is checked; `complaints` is empty at the end of every test.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from aiohttp import web

from tests.patience import PATIENCE_SECONDS

ACCOUNT, INBOX = 3, 11
TOKEN = "chatwoot-user-token"
SECRET = "chatwoot-webhook-secret"
MARIA = {"id": 7, "name": "Maria Lopez", "email": "maria@fernway.example", "type": "user"}
OMAR = {"id": 8, "name": "Omar Haddad", "email": "omar@fernway.example", "type": "user"}
BOT = {"id": 2, "name": "Fern", "type": "agent_bot"}
STATUSES = {"open", "resolved", "pending", "snoozed"}
TYPES = {"incoming", "outgoing"}


@dataclass
class Answer:
    """What becomes of the next call, once."""

    status: int = 500
    headers: Mapping[str, str] = field(default_factory=dict)
    hang: bool = False
    done_first: bool = False
    """The call is carried out before it fails: its answer is what gets lost."""
    path: str = ""
    """Only for calls whose path ends so."""


@dataclass
class Chatwoot:
    url: str = ""
    webhook_url: str = ""
    has_bot: bool = False
    """An agent bot is connected to the inbox: new conversations are pending."""
    is_down: bool = False
    contacts: dict[int, dict[str, Any]] = field(default_factory=dict)
    conversations: dict[int, dict[str, Any]] = field(default_factory=dict)
    answers: deque[Answer] = field(default_factory=deque)
    calls: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    heard: list[tuple[str, int]] = field(default_factory=list)
    """Webhooks by event, and how they were answered."""
    _numbers: Any = field(default_factory=lambda: itertools.count(101))
    _sending: set[asyncio.Task[Any]] = field(default_factory=set)

    # -- what a test looks at

    def shown(self, number: int | None = None) -> list[str]:
        """A conversation as an agent sees it."""
        return [
            f"{'note' if one['private'] else one['message_type']}: {one['content']}"
            + "".join(f" <{name} {len(content)}>" for name, content in one["files"])
            for one in self.one(number)["messages"]
        ]

    def said(self, number: int | None = None) -> list[str]:
        """What the customer is shown to have said."""
        return [one["content"] for one in self.one(number)["messages"] if one["message_type"] == "incoming"]

    def notes(self, number: int | None = None) -> list[str]:
        return [one["content"] for one in self.one(number)["messages"] if one["private"]]

    def one(self, number: int | None = None) -> dict[str, Any]:
        if number is not None:
            return self.conversations[number]
        (found,) = self.conversations.values()
        return found

    @property
    def number(self) -> int:
        return int(self.one()["id"])

    # -- what agents do

    async def agent_says(self, text: str, by: dict[str, Any] = MARIA, **more: Any) -> httpx.Response:
        """The answer to the webhook that tells of it."""
        return await self.deliver(self.agents_message(text, by, **more))

    def agents_message(self, text: str, by: dict[str, Any] = MARIA, **more: Any) -> dict[str, Any]:
        conversation = self.one()
        message = self._add(conversation, text, "outgoing", private=False, sender=by)
        return {**self._told(conversation, message), **more, "event": "message_created"}

    async def agent_sets(self, status: str, by: dict[str, Any] | None = MARIA) -> httpx.Response:
        conversation = self.one()
        if by is not None:
            conversation["assignee"] = by
        return await self.deliver(self._set(conversation, status))

    async def agent_assigns(self, to: dict[str, Any]) -> httpx.Response:
        conversation = self.one()
        previous = conversation["assignee"]
        conversation["assignee"] = to
        name = "assignee_agent_bot_id" if to["type"] == "agent_bot" else "assignee_id"
        change = {"previous_value": previous and previous["id"], "current_value": to["id"]}
        return await self.deliver(self.changed(conversation, "conversation_updated", {name: change}))

    def changed(self, conversation: dict[str, Any], event: str, changes: dict[str, Any]) -> dict[str, Any]:
        conversation["updated_at"] = time.time()
        listed = [{name: change} for name, change in changes.items()]
        return {**self._data(conversation), "event": event, "changed_attributes": listed}

    async def deliver(self, payload: dict[str, Any], **how: Any) -> httpx.Response:
        return await self.deliver_raw(json.dumps(payload).encode(), event=payload.get("event", ""), **how)

    async def deliver_raw(
        self,
        body: bytes,
        *,
        event: str = "",
        secret: str | None = SECRET,
        at: float | None = None,
        token: str | None = None,
    ) -> httpx.Response:
        headers = {"content-type": "application/json", "x-chatwoot-delivery": "b1946ac9"}
        if secret is not None:
            stamp = str(int(at if at is not None else time.time()))
            signed = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
            headers |= {"x-chatwoot-timestamp": stamp, "x-chatwoot-signature": f"sha256={signed}"}
        async with httpx.AsyncClient(timeout=PATIENCE_SECONDS) as client:
            url = f"{self.webhook_url}/{token}" if token else self.webhook_url
            response = await client.post(url, content=body, headers=headers)
        self.heard.append((event, response.status_code))
        return response

    async def quiet(self) -> None:
        """Until every webhook that it sends by itself has been answered."""
        while self._sending:
            await asyncio.gather(*self._sending)

    # -- what it is asked

    async def handle(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        self.calls.append(f"{request.method} {path}")
        if request.headers.get("api_access_token") != TOKEN:
            return web.json_response({"error": "Invalid Access Token"}, status=401)
        if self.is_down:
            return web.Response(status=502)
        if self.answers and path.endswith(self.answers[0].path):
            answer = self.answers.popleft()
            if answer.done_first:
                await self._answered(request, path)
            if answer.hang:
                await asyncio.sleep(60)
            return web.Response(status=answer.status, headers=answer.headers, text="Retry later\n")
        return await self._answered(request, path)

    async def _answered(self, request: web.Request, path: str) -> web.StreamResponse:
        match request.method, path.split("/"):
            case "GET", ["contacts", "search"]:
                return self._search(request.query.get("q", ""))
            case "POST", ["contacts"]:
                return self._new_contact(await request.json())
            case "GET", ["contacts", number, "conversations"]:
                theirs = [one for one in self.conversations.values() if one["contact_id"] == int(number)]
                return web.json_response({"payload": [self._data(one) for one in theirs]})
            case "POST", ["conversations"]:
                return self._new_conversation(await request.json())
            case method, ["conversations", number, rest]:
                conversation = self.conversations.get(int(number))
                if conversation is None:
                    return web.json_response({"error": "Resource could not be found"}, status=404)
                return await self._of_conversation(request, conversation, f"{method} {rest}")
        return self._complain(f"no such call: {request.method} {path}", status=404)

    async def _of_conversation(self, request: web.Request, one: dict[str, Any], what: str) -> web.StreamResponse:
        if what == "GET messages":
            latest = [self._message_data(one, message) for message in one["messages"][-20:]]
            return web.json_response({"meta": {}, "payload": latest})
        if what == "POST messages":
            return await self._new_message(request, one)
        body = await request.json()
        if what == "POST toggle_status" and body.get("status") in STATUSES:
            if one["status"] != body["status"]:
                self._soon(self._set(one, body["status"]))
            answer = {"success": True, "current_status": one["status"], "conversation_id": one["id"]}
            return web.json_response({"meta": {}, "payload": answer})
        if what == "POST toggle_priority" and body.get("priority") in {"urgent", "high", "medium", "low", None}:
            one["priority"] = body["priority"]
            return web.Response(status=200)
        return self._complain(f"{what} with {sorted(body)}")

    def _search(self, wanted: str) -> web.Response:
        found = [one for one in self.contacts.values() if wanted in (one["identifier"], one["name"])]
        return web.json_response({"meta": {"count": len(found), "current_page": 1}, "payload": found})

    def _new_contact(self, body: dict[str, Any]) -> web.Response:
        allowed = {"inbox_id", "source_id", "name", "identifier"}
        if (
            body.get("inbox_id") != INBOX
            or set(body) - allowed
            or not all(isinstance(body[key], str) for key in ("name",))
        ):
            return self._complain(f"a contact with {body}")
        if any(one["identifier"] == body["identifier"] for one in self.contacts.values()):
            return web.json_response({"message": "Identifier has already been taken"}, status=422)
        contact = {"id": next(self._numbers), "name": body["name"], "identifier": body["identifier"]}
        self.contacts[contact["id"]] = contact
        inbox = {"source_id": body["source_id"], "inbox": {"id": INBOX, "channel_type": "Channel::Api"}}
        return web.json_response({"payload": {"contact": contact, "contact_inbox": inbox}})

    def _new_conversation(self, body: dict[str, Any]) -> web.Response:
        allowed = {"source_id", "inbox_id", "contact_id", "additional_attributes", "custom_attributes", "status"}
        known = body.get("contact_id") in self.contacts and isinstance(body.get("source_id"), str)
        if set(body) - allowed or body.get("inbox_id") != INBOX or not known or body.get("status") not in STATUSES:
            return self._complain(f"a conversation with {body}")
        number = next(self._numbers)
        self.conversations[number] = {
            "id": number,
            "contact_id": body["contact_id"],
            "status": "pending" if self.has_bot else body["status"],
            "additional_attributes": body.get("additional_attributes") or {},
            "messages": [],
            "assignee": None,
            "updated_at": time.time(),
        }
        one = self.conversations[number]
        self._soon({**self._data(one), "event": "conversation_created"})
        return web.json_response(self._data(one))

    async def _new_message(self, request: web.Request, one: dict[str, Any]) -> web.StreamResponse:
        files: list[tuple[str, bytes]] = []
        if request.content_type == "multipart/form-data":
            body: dict[str, Any] = {}
            form = await request.post()
            for name, value in form.items():
                if isinstance(value, web.FileField):
                    if name != "attachments[]":
                        return self._complain(f"a file as {name}")
                    files.append((value.filename, value.file.read()))
                else:
                    body[name] = {"true": True, "false": False}.get(str(value), value)
        else:
            body = await request.json()
        wrong = set(body) - {"content", "message_type", "private", "source_id"}
        shaped = isinstance(body.get("content"), str) and (body["content"] or files) and len(body["content"]) <= 150_000
        if wrong or not shaped or body.get("message_type") not in TYPES or not isinstance(body.get("private"), bool):
            return self._complain(f"a message with {sorted(body)}")
        incoming = body["message_type"] == "incoming"
        sender = (
            {"id": one["contact_id"], "type": "contact"} if incoming else {"id": 1, "name": "Deskhand", "type": "user"}
        )
        message = self._add(
            one, body["content"], body["message_type"], body["private"], sender, body.get("source_id"), files
        )
        self._soon({**self._told(one, message), "event": "message_created"})
        if incoming and one["status"] in ("resolved", "snoozed"):
            self._soon(self._set(one, "pending" if self.has_bot else "open"))
        return web.json_response(self._message_data(one, message))

    # -- its insides

    def _add(
        self,
        conversation: dict[str, Any],
        content: str,
        message_type: str,
        private: bool,
        sender: dict[str, Any],
        source_id: str | None = None,
        files: list[tuple[str, bytes]] | None = None,
    ) -> dict[str, Any]:
        message = {
            "id": next(self._numbers),
            "content": content,
            "message_type": message_type,
            "private": private,
            "sender": sender,
            "source_id": source_id,
            "files": files or [],
        }
        conversation["messages"].append(message)
        conversation["updated_at"] = time.time()
        return message

    def _set(self, conversation: dict[str, Any], status: str) -> dict[str, Any]:
        change = {"previous_value": conversation["status"], "current_value": status}
        conversation["status"] = status
        return self.changed(conversation, "conversation_status_changed", {"status": change})

    def _soon(self, payload: dict[str, Any]) -> None:
        """Chatwoot's webhooks are jobs of their own."""
        if self.webhook_url:
            task = asyncio.create_task(self.deliver(payload))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    def _data(self, one: dict[str, Any]) -> dict[str, Any]:
        """As `Conversations::EventDataPresenter` has it."""
        last = [self._message_data(one, message) for message in one["messages"] if not message["private"]][-1:]
        assignee = one["assignee"]
        return {
            "id": one["id"],
            "inbox_id": INBOX,
            "channel": "Channel::Api",
            "status": one["status"],
            "additional_attributes": one["additional_attributes"],
            "custom_attributes": {},
            "labels": [],
            "messages": last,
            "meta": {
                "sender": {"id": one["contact_id"], "type": "contact"},
                "assignee": assignee,
                "assignee_type": ("AgentBot" if assignee["type"] == "agent_bot" else "User") if assignee else None,
            },
            "updated_at": one["updated_at"],
        }

    def _message_data(self, one: dict[str, Any], message: dict[str, Any]) -> dict[str, Any]:
        """As `push_event_data`: the kind is a number there, and a person has the name that customers see."""
        sender = {**message["sender"]}
        if sender["type"] == "user":
            sender["available_name"] = sender["name"].split()[0]
        numbered = {"incoming": 0, "outgoing": 1}[message["message_type"]]
        kept = {key: value for key, value in message.items() if key != "files"}
        return {**kept, "message_type": numbered, "sender": sender, "conversation_id": one["id"]}

    def _told(self, one: dict[str, Any], message: dict[str, Any]) -> dict[str, Any]:
        """As `Message#webhook_data`."""
        kept = {key: value for key, value in message.items() if key != "files"}
        return {
            **kept,
            "account": {"id": ACCOUNT, "name": "Fernway"},
            "inbox": {"id": INBOX, "name": "Deskhand"},
            "conversation": self._data(one),
            "content_type": "text",
            "content_attributes": {},
        }

    def _complain(self, what: str, status: int = 422) -> web.Response:
        self.complaints.append(what)
        return web.json_response({"error": what}, status=status)


@asynccontextmanager
async def running() -> AsyncIterator[Chatwoot]:
    double = Chatwoot()
    app = web.Application(client_max_size=10_000_000)
    app.router.add_route("*", f"/api/v1/accounts/{ACCOUNT}/{{path:.+}}", double.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    double.url = f"http://{host}:{port}"
    try:
        yield double
    finally:
        await runner.cleanup()
    assert double.complaints == []
