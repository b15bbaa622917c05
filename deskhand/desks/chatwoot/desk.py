"""What is told to Chatwoot.

A contact there is recognised by its `identifier`, a conversation by an attribute, a message by its `source_id`: so what
may have arrived already is looked for before it is told again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from deskhand.conversation.model import Author
from deskhand.conversation.outside import Begin, Brief, Heard, Line, Place, Standing
from deskhand.desks import words
from deskhand.desks.chatwoot import webhook
from deskhand.desks.chatwoot.api import Api, Json
from deskhand.desks.chatwoot.options import ChatwootOptions
from deskhand.desks.errors import DeskRefused, DeskUnavailable
from deskhand.desks.port import File

NAME = "chatwoot"
OURS = "deskhand_conversation"
"""The attribute of a conversation there that says which of ours it is."""
PRIORITIES = {1: "urgent", 2: "high", 3: "medium", 4: "low"}


class ChatwootDesk:
    """`deskhand.desks.port.Desk`."""

    name = NAME

    def __init__(self, options: ChatwootOptions) -> None:
        self._options = options
        self._api = Api(options)

    async def begin(self, begin: Begin) -> tuple[str, Standing]:
        contact = await self._contact(begin)
        known = await self._api.get(f"contacts/{contact}/conversations")
        ours = str(begin.conversation_id)
        for one in objects(known.get("payload")):
            attributes = one.get("additional_attributes")
            if isinstance(attributes, dict) and attributes.get(OURS) == ours:
                return _begun(one)
        made = await self._api.post(
            "conversations",
            {
                "source_id": str(begin.contact_id),
                "inbox_id": self._options.inbox_id,
                "contact_id": contact,
                "status": webhook.STATUSES[Standing.AGENTS],
                "additional_attributes": {OURS: ours, "channel": begin.channel},
            },
        )
        return _begun(made)

    async def brief(self, case: str, brief: Brief, *, repeated: bool) -> None:
        text = words.briefing(brief, self._options.assistant_name)
        key = f"{brief.key}:{brief.upto_seq}"
        if not (repeated and await self._arrived(case, key)):
            await self._api.post(f"conversations/{case}/messages", _note(text, key))
        await self._api.post(f"conversations/{case}/toggle_priority", {"priority": PRIORITIES[brief.priority]})

    async def pass_on(self, case: str, line: Line, files: Sequence[File | None], *, repeated: bool) -> None:
        key = str(line.message_id)
        if repeated and await self._arrived(case, key):
            return
        path = f"conversations/{case}/messages"
        if line.author is not Author.CONTACT:
            await self._api.post(path, _note(words.aside(line, self._options.assistant_name), key))
            return
        there = [one for one in files if one is not None]
        if there:
            try:
                fields = {**_contacts_words(line, files), "private": "false", "source_id": key}
                await self._api.post_files(path, fields, there)
                return
            except DeskRefused:
                pass  # too large, or of a kind that it does not want: the words must not be lost with it
        await self._api.post(path, {**_contacts_words(line, ()), "private": False, "source_id": key})

    async def place(self, case: str, place: Place) -> None:
        await self._api.post(f"conversations/{case}/toggle_status", {"status": webhook.STATUSES[place.standing]})

    def read(self, headers: Mapping[str, str], body: bytes, token: str | None) -> Sequence[Heard]:
        return webhook.read(headers, body, token, self._options)

    async def close(self) -> None:
        await self._api.close()

    async def _contact(self, begin: Begin) -> int:
        identifier = f"deskhand-{begin.contact_id}"
        known = await self._known_contact(identifier)
        if known is not None:
            return known
        name = begin.contact_name or f"Customer {str(begin.contact_id)[:8]} ({begin.channel})"
        body = {
            "inbox_id": self._options.inbox_id,
            "source_id": str(begin.contact_id),
            "name": name,
            "identifier": identifier,
        }
        made = await self._api.post("contacts", body)
        payload = made.get("payload")
        return _id_in(payload.get("contact") if isinstance(payload, dict) else None)

    async def _known_contact(self, identifier: str) -> int | None:
        found = await self._api.get("contacts/search", q=identifier)
        for one in objects(found.get("payload")):
            if one.get("identifier") == identifier:
                return _id_in(one)
        return None

    async def _arrived(self, case: str, key: str) -> bool:
        shown = await self._api.get(f"conversations/{case}/messages")
        return any(one.get("source_id") == key for one in objects(shown.get("payload")))


def _note(text: str, key: str) -> dict[str, object]:
    return {"content": text, "message_type": "outgoing", "private": True, "source_id": key}


def _contacts_words(line: Line, files: Sequence[File | None]) -> dict[str, str]:
    """What is not handed over as a file is described."""
    beside = [one for one, file in zip_longest(line.attachments, files) if file is None]
    said = "\n".join(part for part in (line.text, *(words.described(one) for one in beside)) if part)
    return {"content": said, "message_type": "incoming"}


def _begun(conversation: Json) -> tuple[str, Standing]:
    return str(_id_in(conversation)), webhook.standing_from(conversation.get("status")) or Standing.AGENTS


def _id_in(value: Any) -> int:
    found = value.get("id") if isinstance(value, dict) else None
    if not isinstance(found, int):
        raise DeskUnavailable("Chatwoot's answer has no id.")
    return found


def objects(value: Any) -> Iterable[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
