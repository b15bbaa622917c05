"""Sending something back, and where a refund is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from actions.base import DeskAction, EndForm, JobForm, Step, forget_job
from actions.identity import CodeStep, identity_steps, proven_customer
from actions.steps import HINT, ConfirmStep, OrderStep
from actions.turn import Turn
from actions.wording import day, listed, money
from deskhand.conversation.escalation import Reason
from deskhand.conversation.identity import Proof
from deskhand.conversation.reading import Option, choose
from deskhand.crm import rules
from deskhand.crm.protocol import NotAllowed, RecordNotFound
from deskhand.crm.types import Order, OrderItem, OrderStatus, ParcelStatus, Resolution, ReturnStatus

RETURN_WINDOW = timedelta(days=rules.RETURN_DAYS)


def returnable_items(order: Order, turn: Turn) -> list[OrderItem]:
    """The items that can still be sent back: delivered no more than 30 days ago, and not returned yet. The last
    day counts as a whole, as it does for the CRM."""
    zone = turn.services.timezone
    today = turn.now.astimezone(zone).date()
    in_time = {
        item_id
        for parcel in order.parcels
        if parcel.status is ParcelStatus.DELIVERED
        and parcel.delivered_at is not None
        and today <= parcel.delivered_at.astimezone(zone).date() + RETURN_WINDOW
        for item_id in parcel.item_ids
    }
    return [item for item in order.items if item.id in in_time and not item.returned]


class ReturnableOrderStep(OrderStep):
    def suits(self, order: Order, turn: Turn) -> bool:
        return bool(returnable_items(order, turn))

    def refuse(self, order: Order, turn: Turn) -> None:
        if order.status is OrderStatus.CANCELLED:
            turn.say("utter_order_already_cancelled", order_number=order.number)
        elif order.items and all(item.returned for item in order.items):
            turn.say("utter_already_returned", order_number=order.number)
        elif not any(parcel.delivered_at for parcel in order.parcels):
            turn.say("utter_return_not_delivered", order_number=order.number)
        else:
            turn.say(
                "utter_return_window_closed",
                order_number=order.number,
                buttons=[{"title": "Ask a person", "payload": "/request_human"}],
            )

    def none_suits(self, orders: Sequence[Order], turn: Turn) -> None:
        turn.say("utter_nothing_to_return", buttons=[{"title": "Ask a person", "payload": "/request_human"}])


async def _order(turn: Turn) -> Order:
    record = await turn.services.verifications.get(turn.conversation_id)
    if record.customer_id is None or not turn.get("order_number"):
        raise EndForm
    return await turn.services.crm.order(record.customer_id, turn.get("order_number"))


def _option(item: OrderItem) -> Option:
    return Option(item.id, (item.product, item.colour or ""))


class ItemsStep(Step):
    """Which items of the order. With a single one there is nothing to ask."""

    slot = "item_ids"

    async def read(self, turn: Turn) -> Any:
        number = turn.get("order_number")
        if turn.asked is None and turn.text:
            return f"{HINT}{turn.text[:200]}"  # which item it names is known once the order is
        if turn.asked not in {self.slot, "confirm", "return_reason", "resolution"} or not number:
            return None
        if turn.asked != self.slot and turn.intent != "correct":
            return None
        try:
            items = returnable_items(await _order(turn), turn)
        except RecordNotFound:
            return None  # a number that is none of theirs: the step of the order says so
        picked = [entity for entity in turn.entities("item") if entity in {item.id for item in items}]
        if picked:
            return picked
        if turn.text and turn.answers("start_return"):
            return choose(turn.text, [_option(item) for item in items]) or None
        return None

    async def settle(self, turn: Turn) -> bool:
        order = await _order(turn)
        items = returnable_items(order, turn)
        chosen = turn.get(self.slot)
        if isinstance(chosen, str):
            named = choose(chosen.removeprefix(HINT), [_option(item) for item in order.items], positions=False)
            chosen = [item.id for item in items if item.id in named]
            turn.set(self.slot, chosen or None)
            if named and not chosen:
                missing = [item.label for item in order.items if item.id in named]
                turn.say("utter_item_not_returnable", items=listed(missing), order_number=order.number)
                return False
        if chosen and all(item_id in {item.id for item in items} for item_id in chosen):
            return True
        if len(items) == 1:
            turn.set(self.slot, [items[0].id])
            return True
        if chosen:
            turn.set(self.slot, None)
        return False

    async def ask(self, turn: Turn) -> None:
        items = returnable_items(await _order(turn), turn)
        buttons = [{"title": item.label, "payload": f'/inform{{"item": "{item.id}"}}'} for item in items[:6]]
        turn.say("utter_which_items", buttons=buttons)


_FAULT = re.compile(
    r"\b(faulty|broken|damaged|defective|torn|cracked|too (small|big|large|short|long|tight)"
    r"|(the )?wrong (size|colou?r|item|one))\b",
    re.I,
)
_CLUELESS = re.compile(r"\W*(i (really )?)?(don'?t|do not|dont) know\b|\W*(no idea|not sure|dunno|no clue)\W*$", re.I)
_NOT_WANTED = re.compile(
    r"\b(chang\w+ (my|our) minds?|(don'?t|do not|didn'?t) (want|need|like) (it|them|this)|no longer (want|need)\w*)\b",
    re.I,
)


class ReasonStep(Step):
    """Why, in the customer's own words."""

    slot = "return_reason"

    async def read(self, turn: Turn) -> Any:
        if turn.entities("return_reason"):
            return turn.entities("return_reason")[0][:200]
        if _only_a_resolution(turn.text):
            return None
        if turn.asked is None and (said := _FAULT.search(turn.text)):
            return said.group()
        if turn.asked != self.slot or not turn.text or _CLUELESS.match(turn.text):
            return None
        # "I changed my mind" reads like dropping the return, and is the commonest reason for one.
        answers = turn.answers("report_problem", "complain", "start_return", "rate") or _NOT_WANTED.search(turn.text)
        return turn.text[:300] if answers else None

    async def ask(self, turn: Turn) -> None:
        turn.say(
            "utter_which_reason",
            buttons=[
                {"title": reason, "payload": f'/inform{{"return_reason": "{reason.lower()}"}}'}
                for reason in ("Too small", "Too big", "Arrived damaged", "Faulty", "Changed my mind")
            ],
        )


