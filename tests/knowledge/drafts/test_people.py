"""The people in a conversation are known by how they speak to each other and by the CRM."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from deskhand.conversation.model import Author, HandoffPacket, Message
from deskhand.knowledge.drafts.people import names_in


def message(author: Author, text: str) -> Message:
    return Message(uuid4(), uuid4(), 1, author, text, datetime.now(UTC))


@pytest.mark.parametrize(
    ("author", "text", "expected"),
    [
        (Author.AGENT, "Hi Priya, we can do that.", {"Priya"}),
        (Author.AGENT, "Thanks Priya. This is Anna Bell from Fernway.", {"Priya", "Anna Bell", "Anna", "Bell"}),
        (Author.AGENT, "Ben here, how can I help?", {"Ben"}),
        (Author.AGENT, "All done.\n\nKind regards,\nCleo", {"Cleo"}),
        (Author.AGENT, "All done.\n- Cleo from Fernway", {"Cleo"}),
        (Author.CONTACT, "my name is Dana and it leaks", {"Dana"}),
        (Author.CONTACT, "it leaks\nthanks, Dana", {"Dana"}),
        (Author.ASSISTANT, "Hello Dana! I'm Fern, an AI assistant.", {"Dana"}),
        (Author.AGENT, "Hi there, thanks for waiting. Hello All!", set()),
        (Author.CONTACT, "hello Fern, is this Fernway?", set()),
        (Author.AGENT, "We sell the Ember stove in black.", set()),
    ],
)
def test_names_are_found_where_people_say_them(author: Author, text: str, expected: set[str]) -> None:
    assert names_in([message(author, text)], never=("Fernway", "Fern")) == expected


def test_the_crm_knows_the_customers_name() -> None:
    packet = HandoffPacket(
        "r", "s", crm_context={"name": "Eve Ng", "customer_id": "C-900001", "orders": "FW-1 packing"}
    )
    assert names_in([], [packet]) == {"Eve Ng", "Eve", "Ng", "C-900001"}
