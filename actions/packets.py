"""What an agent gets with a conversation, read from its tracker, the CRM and the articles."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from actions import open_wishes
from actions.answer_feedback import attached
from actions.base import FORM_INTENTS, JOB_SLOTS
from actions.turn import Turn
from actions.wording import listed, money
from deskhand.conversation.escalation import Reason
from deskhand.conversation.handoff import (
    WISHES,
    Policy,
    Told,
    build_packet,
    facts,
    question_for_articles,
)
from deskhand.conversation.identity import Proof
from deskhand.conversation.model import HandoffPacket
from deskhand.conversation.mood import Feeling, feeling_of
from deskhand.conversation.results import Said
from deskhand.crm.protocol import Crm, CrmError
from deskhand.crm.types import ConversationRecord
from deskhand.errors import DeskhandError

logger = logging.getLogger(__name__)

MOST_ORDERS = 5
MOST_PAST = 3
FOREIGN = "foreign_language"

CHANGES = frozenset(
    {
        "action_cancel_order",
        "action_change_address",
        "action_start_return",
        "action_verify_account",
        "action_unlock_account",
        "action_book_appointment",
        "action_move_appointment",
        "action_cancel_appointment",
        "action_pause_subscription",
        "action_resume_subscription",
        "action_change_plan",
        "action_cancel_subscription",
    }
)
"""After these nobody may be told that nothing was changed."""


async def packet_of(turn: Turn, reason: Reason) -> HandoffPacket:
    """Everything that is known of the conversation. What cannot be looked up is left out."""
    record = await turn.services.verifications.get(turn.conversation_id)
    proof = record.proof(turn.now)
    told = told_of(turn)
    identity = proof.name.lower()
    packet = build_packet(
        reason,
        told,
        slots={slot: turn.get(slot) for slot in JOB_SLOTS if turn.get(slot) is not None},
        identity=identity,
        crm_context=await _crm_context(turn, record.customer_id) if proof >= Proof.MATCHED else {},
        policy=await _policy(turn, reason, told),
    )
    written = await _written_summary(turn, facts(reason, replace(told, last_words=""), identity))
    return replace(packet, summary=written) if written else packet


async def _written_summary(turn: Turn, known: list[str]) -> str | None:
    """In a language model's words, if there is one and says no more than is known."""
    if turn.services.summaries is None:
        return None
    typed = (str(event.get("text") or "") for event in turn.tracker.events if event.get("event") == "user")
    return await turn.services.summaries.write(known, [text for text in typed if text and not text.startswith("/")])


def told_of(turn: Turn) -> Told:
    """What happened in the conversation since its last handoff, as its tracker has it."""
    events = _since_handoff(turn.tracker.events)
    users = [event for event in events if event.get("event") == "user"]
    intents = [_intent(event) for event in users]
    executed = {event.get("name") for event in events if event.get("event") == "action"}
    return Told(
        wishes=[intent for intent in intents if intent in WISHES],
        said=_said(events),
        under_way=FORM_INTENTS.get(turn.form or ""),
        waiting=[str(wish["intent"]) for wish in open_wishes.open_wishes(turn)],
        last_words=turn.whole_text or _last_typed(users),
        agents_said=_agents_said(events),
        changed_something=not CHANGES.isdisjoint(executed),
        feelings=_feelings(users),
        language=None if not users or FOREIGN in intents else "en",
    )


def _since_handoff(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What came after the last handoff before this one: that one has had its own packet."""
    for place in range(len(events) - 1, -1, -1):
        event = events[place]
        if event.get("event") == "action" and event.get("name") == "action_handoff":
            return events[place + 1 :]
    return events


def _agents_said(events: list[dict[str, Any]]) -> list[str]:
    """What the assistant was told, when it got the conversation back."""
    for event in reversed(events):
        if event.get("event") == "slot" and event.get("name") == "agent_said":
            return [str(line["text"]) for line in event.get("value") or () if line.get("author") == "agent"]
    return []


def _intent(event: Mapping[str, Any]) -> str:
    return str(((event.get("parse_data") or {}).get("intent") or {}).get("name"))


def _feelings(users: list[dict[str, Any]]) -> list[Feeling]:
    return [feeling_of((event.get("parse_data") or {}).get("mood"), event.get("text")) for event in users]


def _said(events: list[dict[str, Any]]) -> list[Said]:
    """The assistant's messages. Rasa puts an action's event before what it said, and a form's too."""
    found: list[Said] = []
    question, action = "", None
    for event in events:
        match event.get("event"):
            case "user":
                text = str(event.get("text") or "")
                question = "" if text.startswith("/") else text
            case "action":
                action = str(event.get("name"))
            case "bot":
                response = (event.get("metadata") or {}).get("utter_action")
                sources = tuple(str(cited["title"]) for cited in attached(event).get("citations") or ())
                found.append(Said(response, str(event.get("text") or ""), question, sources, action))
    return found


def _last_typed(users: list[dict[str, Any]]) -> str:
    """What the customer wrote before they pressed a button."""
    said = (str(event.get("text") or "") for event in reversed(users))
    return next((text for text in said if text and not text.startswith("/")), "")


async def _policy(turn: Turn, reason: Reason, told: Told) -> Policy | None:
    """What the articles say on what is open, as the customer would be told."""
    question = question_for_articles(reason, told)
    if question is None or turn.services.knowledge is None:
        return None
    try:
        answer = await turn.services.knowledge.look_up(question)
    except DeskhandError as exc:
        logger.warning("No article was looked up for a handoff: %s", type(exc).__name__)
        return None
    if answer is None or not answer.citations:
        return None
    cited = answer.citations[0]
    return Policy(answer.text, cited.title, cited.url)


async def _crm_context(turn: Turn, customer_id: str | None) -> dict[str, Any]:
    if customer_id is None:
        return {}
    try:
        return await _customer(turn.services.crm, customer_id)
    except CrmError:
        return {"customer_id": customer_id, "note": "The CRM did not answer."}


async def _customer(crm: Crm, customer_id: str) -> dict[str, Any]:
    customer = await crm.customer(customer_id)
    orders = list(await crm.orders(customer_id))
    returns = list(await crm.returns(customer_id))
    subscription = await crm.subscription(customer_id)
    newest = [f"{order.number} {order.status.value}" for order in orders[:MOST_ORDERS]]
    return {
        "customer_id": customer.id,
        "name": customer.name,
        "since": customer.since.isoformat(),
        "orders": listed(newest) if orders else "none",
        "orders_in_all": f"{len(orders)}, worth {money(sum((order.total for order in orders), start=Decimal(0)))}",
        "returns": listed([f"{each.id} {each.status.value}" for each in returns[:MOST_ORDERS]]) if returns else "none",
        "subscription": f"{subscription.plan.name}, {subscription.status.value}" if subscription else "none",
        "account": "locked" if customer.locked else "open",
        "past_conversations": _past(await crm.conversation_records(customer_id)),
    }


def _past(records: Sequence[ConversationRecord]) -> str:
    """How many there were, and what became of the last ones."""
    last = [f"{record.ended_at:%-d %b %Y} {record.outcome}" for record in records[:MOST_PAST]]
    return f"{len(records)}; the last: {listed(last)}" if last else "none"
