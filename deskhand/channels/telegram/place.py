"""Who wrote and where the answer goes: the ids under which Telegram's customers are known.

A person in a private chat is known by their own id: "42". In a group a person is known by their id and the group's,
"42@-1001234", and in one of its topics by the topic's, too: "42@-1001234/7". So everybody has a conversation of
their own whose answers go where they wrote, and what somebody said or proved in private is never repeated in a group.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_EXTERNAL_ID = re.compile(r"(?P<person>\d{1,19})(?:@(?P<chat>-?\d{1,19})(?:/(?P<topic>\d{1,19}))?)?", re.ASCII)


@dataclass(frozen=True)
class Place:
    person_id: int
    chat_id: int
    topic_id: int | None = None

    @property
    def is_group(self) -> bool:
        return self.chat_id != self.person_id

    @property
    def external_id(self) -> str:
        if not self.is_group:
            return str(self.person_id)
        topic = f"/{self.topic_id}" if self.topic_id is not None else ""
        return f"{self.person_id}@{self.chat_id}{topic}"


def place_of(external_id: str) -> Place:
    """Raises `ValueError` for what is no id of this channel."""
    found = _EXTERNAL_ID.fullmatch(external_id)
    if found is None:
        raise ValueError("This is not the id of a Telegram contact.")
    person, chat, topic = found["person"], found["chat"], found["topic"]
    return Place(int(person), int(chat or person), int(topic) if topic else None)
