"""Proposed replies."""

from __future__ import annotations

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from deskhand.desk.access import signed_in
from deskhand.desk.drafting import Drafting, Proposal
from deskhand.desk.forms import uuid_of
from deskhand.desk.language import gettext
from deskhand.desk.pages import render
from deskhand.desk.parts import desk
from deskhand.desk.talk import question_in
from deskhand.store.desk.drafts import Drafts
from deskhand.store.desk.transcript import Transcripts

blueprint = Blueprint("desk_drafts")


@blueprint.post("/conversations/<conversation_id:str>/draft", name="draft")
@signed_in()
async def draft(request: Request, conversation_id: str) -> HTTPResponse:
    """A part of the page: a reply to what the customer wants to know, with its sources. Nothing is sent."""
    chosen = uuid_of(conversation_id)
    transcript = await Transcripts(desk(request).db).read(chosen, request.ctx.agent)
    question, previous = question_in(transcript.entries)
    if not question:
        return _part(request, Proposal(), gettext(request, "The customer has not written anything to answer."))
    proposal = await _drafting(request).propose(request.ctx.agent, chosen, question, previous=previous)
    if proposal.text is None:
        return _part(request, proposal, _why(request, proposal))
    kept = await Drafts(desk(request).db).propose(
        chosen, request.ctx.agent, question, proposal.text, proposal.citations
    )
    return render(request, "_draft.html", draft=kept, similar=proposal.similar, why="")


def _part(request: Request, proposal: Proposal, why: str) -> HTTPResponse:
    return render(request, "_draft.html", draft=None, similar=proposal.similar, why=why)


def _why(request: Request, proposal: Proposal) -> str:
    if proposal.cannot_look:
        return gettext(request, "The articles cannot be searched now.")
    return gettext(request, "Neither the articles nor earlier conversations have an answer to this.")


def _drafting(request: Request) -> Drafting:
    if not hasattr(request.app.ctx, "drafting"):
        request.app.ctx.drafting = Drafting(desk(request).db, desk(request).settings)
    drafting: Drafting = request.app.ctx.drafting
    return drafting
