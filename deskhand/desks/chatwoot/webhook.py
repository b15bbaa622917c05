"""What Chatwoot's webhooks tell. Pure but for the clock.

Agents' words are `message_created`; who has a conversation is in `conversation_status_changed` and
`conversation_updated`, or, for a webhook of an agent bot, in `conversation_opened` and `conversation_resolved`. A
conversation's `id` is the number that agents see (`display_id`).
"""

from __future__ import annotations

import hmac
import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

from deskhand.conversation.outside import AgentSaid, Heard, Moved, Person, Standing
from deskhand.desks.chatwoot.options import ChatwootOptions
from deskhand.desks.chatwoot.signature import HEADER, TIME_HEADER, is_genuine
from deskhand.desks.errors import WebhookRefused

STATUSES = {Standing.AGENTS: "open", Standing.ASSISTANT: "pending", Standing.ENDED: "resolved"}
_STANDINGS = {**{status: standing for standing, status in STATUSES.items()}, "snoozed": Standing.AGENTS}
_MOVES = {"conversation_status_changed", "conversation_updated"}
_BOTS_MOVES = {"conversation_opened", "conversation_resolved"}
_NOBODY = "Support"


def standing_from(status: object) -> Standing | None:
    return _STANDINGS.get(status) if isinstance(status, str) else None


def read(headers: Mapping[str, str], body: bytes, token: str | None, options: ChatwootOptions) -> Sequence[Heard]:
    """Raises `WebhookRefused`."""
    _authenticate(headers, body, token, options)
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        raise WebhookRefused("This is not JSON.", 400) from None
    if not isinstance(payload, dict) or not isinstance(payload.get("event"), str):
        raise WebhookRefused("This is not an event of Chatwoot's: it has no `event`.", 400)
    if not _is_of_our_inbox(payload, options):
        return []
    event = payload["event"]
    if event == "message_created":
        return _message(payload)
    if event in _MOVES or event in _BOTS_MOVES:
        return _moved(payload, event)
    return []


def _authenticate(headers: Mapping[str, str], body: bytes, token: str | None, options: ChatwootOptions) -> None:
    if options.webhook_secrets:
        signature, at, now = headers.get(HEADER, ""), headers.get(TIME_HEADER, ""), time.time()
        if not any(is_genuine(body, at, signature, secret, now=now) for secret in options.webhook_secrets):
            raise WebhookRefused("The signature is missing, wrong or too old: DESKHAND_CHATWOOT_WEBHOOK_SECRET?", 401)
    elif not hmac.compare_digest((token or "").encode("utf-8", "replace"), (options.webhook_token or "").encode()):
        raise WebhookRefused("The token in the address is missing or wrong: DESKHAND_CHATWOOT_WEBHOOK_TOKEN?", 401)


def _is_of_our_inbox(payload: dict[str, Any], options: ChatwootOptions) -> bool:
    """An account's webhook tells of all its inboxes. What is not said is not held against it."""
    account = _object(payload, "account").get("id", options.account_id)
    conversation = _object(payload, "conversation") or payload
    inbox = _object(payload, "inbox").get("id") or conversation.get("inbox_id", options.inbox_id)
    return bool(account == options.account_id and inbox == options.inbox_id)


def _message(payload: dict[str, Any]) -> list[Heard]:
    sender = _object(payload, "sender")
    # Bots, campaigns and automations write as well, and so do we: private notes.
    if payload.get("message_type") != "outgoing" or payload.get("private") or sender.get("type") != "user":
        return []
    text = "\n".join([_text(payload, "content"), *_addresses(payload)]).strip()
    if not text:
        return []
    conversation = _object(payload, "conversation")
    case, message = _number(conversation, "id"), _number(payload, "id")
    return [AgentSaid(case, message, text, _person(sender, conversation))]


def _addresses(payload: dict[str, Any]) -> list[str]:
    """Of what an agent attached: our channels send words, so the customer gets links."""
    attachments = payload.get("attachments")
    found = (
        [_text(one, "data_url") for one in attachments if isinstance(one, dict)]
        if isinstance(attachments, list)
        else []
    )
    return [one for one in found if one.startswith(("https://", "http://"))]


def _moved(payload: dict[str, Any], event: str) -> list[Heard]:
    changed = _changed(payload)
    meta = _object(payload, "meta")
    assignee = _object(meta, "assignee")
    is_person = bool(assignee) and assignee.get("type") != "agent_bot" and meta.get("assignee_type") != "AgentBot"
    shown = standing_from(payload.get("status"))
    if shown is None:
        raise WebhookRefused("This event has no status that Chatwoot documents.", 422)
    given_to_bot = bool(changed.get("assignee_agent_bot_id"))
    given_to_person = bool(changed.get("assignee_id")) and is_person
    if event in _BOTS_MOVES or "status" in changed:
        standing = shown
    elif given_to_bot:
        standing = Standing.ASSISTANT
    elif given_to_person and shown is Standing.AGENTS:
        standing = Standing.AGENTS
    else:
        return []
    at = payload.get("updated_at")
    return [
        Moved(
            case=_number(payload, "id"),
            standing=standing,
            shown=shown,
            by=_person(assignee, payload) if is_person and standing is not Standing.ASSISTANT else None,
            given=given_to_bot or given_to_person,
            at=float(at) if isinstance(at, int | float) and not isinstance(at, bool) else None,
        )
    ]


def _changed(payload: dict[str, Any]) -> dict[str, Any]:
    """Attribute → its value now. Chatwoot has a list with an object for each."""
    listed = payload.get("changed_attributes")
    entries = listed if isinstance(listed, list) else [listed]
    return {
        name: change.get("current_value") if isinstance(change, dict) else None
        for entry in entries
        if isinstance(entry, dict)
        for name, change in entry.items()
    }


def _person(user: dict[str, Any], conversation: dict[str, Any]) -> Person:
    """By the name that they have chosen for customers, where Chatwoot tells it."""
    number = _number(user, "id")
    messages = conversation.get("messages")
    for one in messages if isinstance(messages, list) else []:
        sender = _object(one, "sender") if isinstance(one, dict) else {}
        if sender.get("id") == user["id"] and sender.get("type") == "user":
            user = {**user, **sender}
    return Person(number, _text(user, "available_name") or _text(user, "name") or _NOBODY)


def _object(value: dict[str, Any], key: str) -> dict[str, Any]:
    found = value.get(key)
    return found if isinstance(found, dict) else {}


def _text(value: dict[str, Any], key: str) -> str:
    found = value.get(key)
    return found.strip() if isinstance(found, str) else ""


def _number(value: dict[str, Any], key: str) -> str:
    found = value.get(key)
    if isinstance(found, bool) or not isinstance(found, int | str) or not str(found).isdecimal():
        raise WebhookRefused(f"This event has no `{key}` where Chatwoot documents one.", 422)
    return str(found)
