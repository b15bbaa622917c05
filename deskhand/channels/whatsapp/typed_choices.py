"""Customers who type a choice instead of pressing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from deskhand.channels.delivery.contracts import Inbox
from deskhand.channels.whatsapp.choices import LONGEST_TYPED, typed_choice
from deskhand.conversation.model import InboundEvent, InboundMessage


async def with_typed_choices(events: Sequence[InboundEvent], inbox: Inbox) -> list[InboundEvent]:
    """The events, where typed words that stand for a choice on offer are its press. The words stay as they are.

    Of several messages of one customer only the first can answer what was asked before them.
    """
    seen: set[str] = set()
    understood: list[InboundEvent] = []
    for event in events:
        if isinstance(event, InboundMessage):
            if event.contact_external_id not in seen and _may_be_a_choice(event):
                offered = await inbox.reply_choices(event.channel, event.contact_external_id)
                event = replace(event, button_id=typed_choice(event.text, offered))
            seen.add(event.contact_external_id)
        understood.append(event)
    return understood


def _may_be_a_choice(message: InboundMessage) -> bool:
    return message.button_id is None and not message.attachments and 0 < len(message.text) <= LONGEST_TYPED
