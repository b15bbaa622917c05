"""Updates as Telegram sends them."""

from __future__ import annotations

import itertools
from typing import Any

from .bot_api import BOT_ID, USERNAME

_numbers = itertools.count(1)

ANNA = {"id": 42, "is_bot": False, "first_name": "Anna", "username": "anna", "language_code": "en"}
BEN = {"id": 43, "is_bot": False, "first_name": "Ben"}
FERN = {"id": BOT_ID, "is_bot": True, "first_name": "Fern", "username": USERNAME}
GROUP = {"id": -1001234, "type": "supergroup", "title": "Campers"}


def private(person: dict[str, Any]) -> dict[str, Any]:
    return {"id": person["id"], "type": "private", "first_name": person["first_name"]}


def message(*, sender: dict[str, Any] = ANNA, chat: dict[str, Any] | None = None, **content: Any) -> dict[str, Any]:
    number = next(_numbers)
    return {
        "message_id": number,
        "from": sender,
        "chat": chat or private(sender),
        "date": 1_780_000_000 + number,
        **content,
    }


def update(**happened: Any) -> dict[str, Any]:
    return {"update_id": 1000 + next(_numbers), **happened}


def wrote(text: str, **fields: Any) -> dict[str, Any]:
    """Somebody's words, in private unless a chat is given. Commands and mentions are marked, as Telegram does."""
    return update(message=message(text=text, **{"entities": entities(text), **fields}))


def entities(text: str) -> list[dict[str, Any]]:
    found, at = [], 0
    for word in text.split(" "):
        kind = "bot_command" if word.startswith("/") and at == 0 else "mention" if word.startswith("@") else None
        if kind:
            found.append({"type": kind, "offset": at, "length": units(word)})
        at += units(word) + 1
    return found


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def pressed(button: str, title: str = "Yes", *, sender: dict[str, Any] = ANNA, **fields: Any) -> dict[str, Any]:
    keyboard = {"inline_keyboard": [[{"text": title, "callback_data": button}]]}
    under = message(sender=FERN, chat=private(sender), text="Sure?", reply_markup=keyboard)
    query = {"id": f"q{next(_numbers)}", "from": sender, "message": under, "chat_instance": "7", "data": button}
    return update(callback_query={**query, **fields})


def became(status: str, *, sender: dict[str, Any] = ANNA, chat: dict[str, Any] | None = None) -> dict[str, Any]:
    """What the person made of the bot, such as "kicked", which is what Telegram calls blocked."""
    return update(
        my_chat_member={
            "chat": chat or private(sender),
            "from": sender,
            "date": 1_780_000_000,
            "old_chat_member": {"user": FERN, "status": "member"},
            "new_chat_member": {"user": FERN, "status": status, "until_date": 0},
        }
    )
