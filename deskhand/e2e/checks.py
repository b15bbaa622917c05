"""Expectations that the database has to answer: the CRM, handoffs, mail, the conversation's end."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

from deskhand.e2e.cases import Step
from deskhand.e2e.crm_matching import compare
from deskhand.e2e.crm_state import Record
from deskhand.e2e.matching import Mismatch, contains, same_value
from deskhand.e2e.world import World

MAIL_SECONDS = 4.0
"""A password link is sent beside the conversation; it may come a moment after the answer."""
_POLL_SECONDS = 0.1


class Checks:
    """For one conversation. `before`: the CRM's records as they were at its start, by the customer's email."""

    def __init__(
        self, world: World, conversation_id: str, before: Mapping[str, Sequence[Record]], first_mail: int
    ) -> None:
        self._world = world
        self._conversation_id = conversation_id
        self._before = before
        self._first_mail = first_mail

    async def check(self, step: Step) -> Mismatch | None:
        """None when the world is as the step says."""
        match step.kind:
            case "crm":
                return await self._crm(step.value)
            case "handoff":
                return handoff_problem(step.value, await self._world.open_handoff(self._conversation_id))
            case "conversation":
                return _fields("conversation", step.value, await self._world.conversation(self._conversation_id))
            case _:
                return await self._mail(step.value)

    async def _crm(self, value: Mapping[str, Any]) -> Mismatch | None:
        now = await self._world.records_of(value["key"])
        email = next((record.key for record in now if record.kind == "customer"), value["key"])
        return compare(value["record"], value["key"], value["fields"], now, self._before.get(email, ()))

    async def _mail(self, value: Mapping[str, Any]) -> Mismatch | None:
        deadline = time.monotonic() + MAIL_SECONDS
        while True:
            mails = await self._world.mails_to(value["to"], self._first_mail)
            problem = mail_problem(value, mails)
            if problem is None or time.monotonic() > deadline:
                return problem
            await asyncio.sleep(_POLL_SECONDS)


def handoff_problem(wanted: Mapping[str, Any] | None, packet: Mapping[str, Any] | None) -> Mismatch | None:
    """Compares an open handoff's packet, or that there is none."""
    got = json.dumps(packet, indent=1, ensure_ascii=False) if packet else "no handoff"
    if wanted is None:
        return Mismatch("no handoff", got) if packet else None
    if packet is None:
        return Mismatch("a handoff " + json.dumps(dict(wanted), ensure_ascii=False), got)
    for name, value in wanted.items():
        if not _holds(name, value, packet):
            return Mismatch(f"handoff with {name}: {value}", got)
    return None


def _holds(name: str, value: Any, packet: Mapping[str, Any]) -> bool:
    parts = [str(part) for part in value] if isinstance(value, list) else [str(value)]
    match name:
        case "summary_contains":
            return all(contains(str(packet.get("summary")), part) for part in parts)
        case "summary_lacks":
            return not any(contains(str(packet.get("summary")), part) for part in parts)
        case "suggests":
            return all(contains(str(packet.get("suggested_resolution")), part) for part in parts)
        case "tried_contains":
            return all(contains(" ".join(packet.get("tried") or ()), part) for part in parts)
        case "crm_contains":
            return all(contains(json.dumps(packet.get("crm_context")), part) for part in parts)
        case _:
            return same_value(packet.get(name), value)


def mail_problem(wanted: Mapping[str, Any], mails: Sequence[str]) -> Mismatch | None:
    """`mails`: everything that this customer was sent during the test."""
    part = str(wanted.get("contains", ""))
    fitting = [mail for mail in mails if contains(mail, part)]
    number = wanted.get("count")
    if len(fitting) == number if number is not None else fitting:
        return None
    subjects = "\n".join(mail.splitlines()[0] for mail in mails) or "(no mail)"
    with_part = f" with {part!r}" if part else ""
    return Mismatch(f"{number if number is not None else 'some'} mail to {wanted['to']}{with_part}", subjects)


def _fields(what: str, wanted: Mapping[str, Any], got: Mapping[str, Any]) -> Mismatch | None:
    wrong = {name: value for name, value in wanted.items() if not _equal(got.get(name), value)}
    if not wrong:
        return None
    lines = [f"{what} {name}: {got.get(name)}" for name in wrong]
    return Mismatch("\n".join(f"{what} {name}: {value}" for name, value in wrong.items()), "\n".join(lines))


def _equal(got: Any, wanted: Any) -> bool:
    return got is None if wanted in (None, "none") else same_value(got, wanted)
