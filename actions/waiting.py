"""Handing over: who is to answer, where the customer stands, and what else they can have when nobody is there."""

from __future__ import annotations

import logging
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from rasa_sdk.events import FollowupAction

from actions.turn import Turn
from actions.wording import moment
from deskhand.conversation.callbacks import DeskHours
from deskhand.conversation.desk import Team
from deskhand.conversation.escalation import Reason
from deskhand.conversation.identity import Proof
from deskhand.conversation.model import HandoffPacket
from deskhand.conversation.reading import read_email
from deskhand.conversation.reading.phones import read_phone
from deskhand.conversation.routing import CustomerValue, Route, business_hours, place_in_words, route
from deskhand.conversation.waiting import Wish, wish_for_callback
from deskhand.crm.protocol import CrmError
from deskhand.crm.types import OrderStatus, SubscriptionStatus
from deskhand.settings import Settings
from deskhand.store.conversations import ConversationNotFound
from deskhand.store.desk.line import Place

logger = logging.getLogger(__name__)

CALLBACK_FORM = "callback_form"
SAID = "~"
"""What the slot of a time begins with while it holds words that are yet to be understood."""
PHONE, EMAIL, CHANNEL, ACCOUNT = "phone", "email", "channel", "account"
"""What the slot `callback_reach` holds before it holds a number or an address. `ACCOUNT`: the one on file."""


async def hand_over(turn: Turn, packet: HandoffPacket) -> None:
    """Puts the customer in line; once, however often it is asked for."""
    way = await _route(turn, packet.reason)
    try:
        await turn.services.conversations.request_handoff(turn.conversation_id, packet, way)
    except ConversationNotFound:
        logger.warning("No conversation to hand over: this tracker is not behind a channel")


async def tell_where_they_stand(turn: Turn) -> None:
    """Who answers and when; with a callback, an email and the assistant as other ways where it takes long."""
    place = await turn.services.line.place(turn.conversation_id)
    desk = desk_of(turn, place)
    if not desk.is_open(turn.now):
        back = desk.next_opening(turn.now)
        if back is None:
            turn.say("utter_people_are_away")
        else:
            turn.say("utter_people_are_out", back=moment(back, turn.services.timezone))
        return
    if place is None:
        turn.say("utter_people_are_in")
        return
    long = place.position >= turn.services.settings.desk_long_line
    turn.say("utter_line_is_long" if long else "utter_people_are_in_line", place=place_in_words(place.position))


def begin_callback(turn: Turn) -> bool:
    """Whether the message asks to be called or written to later: then the form follows, knowing what was said."""
    buttons = turn.entities("callback_reach")
    wish = wish_for_callback(turn.whole_text)
    if not buttons and wish is None:
        return False
    said = " ".join([*turn.entities("callback_at"), turn.whole_text]).strip()
    by_email = buttons[:1] == [EMAIL] if buttons else wish is Wish.EMAIL
    reach = (read_email(said) or EMAIL) if by_email else (read_phone(said) or PHONE)
    turn.set("callback_reach", reach)
    turn.set("callback_at", f"{SAID}{said[:200]}" if said else None)
    turn.more_events.append(FollowupAction(CALLBACK_FORM))
    return True


def desk_hours(team: Team, settings: Settings, zone: ZoneInfo) -> DeskHours:
    hours = team.hours
    if hours is None:
        hours = business_hours(settings.desk_days, settings.desk_opens, settings.desk_closes)
    return DeskHours(hours, zone, team.holidays)


def desk_of(turn: Turn, place: Place | None) -> DeskHours:
    """When somebody is there for the customer: the hours of who they wait for."""
    team = place.team if place is not None else Team("general", "")
    return desk_hours(team, turn.services.settings, turn.services.timezone)


async def _route(turn: Turn, reason: str) -> Route:
    users = [event for event in turn.tracker.events if event.get("event") == "user"]
    intents: list[Any] = [((event.get("parse_data") or {}).get("intent") or {}).get("name") for event in users]
    return route(
        reason,
        [str(intent) for intent in intents if intent],
        value=await _value(turn, reason),
        valued_from=turn.services.settings.valued_customer_spend,
    )


async def _value(turn: Turn, reason: str) -> CustomerValue | None:
    """What an identified customer has bought. None also when the CRM does not say: nobody waits for it longer."""
    record = await turn.services.verifications.get(turn.conversation_id)
    if record.customer_id is None or record.proof(turn.now) < Proof.MATCHED or reason == Reason.SYSTEM_UNAVAILABLE:
        return None
    try:
        orders = await turn.services.crm.orders(record.customer_id)
        subscription = await turn.services.crm.subscription(record.customer_id)
    except CrmError:
        return None
    spent = sum((one.total for one in orders if one.status is not OrderStatus.CANCELLED), Decimal(0))
    subscribed = subscription is not None and subscription.status is not SubscriptionStatus.CANCELLED
    return CustomerValue(spent, subscribed)
