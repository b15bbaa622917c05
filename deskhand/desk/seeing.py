"""Whether an agent may see a conversation, or change what belongs to it."""

from __future__ import annotations

from uuid import UUID

from sanic.request import Request

from deskhand.conversation.people import Agent
from deskhand.desk.parts import desk
from deskhand.errors import DeskhandError
from deskhand.store.desk.holding import Holding, holding_of


class NotYours(DeskhandError):
    """Only who has the conversation may do this."""


async def must_see(request: Request, conversation_id: UUID) -> UUID:
    """Raises `ConversationNotFound`, also for one that is another team's only."""
    return (await holding_of(desk(request).db, request.ctx.agent, conversation_id)).conversation_id


async def must_have(request: Request, conversation_id: UUID) -> UUID:
    """Raises `ConversationNotFound`, and `NotYours` for who has not taken it over."""
    agent: Agent = request.ctx.agent
    holding: Holding = await holding_of(desk(request).db, agent, conversation_id)
    if not holding.is_open or holding.assignee_id != agent.id:
        raise NotYours("Take the conversation over first.")
    return conversation_id
