"""Where an order is, cancelling it, and sending it elsewhere."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from actions.base import DeskAction, EndForm, JobForm, Step, forget_job
from actions.identity import CodeStep, identity_steps, proven_customer
from actions.steps import HINT, YES_NO, ConfirmStep, OrderStep
from actions.turn import Turn
from actions.wording import address_line, day, listed, money, order_contents
from deskhand.conversation.identity import Proof
from deskhand.conversation.reading import read_email, read_postcode
from deskhand.crm.protocol import NotAllowed
from deskhand.crm.types import Address, Order, OrderStatus, Parcel, ParcelStatus

RECENT = timedelta(days=14)


class AnyOrderStep(OrderStep):
    """The order that somebody asks about: named, or else the one that is under way."""

    def suits(self, order: Order, turn: Turn) -> bool:
        return True

    def refuse(self, order: Order, turn: Turn) -> None:
        """Never: any order can be asked about."""

    def none_suits(self, orders: Sequence[Order], turn: Turn) -> None:
        turn.say("utter_no_orders")

    async def settle(self, turn: Turn) -> bool:
        number_named = str(turn.get(self.slot) or HINT)[0] != HINT
        if await super().settle(turn):
            return True
        if number_named:
            return False
        under_way = [order for order in await self._orders(turn) if _under_way(order)]
        if turn.asked != self.slot and len(under_way) == 1:
            turn.set(self.slot, under_way[0].number)
            return True
        return False


def _under_way(order: Order) -> bool:
    return order.status in {OrderStatus.PLACED, OrderStatus.PACKING, OrderStatus.DISPATCHED}


class ValidateOrderStatusForm(JobForm):
    form = "order_status_form"

    def steps(self) -> list[Step]:
        return [*identity_steps(Proof.MATCHED), AnyOrderStep()]


class OrderStatusAction(DeskAction):
    """Says where each parcel of the order is."""

    action = "action_order_status"

    async def act(self, turn: Turn) -> None:
        customer_id = await proven_customer(turn, Proof.MATCHED)
        number = turn.get("order_number")
        if customer_id and number:
            order = await turn.services.crm.order(customer_id, number)
            turn.say(text=describe_order(order))
            if may_be_missing(order, turn):
                turn.say("utter_not_arrived", custom={"offer": "anything_else"})
            else:
                turn.say("utter_anything_else", custom={"offer": "anything_else"})
        forget_job(turn)


def may_be_missing(order: Order, turn: Turn) -> bool:
    """Whether a parcel is late, or was delivered so recently that somebody may be looking for it."""
    return any(
        parcel.status is ParcelStatus.DELAYED or (parcel.delivered_at and turn.now - parcel.delivered_at <= RECENT)
        for parcel in order.parcels
    )


def describe_order(order: Order) -> str:
    """The state of an order in one to five lines, parcel by parcel."""
    head = f"Order {order.number} ({order_contents(order)})"
    if order.status is OrderStatus.CANCELLED:
        return f"{head} was cancelled, so nothing is on its way."
    if order.changeable:
        state = (
            "is being packed" if order.status is OrderStatus.PACKING else "has been received and will be packed next"
        )
        return (
            f"{head} {state}. We'll email you when it leaves. Until then it can still be cancelled or sent elsewhere."
        )
    if len(order.parcels) == 1:
        return f"{head}: {_describe_parcel(order.parcels[0])}"
    lines = [f"{head} comes in {len(order.parcels)} parcels:"] if order.parcels else [f"{head} has been dispatched."]
    for place, parcel in enumerate(order.parcels, 1):
        inside = [item.label for item in order.items if item.id in parcel.item_ids]
        lines.append(f"{place}. {listed(inside) if inside else 'Parcel'}: {_describe_parcel(parcel)}")
    return "\n".join(lines)


def _describe_parcel(parcel: Parcel) -> str:
    expected = f", expected {day(parcel.expected_on)}" if parcel.expected_on else ""
    track = f"You can follow it at {parcel.tracking_url} ({parcel.carrier} {parcel.tracking_number})."
    match parcel.status:
        case ParcelStatus.PREPARING:
            return f"is being prepared{expected}."
        case ParcelStatus.OUT_FOR_DELIVERY:
            return f"is out for delivery today with {parcel.carrier}. {track}"
        case ParcelStatus.DELIVERED:
            when = f" on {day(parcel.delivered_at.date())}" if parcel.delivered_at else ""
            return f"was delivered{when} by {parcel.carrier} ({parcel.tracking_number})."
        case ParcelStatus.DELAYED:
            return f"is delayed, which we're sorry about{', and now' + expected[1:] if expected else ''}. {track}"
        case _:
            return f"is on its way{expected}. {track}"


class ChangeableOrderStep(OrderStep):
    """An order that has not been dispatched."""

    def suits(self, order: Order, turn: Turn) -> bool:
        return order.changeable

    def refuse(self, order: Order, turn: Turn) -> None:
        if order.status is OrderStatus.CANCELLED:
            turn.say("utter_order_already_cancelled", order_number=order.number)
        elif order.status is OrderStatus.DELIVERED:
            turn.say("utter_order_delivered_not_changeable", order_number=order.number)
        else:
            turn.say("utter_order_dispatched_not_changeable", order_number=order.number)

    def none_suits(self, orders: Sequence[Order], turn: Turn) -> None:
        under_way = [order for order in orders if order.status is OrderStatus.DISPATCHED]
        if under_way:
            self.refuse(under_way[0], turn)
        else:
            turn.say("utter_no_changeable_order")


class ConfirmCancellation(ConfirmStep):
    also_yes = ("cancel_order",)

    async def summarise(self, turn: Turn) -> None:
        order = await _order(turn)
        turn.say(
            "utter_confirm_cancel_order",
            order_number=order.number,
            contents=order_contents(order),
            total=money(order.total),
            buttons=[{"title": "Yes, cancel it", "payload": "/affirm"}, {"title": "No, keep it", "payload": "/deny"}],
        )


async def _order(turn: Turn) -> Order:
    record = await turn.services.verifications.get(turn.conversation_id)
    if record.customer_id is None or not turn.get("order_number"):
        raise EndForm
    return await turn.services.crm.order(record.customer_id, turn.get("order_number"))


class ValidateCancelOrderForm(JobForm):
    form = "cancel_order_form"

    def steps(self) -> list[Step]:
        return [*identity_steps(Proof.MATCHED), ChangeableOrderStep(), CodeStep(), ConfirmCancellation()]


class CancelOrderAction(DeskAction):
    action = "action_cancel_order"
    changes_something = True

    async def act(self, turn: Turn) -> None:
        customer_id = await proven_customer(turn, Proof.CONFIRMED)
        number, confirmed = turn.get("order_number"), turn.get("confirm")
        forget_job(turn)
        if confirmed is False:
            turn.say("utter_nothing_changed")
        if not (customer_id and number and confirmed):
            return
        try:
            order = await turn.services.crm.cancel_order(customer_id, number)
        except NotAllowed as refusal:
            already = refusal.reason == "already_cancelled"
            turn.say(
                "utter_order_already_cancelled" if already else "utter_order_dispatched_not_changeable",
                order_number=number,
            )
            return
        turn.say("utter_order_cancelled", order_number=number, total=money(order.total))
        turn.say("utter_anything_else", custom={"offer": "anything_else"})


def _looks_like_address(text: str) -> bool:
    """Whether there is a number with a word after it, or words with a comma between them.

    Step by step: as one pattern it would take minutes for two hundred letters and commas.
    """
    number, word = re.search(r"\d\w?\b", text), re.search(r"[A-Za-z]{3}", text)
    if number and re.search(r"[A-Za-z]{3}", text[number.end() :]):
        return True
    comma = text.find(",", word.end()) if word else -1
    return comma >= 0 and bool(re.search(r"[A-Za-z]{2}", text[comma:]))


class AddressStep(Step):
    """Where the order should go: a street with a number, a town and a postcode, in any order of commas."""

    slot = "new_address"

    async def read(self, turn: Turn) -> Any:
        postcodes = turn.entities("postcode")[:1]
        named = [", ".join([address, *postcodes]) for address in turn.entities("address")]
        said = [" ".join(part.split())[:200] for part in [*self._text(turn), *turn.entities("address"), *named]]
        found = [part for part in said if _looks_like_address(part) and not read_email(part)]
        # What is complete comes first: an entity may end before the postcode.
        return next(filter(parse_address, found), found[0] if found else None)

    def _text(self, turn: Turn) -> list[str]:
        asked = turn.asked == self.slot and turn.answers("change_delivery_address")
        return [re.sub(r"^\s*(to|it'?s|its|send it to|please)\s+", "", turn.text, flags=re.I)] if asked else []

    async def settle(self, turn: Turn) -> bool:
        said = turn.get(self.slot)
        if not said:
            return False
        if parse_address(said) is None:
            turn.set(self.slot, None)
            turn.say("utter_address_incomplete")
            return False
        return True


def parse_address(text: str) -> Address | None:
    """Street, town and postcode of an address on one line; None when one of them is missing."""
    postcode = read_postcode(text)
    if postcode is None:
        return None
    compact = re.escape(postcode.split()[0]) + r"\s*" + re.escape(postcode.split()[1])
    rest = re.sub(compact, "", text, flags=re.I)
    parts = [part.strip(" .") for part in re.split(r"[,\n;]", rest) if part.strip(" .")]
    if len(parts) == 1:
        words = parts[0].split()
        parts = [" ".join(words[:-1]), words[-1]] if len(words) > 2 else parts
    if len(parts) < 2 or not re.search(r"\d", parts[0] + parts[1]) or len(parts[-1]) < 2:
        return None
    town = parts[-1].title() if parts[-1].islower() else parts[-1]
    return Address(", ".join(parts[:-1]), town, postcode)


class ConfirmAddress(ConfirmStep):
    async def summarise(self, turn: Turn) -> None:
        order = await _order(turn)
        address = parse_address(turn.get("new_address"))
        assert address is not None
        turn.say(
            "utter_confirm_change_address",
            order_number=order.number,
            contents=order_contents(order),
            address=address_line(address),
            buttons=YES_NO,
        )


class ValidateChangeAddressForm(JobForm):
    form = "change_address_form"

    def steps(self) -> list[Step]:
        return [*identity_steps(Proof.MATCHED), ChangeableOrderStep(), CodeStep(), AddressStep(), ConfirmAddress()]


class ChangeAddressAction(DeskAction):
    action = "action_change_address"
    changes_something = True

    async def act(self, turn: Turn) -> None:
        customer_id = await proven_customer(turn, Proof.CONFIRMED)
        number, confirmed = turn.get("order_number"), turn.get("confirm")
        address = parse_address(turn.get("new_address") or "")
        forget_job(turn)
        if confirmed is False:
            turn.say("utter_nothing_changed")
        if not (customer_id and number and address and confirmed):
            return
        try:
            order = await turn.services.crm.change_delivery_address(customer_id, number, address)
        except NotAllowed as refusal:
            already = refusal.reason == "already_cancelled"
            turn.say(
                "utter_order_already_cancelled" if already else "utter_order_dispatched_not_changeable",
                order_number=number,
            )
            return
        turn.say("utter_address_changed", order_number=number, address=address_line(order.address))
        turn.say("utter_anything_else", custom={"offer": "anything_else"})
