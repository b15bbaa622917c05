"""Buttons under a message, and what comes back when one is pressed."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from deskhand.conversation.model import Button

MAX_DATA_BYTES = 64
MAX_BUTTONS = 100
"""A keyboard takes no more."""

_SHORT_TITLE = 18
_MARK = "~"


def keyboard(buttons: Sequence[Button]) -> dict[str, Any] | None:
    """An `InlineKeyboardMarkup`: short titles two in a row, others below each other."""
    shown = buttons[:MAX_BUTTONS]
    if not shown:
        return None
    a_row = 2 if all(len(button.title) <= _SHORT_TITLE for button in shown) else 1
    keys = [{"text": button.title, "callback_data": callback_data(button.id)} for button in shown]
    return {"inline_keyboard": [keys[at : at + a_row] for at in range(0, len(keys), a_row)]}


def callback_data(button_id: str) -> str:
    """The id, or what stands for one that is too long for Telegram. See `button_id_of`."""
    if len(button_id.encode()) <= MAX_DATA_BYTES and not button_id.startswith(_MARK):
        return button_id
    digest = hashlib.sha256(button_id.encode()).digest()
    return _MARK + base64.urlsafe_b64encode(digest).decode().rstrip("=")


def stands_for_another(data: str) -> bool:
    return data.startswith(_MARK)


def button_id_of(data: str, offered: Iterable[str]) -> str:
    """The id that was meant, among those on offer, which we keep. Data that means none of them is returned as it is."""
    return next((button_id for button_id in offered if callback_data(button_id) == data), data)
