"""A telephone number that becomes another customer's."""

from __future__ import annotations

from uuid import UUID

from deskhand.conversation.model import InboundMessage
from deskhand.store.conversations import Conversations
from deskhand.store.database import Database
from deskhand.store.inbox import Inbox
from deskhand.store.recipients import recipient_of


async def write(db: Database, words: str, main: str, *aliases: str) -> UUID:
    """Returns the conversation's id."""
    message = InboundMessage("whatsapp", main, f"wamid.{words}", words, aliases=aliases)
    (received,) = await Inbox(db).take([message])
    return received.conversation.id


async def reached_at(db: Database, conversation_id: UUID) -> set[str]:
    contact_id = (await Conversations(db).get(conversation_id)).contact_id
    async with db.begin() as connection:
        recipient = await recipient_of(connection, contact_id)
    return {recipient.external_id, *recipient.aliases}


async def test_a_number_that_another_customer_got_does_not_make_them_one(db: Database) -> None:
    first = await write(db, "mine", "GB.ann", "4477")
    second = await write(db, "mine now", "GB.bob", "4477")

    assert first != second
    assert [message.text for message in await Conversations(db).history(second)] == ["mine now"]
    assert await reached_at(db, first) == {"GB.ann"}
    assert await reached_at(db, second) == {"GB.bob", "4477"}


async def test_nor_when_the_first_was_known_by_the_number_before_the_id(db: Database) -> None:
    first = await write(db, "by phone", "4477")
    assert await write(db, "both", "GB.ann", "4477") == first
    second = await write(db, "mine now", "GB.bob", "4477")

    assert first != second
    assert await reached_at(db, first) == {"GB.ann"}
    assert await write(db, "still me", "GB.ann") == first
    assert await write(db, "by phone again", "4477") == second


async def test_a_customer_with_a_new_number_stays_the_same(db: Database) -> None:
    first = await write(db, "old number", "GB.ann", "4477")
    assert await write(db, "new number", "GB.ann", "4488") == first
    assert await reached_at(db, first) == {"GB.ann", "4477", "4488"}


async def test_a_number_alone_and_an_id_alone_are_one_when_both_are_seen(db: Database) -> None:
    first = await write(db, "by phone", "4477")
    assert await write(db, "by id", "GB.ann") != first
    assert await write(db, "both", "GB.ann", "4477") == first