_REFUND = re.compile(r"\b(refund\w*|money|cash|pay me back|credit)\b", re.I)
_EXCHANGE = re.compile(r"\b(exchang\w*|swap\w*|replace\w*|new one|another one|different (size|colou?r))\b", re.I)


class ResolutionStep(Step):
    """Money back, or the same thing again."""

    slot = "resolution"

    async def read(self, turn: Turn) -> Any:
        for said in [
            *turn.entities("resolution"),
            turn.text if turn.asked in {self.slot, None, "confirm", "return_reason"} else "",
        ]:
            refund, exchange = bool(_REFUND.search(said)), bool(_EXCHANGE.search(said))
            if refund != exchange:
                return (Resolution.REFUND if refund else Resolution.EXCHANGE).value
        return None

    async def ask(self, turn: Turn) -> None:
        turn.say(
            "utter_which_resolution",
            buttons=[
                {"title": "Money back", "payload": '/inform{"resolution": "refund"}'},
                {"title": "Exchange", "payload": '/inform{"resolution": "exchange"}'},
            ],
        )


def _only_a_resolution(text: str) -> bool:
    """ "Refund please" says what is wanted and not why."""
    return len(text.split()) <= 4 and bool(_REFUND.search(text) or _EXCHANGE.search(text))


async def _chosen(turn: Turn) -> tuple[Order, list[OrderItem], Decimal]:
    order = await _order(turn)
    items = [item for item in order.items if item.id in (turn.get("item_ids") or [])]
    return order, items, sum((item.unit_price * item.quantity for item in items), Decimal(0))


