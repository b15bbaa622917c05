"""What the page of a conversation shows, beyond what is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from deskhand.conversation.model import Author, Outcome, Status
from deskhand.conversation.people import Agent
from deskhand.desk.file_types import shown_as
from deskhand.store.desk.transcript import Entry, Line, Transcript

MOST_PREVIOUS = 2
"""Questions before the one that a reply is proposed for."""


@dataclass(frozen=True)
class Talk:
    """The conversation, as its head shows it."""

    id: UUID
    contact_id: UUID
    contact_name: str | None
    channel: str
    status: Status
    control_token: int
    last_seq: int
    """Of the messages that are shown."""
    priority: int
    reachable: bool
    identity: str
    team: str | None
    language: str | None
    assignee_id: UUID | None
    assignee_name: str | None
    waiting_since: datetime | None
    snoozed_until: datetime | None
    last_heard_at: datetime | None
    outcome: Outcome | None
    rating: int | None
    reopened: int


@dataclass(frozen=True)
class Can:
    """What this agent may do now."""

    takeover: bool
    take_from: bool
    """From a colleague, who is told."""
    reply: bool
    give_back: bool
    assign: bool
    snooze: bool
    wake: bool
    resolve: bool
    prioritise: bool
    reopen: bool


@dataclass(frozen=True)
class File:
    """What a customer sent beside words, as the page shows it."""

    kind: str
    name: str
    size: int | None
    description: str
    url: str
    """Empty when there are no bytes."""
    shown: str
    """ "image", "audio" or "video"; empty: saved."""


def talk_of(transcript: Transcript) -> Talk:
    its, contact = transcript.conversation, transcript.contact
    return Talk(
        id=its.id,
        contact_id=its.contact_id,
        contact_name=transcript.contact_name,
        channel=contact.channel,
        status=its.status,
        control_token=its.control_token,
        last_seq=transcript.last_seq,
        priority=its.priority,
        reachable=contact.reachable,
        identity=transcript.identity,
        team=its.team,
        language=its.language,
        assignee_id=its.assignee_id,
        assignee_name=transcript.assignee_name,
        waiting_since=its.waiting_since,
        snoozed_until=its.snoozed_until,
        last_heard_at=contact.last_heard_at,
        outcome=its.outcome,
        rating=its.rating,
        reopened=its.reopened,
    )


def can_of(talk: Talk, agent: Agent) -> Can:
    resolved, with_agents = talk.status is Status.RESOLVED, talk.status in (Status.OPEN, Status.SNOOZED)
    mine, free = talk.assignee_id == agent.id, talk.assignee_id is None
    has_it = with_agents and mine
    return Can(
        takeover=talk.status is Status.PENDING or (with_agents and free),
        take_from=with_agents and not mine and not free,
        reply=has_it and talk.reachable,
        give_back=with_agents and (mine or free),
        assign=with_agents,
        snooze=talk.status is Status.OPEN and mine,
        wake=talk.status is Status.SNOOZED,
        resolve=with_agents and (mine or free),
        prioritise=not resolved,
        reopen=resolved,
    )


def files_of(line: Line) -> list[File]:
    address = f"/conversations/{line.message.conversation_id}/files/{line.message.id}"
    return [_file(data, f"{address}/{place}") for place, data in enumerate(line.attachments)]


def _file(data: Any, url: str) -> File:
    has_bytes = bool(data.get("media_id"))
    return File(
        kind=str(data.get("kind") or "unsupported"),
        name=str(data.get("file_name") or ""),
        size=data.get("size"),
        description=str(data.get("description") or ""),
        url=url if has_bytes else "",
        shown=shown_as(data.get("mime_type")) if has_bytes else "",
    )


def question_in(entries: Sequence[Entry]) -> tuple[str, list[str]]:
    """What the contact wants answered, which is all that they wrote since somebody answered, and what they wrote
    before, the latest last. Empty when they wrote nothing that could be read."""
    runs: list[list[str]] = [[]]
    answered = False
    for line in (entry.message for entry in entries if entry.message is not None):
        if line.message.author is Author.CONTACT and not line.withdrawn:
            if answered:
                runs.append([])
            runs[-1].append(line.message.text)
            answered = False
        elif line.message.author in (Author.ASSISTANT, Author.AGENT):
            answered = True
    said = [text for run in runs if (text := " ".join(part.strip() for part in run if part.strip()))]
    return (said[-1], said[:-1][-MOST_PREVIOUS:]) if said else ("", [])
