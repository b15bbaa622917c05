"""What became of something that was sent, as WhatsApp tells it later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deskhand.channels.whatsapp.failures import cause_of
from deskhand.channels.whatsapp.json_values import number_at, objects_at, text_at
from deskhand.channels.whatsapp.vocabulary import CHANNEL, Ignored, usable_id
from deskhand.conversation.model import DeliveryReport, DeliveryState

STATES = {
    "sent": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
    "read": DeliveryState.READ,
    "played": DeliveryState.READ,  # a voice message
    "failed": DeliveryState.FAILED,
}


def report_from(status: Mapping[str, Any]) -> DeliveryReport | Ignored:
    sent, state = usable_id(text_at(status, "id")), STATES.get(text_at(status, "status"))
    if not sent or state is None:
        return Ignored("malformed" if state else "another status")
    if text_at(status, "recipient_type") == "group":
        return Ignored("group")
    if state is not DeliveryState.FAILED:
        return DeliveryReport(CHANNEL, sent, state)
    codes = (number_at(error, "code") for error in objects_at(status, "errors"))
    code = next((each for each in codes if each is not None), None)
    return DeliveryReport(CHANNEL, sent, state, cause_of(code).value, None if code is None else str(code))
