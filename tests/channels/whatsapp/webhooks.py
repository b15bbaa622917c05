"""Webhooks as Meta sends them."""

from __future__ import annotations

import itertools
from typing import Any

from .cloud_api import PHONE_NUMBER_ID

PHONE = "972987654321"
USER_ID = "US.13491208655302741918"

_numbers = itertools.count(1)


def card(phone: str | None = PHONE, user_id: str | None = USER_ID) -> dict[str, Any]:
    ids = {"wa_id": phone, "user_id": user_id}
    return {"profile": {"name": "Sheena Nelson"}, **{key: value for key, value in ids.items() if value}}


def message(kind: str = "text", content: Any = None, *, sender: str | None = PHONE, **more: Any) -> dict[str, Any]:
    made = {"id": f"wamid.{next(_numbers)}", "timestamp": "1760000000", "type": kind, **more}
    if sender:
        made["from"] = sender
    return {**made, kind: content} if content is not None else made


def text(body: str, **more: Any) -> dict[str, Any]:
    return message("text", {"body": body}, **more)


def pressed(button_id: str, title: str, kind: str = "button_reply", **more: Any) -> dict[str, Any]:
    return message("interactive", {"type": kind, kind: {"id": button_id, "title": title}}, **more)


def status(state: str, message_id: str = "wamid.sent-1", **more: Any) -> dict[str, Any]:
    return {"id": message_id, "status": state, "timestamp": "1760000000", "recipient_id": PHONE, **more}


def value(*messages: Any, cards: list[Any] | None = None, statuses: list[Any] | None = None) -> dict[str, Any]:
    told: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": PHONE_NUMBER_ID},
    }
    if messages or cards is not None:
        told["contacts"] = [card()] if cards is None else cards
    if messages:
        told["messages"] = list(messages)
    return told | ({"statuses": statuses} if statuses else {})


def webhook(*values: dict[str, Any], field: str = "messages") -> dict[str, Any]:
    changes = [{"value": each, "field": field} for each in values]
    return {"object": "whatsapp_business_account", "entry": [{"id": "419561257915477", "changes": changes}]}
