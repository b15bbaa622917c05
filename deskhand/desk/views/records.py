"""The customer's records beside a conversation, and what an agent may do there. Each change is confirmed first, follows
the CRM's own rules, and stands in the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from deskhand.conversation.identity import IdentityRecord, Proof
from deskhand.conversation.people import Agent
from deskhand.crm import rules
from deskhand.crm.opening import open_crm
from deskhand.crm.protocol import Crm, CrmError, CrmUnavailable, NotAllowed
from deskhand.crm.types import Customer, Order, OrderItem, Resolution, Return, Subscription
from deskhand.desk.access import signed_in
from deskhand.desk.forms import BadForm, checked, uuid_of, value, values
from deskhand.desk.language import gettext, marked
from deskhand.desk.pages import render
from deskhand.desk.parts import desk
from deskhand.desk.seeing import must_have, must_see
from deskhand.mail import MailNotSent, mailer_for
from deskhand.store.errors import TooManyCodes
from deskhand.store.verifications import Verifications

blueprint = Blueprint("desk_records")

MOST_ORDERS = 10


@dataclass(frozen=True)
class Records:
    customer: Customer
    orders: Sequence[Order]
    returns: Sequence[Return]
    subscription: Subscription | None
    returnable: dict[str, Sequence[OrderItem]]
    """By order number: what may go back within the rules today."""


@blueprint.get("/conversations/<conversation_id:str>/crm", name="records")
@signed_in()
async def records(request: Request, conversation_id: str) -> HTTPResponse:
    """A part of the conversation's page. The CRM may be slow or away: that must not keep the page from opening."""
    conversation = await must_see(request, uuid_of(conversation_id))
    return await _panel(request, conversation)


@blueprint.post("/conversations/<conversation_id:str>/crm/find", name="find_customer")
@signed_in()
async def find(request: Request, conversation_id: str) -> HTTPResponse:
    """Looks a customer up by email. What is found is shown to the agent; it proves nothing of who writes."""
    conversation = await must_see(request, uuid_of(conversation_id))
    email = value(request, "email")
    if not email:
        raise BadForm("Please give an email address.")
    customer = await _crm(request).customer_by_email(email)
    await desk(request).audit.add(
        request.ctx.agent, "customer.looked_up", conversation_id=conversation, details={"found": customer is not None}
    )
    refusal = None if customer else gettext(request, "No customer has this email address.")
    return await _panel(request, conversation, shown=customer, refusal=refusal)


@blueprint.post("/conversations/<conversation_id:str>/crm/code", name="resend_code")
@signed_in()
async def resend_code(request: Request, conversation_id: str) -> HTTPResponse:
    """Sends a one-time code to the address on file of the customer whom the assistant recognised."""
    conversation, customer = await _customer_of(request, conversation_id)
    settings = desk(request).settings
    try:
        code = await Verifications(desk(request).db).issue_code(conversation, customer.id)
        await mailer_for(settings, desk(request).db).send(
            customer.email,
            f"{code} is your {settings.business_name} code",
            f"Your code is {code}. It works for 10 minutes, in the chat in which you asked for it.\n\n"
            f"If that wasn't you, ignore this email: without the code nothing can be changed. "
            f"Nobody from {settings.business_name} will ever ask you for it by phone or email.",
        )
    except TooManyCodes:
        return await _panel(request, conversation, refusal=gettext(request, "No more codes can be sent for now."))
    except MailNotSent:
        return await _panel(request, conversation, refusal=gettext(request, "The email could not be sent."))
    return await _done(request, conversation, "code_sent", gettext(request, "A code is on its way to the customer."))


@blueprint.post("/conversations/<conversation_id:str>/crm/unlock", name="unlock")
@signed_in()
async def unlock(request: Request, conversation_id: str) -> HTTPResponse:
    conversation, customer = await _identified(request, conversation_id)
    if (refusal := await _refused(request, _crm(request).unlock(customer.id))) is not None:
        return await _panel(request, conversation, refusal=refusal)
    return await _done(request, conversation, "account_unlocked", gettext(request, "The account is unlocked."))


@blueprint.post("/conversations/<conversation_id:str>/crm/cancel-order", name="cancel_order")
@signed_in()
async def cancel_order(request: Request, conversation_id: str) -> HTTPResponse:
    conversation, customer = await _identified(request, conversation_id)
    number = value(request, "order")
    if (refusal := await _refused(request, _crm(request).cancel_order(customer.id, number))) is not None:
        return await _panel(request, conversation, refusal=refusal)
    told = gettext(request, "The order is cancelled.")
    return await _done(request, conversation, "order_cancelled", told, order=number)