class ConfirmReturn(ConfirmStep):
    """Also where a refund that is too large for the assistant goes to a person."""

    async def settle(self, turn: Turn) -> bool:
        _, _, amount = await _chosen(turn)
        if turn.get("resolution") == Resolution.REFUND and amount > turn.services.settings.refund_threshold:
            turn.say("utter_refund_needs_person", amount=money(amount))
            raise EndForm(Reason.REFUND_ABOVE_THRESHOLD)
        return await super().settle(turn)

    async def summarise(self, turn: Turn) -> None:
        order, items, amount = await _chosen(turn)
        refund = turn.get("resolution") == Resolution.REFUND
        turn.say(
            "utter_confirm_return",
            items=listed([item.label for item in items]),
            order_number=order.number,
            reason=turn.get("return_reason"),
            resolution=f"a refund of {money(amount)}" if refund else "an exchange for the same item",
            buttons=[{"title": "Yes, start it", "payload": "/affirm"}, {"title": "No", "payload": "/deny"}],
        )


class ValidateReturnForm(JobForm):
    form = "return_form"

    def steps(self) -> list[Step]:
        return [
            *identity_steps(Proof.MATCHED),
            ReturnableOrderStep(),
            CodeStep(),  # nobody fetches a code only to hear that nothing can be returned
            ItemsStep(),
            ReasonStep(),
            ResolutionStep(),
            ConfirmReturn(),
        ]


class StartReturnAction(DeskAction):
    action = "action_start_return"
    changes_something = True

    async def act(self, turn: Turn) -> None:
        customer_id = await proven_customer(turn, Proof.CONFIRMED)
        number, items, confirmed = turn.get("order_number"), turn.get("item_ids"), turn.get("confirm")
        reason, resolution = turn.get("return_reason"), turn.get("resolution")
        forget_job(turn)
        if confirmed is False:
            turn.say("utter_nothing_changed")
        if not (customer_id and number and items and reason and resolution and confirmed):
            return
        try:
            done = await turn.services.crm.start_return(customer_id, number, items, reason, Resolution(resolution))
        except NotAllowed as refusal:
            turn.say(f"utter_{_REFUSALS.get(refusal.reason, 'return_window_closed')}", order_number=number)
            return
        turn.say(
            "utter_return_refund_started" if done.resolution is Resolution.REFUND else "utter_return_exchange_started",
            return_id=done.id,
            label_url=done.label_url,
            amount=money(done.refund_amount),
        )
        turn.say("utter_anything_else", custom={"offer": "anything_else"})


_REFUSALS = {
    "already_returned": "already_returned",
    "not_delivered": "return_not_delivered",
    "return_window_closed": "return_window_closed",
}


def _refunded_lately(order: Order, turn: Turn) -> bool:
    """Whether the order was cancelled and is young enough for its refund to be on somebody's mind."""
    return order.status is OrderStatus.CANCELLED and turn.now - order.placed_at <= timedelta(days=60)


class ValidateRefundStatusForm(JobForm):
    form = "refund_status_form"

    def steps(self) -> list[Step]:
        return identity_steps(Proof.MATCHED)


class RefundStatusAction(DeskAction):
    """Says how far the customer's returns are."""

    action = "action_refund_status"

    async def act(self, turn: Turn) -> None:
        customer_id = await proven_customer(turn, Proof.MATCHED)
        forget_job(turn)
        if customer_id is None:
            return
        returns = list(await turn.services.crm.returns(customer_id))[:3]
        cancelled = [order for order in await turn.services.crm.orders(customer_id) if _refunded_lately(order, turn)]
        for order in cancelled[:2]:
            turn.say("utter_refund_of_cancelled_order", order_number=order.number, total=money(order.total))
        if not returns and cancelled:
            return
        if not returns:
            turn.say("utter_no_returns", buttons=[{"title": "Return something", "payload": "/start_return"}])
            return
        for found in returns:
            turn.say(
                f"utter_return_{found.status.value}"
                if found.resolution is Resolution.REFUND or found.status is ReturnStatus.AWAITING_PARCEL
                else f"utter_exchange_{found.status.value}",
                return_id=found.id,
                order_number=found.order_number,
                amount=money(found.refund_amount),
                since=day(found.created_at.date()),
                label_url=found.label_url,
            )
        turn.say("utter_anything_else", custom={"offer": "anything_else"})