@blueprint.post("/conversations/<conversation_id:str>/crm/return", name="start_return")
@signed_in()
async def start_return(request: Request, conversation_id: str) -> HTTPResponse:
    """A return with a refund or an exchange. The first time it says what it comes to; the second time it does it."""
    conversation, customer = await _identified(request, conversation_id)
    number, reason, items = value(request, "order"), value(request, "reason"), values(request, "item")
    if not items or not reason:
        raise BadForm("Please choose what goes back, and say why.")
    resolution = Resolution.EXCHANGE if value(request, "resolution") == "exchange" else Resolution.REFUND
    order = await _crm(request).order(customer.id, number)
    amount = rules.refund_amount(order, items, resolution)
    if value(request, "sure") != str(amount):
        asked = {"order": order, "items": items, "reason": reason, "resolution": resolution, "amount": amount}
        asked["identified"] = checked(request, "identified")
        return await _panel(request, conversation, asked=asked)
    starting = _crm(request).start_return(customer.id, number, items, reason, resolution)
    if (refusal := await _refused(request, starting)) is not None:
        return await _panel(request, conversation, refusal=refusal)
    told = gettext(request, "The return is set up. Tell the customer how it goes on.")
    details = {"order": number, "items": len(items), "resolution": resolution.value, "amount": str(amount)}
    return await _done(request, conversation, "return_started", told, **details)


# -- parts


def _crm(request: Request) -> Crm:
    return open_crm(desk(request).db)


async def _customer_of(request: Request, conversation_id: str) -> tuple[UUID, Customer]:
    """The customer whom the assistant recognised, for the agent who has the conversation.

    Raises `BadForm` when nobody was recognised, and what `must_have` raises.
    """
    conversation = await must_have(request, uuid_of(conversation_id))
    record = await Verifications(desk(request).db).get(conversation)
    if record.customer_id is None:
        raise BadForm("Nobody has been recognised in this conversation yet.")
    return conversation, await _crm(request).customer(record.customer_id)


async def _identified(request: Request, conversation_id: str) -> tuple[UUID, Customer]:
    """The same, for what changes something: the customer is confirmed with a code, as the assistant would want it, or
    the agent says to have identified them another way, which the log keeps. Raises `BadForm` otherwise."""
    conversation, customer = await _customer_of(request, conversation_id)
    record = await Verifications(desk(request).db).get(conversation)
    if record.proof(datetime.now(UTC)) < Proof.CONFIRMED and not checked(request, "identified"):
        raise BadForm("Send the customer a code first, or say that you have identified them another way.")
    return conversation, customer


async def _refused(request: Request, doing: Any) -> str | None:
    """Does it. What the CRM's rules say against it, in words; None when it is done."""
    try:
        await doing
    except NotAllowed as exc:
        return gettext(request, _REFUSALS.get(exc.reason, "The rules do not allow this."))
    return None


_REFUSALS = {
    "already_dispatched": marked("Too late: it has been dispatched."),
    "already_cancelled": marked("It is cancelled already."),
    "not_delivered": marked("It has not been delivered yet."),
    "return_window_closed": marked("The time for returns is over."),
    "already_returned": marked("It has been returned already."),
    "not_locked": marked("The account is not locked."),
}


async def _done(request: Request, conversation: UUID, what: str, told: str, **details: object) -> HTTPResponse:
    agent: Agent = request.ctx.agent
    if checked(request, "identified"):
        details["identified_by_agent"] = True
    await desk(request).audit.add(agent, f"customer.{what}", conversation_id=conversation, details=details)
    return await _panel(request, conversation, told=told)


async def _panel(
    request: Request,
    conversation: UUID,
    *,
    shown: Customer | None = None,
    asked: dict[str, Any] | None = None,
    told: str | None = None,
    refusal: str | None = None,
) -> HTTPResponse:
    """`shown`: somebody who was looked up and is not known to be the one who writes."""
    record = await Verifications(desk(request).db).get(conversation)
    try:
        found = await _records(request, record, shown)
    except CrmUnavailable:
        found, refusal = None, gettext(request, "The CRM does not answer. Please try again in a moment.")
    except CrmError:
        found, refusal = None, gettext(request, "The CRM does not have this customer any more.")
    return render(
        request,
        "_records.html",
        conversation_id=conversation,
        records=found,
        is_known=shown is None and record.customer_id is not None,
        proof=record.proof(datetime.now(UTC)).name.lower(),
        is_proven=shown is None and record.proof(datetime.now(UTC)) >= Proof.MATCHED,
        asked=asked,
        told=told,
        refusal=refusal,
    )


async def _records(request: Request, record: IdentityRecord, shown: Customer | None) -> Records | None:
    crm = _crm(request)
    customer_id = shown.id if shown else record.customer_id
    if customer_id is None:
        return None
    orders = list(await crm.orders(customer_id))[:MOST_ORDERS]
    zone, now = ZoneInfo(desk(request).settings.timezone), datetime.now(UTC)
    return Records(
        customer=shown or await crm.customer(customer_id),
        orders=orders,
        returns=await crm.returns(customer_id),
        subscription=await crm.subscription(customer_id),
        returnable={order.number: _returnable(order, now, zone) for order in orders},
    )


def _returnable(order: Order, now: datetime, zone: ZoneInfo) -> Sequence[OrderItem]:
    return [item for item in order.items if _may_go_back(order, item, now, zone)]


def _may_go_back(order: Order, item: OrderItem, now: datetime, zone: ZoneInfo) -> bool:
    try:
        rules.check_returnable(order, [item.id], now, zone)
    except CrmError:
        return False
    return True
