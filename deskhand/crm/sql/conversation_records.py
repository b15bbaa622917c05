"""What became of conversations with customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.crm.sql import customers
from deskhand.crm.types import ConversationRecord
from deskhand.store.crm_tables import conversation_records
from deskhand.store.texts import storable


async def keep(connection: AsyncConnection, record: ConversationRecord) -> None:
    await customers.get(connection, record.customer_id)
    values = {**asdict(record), "summary": storable(record.summary)}
    await connection.execute(
        insert(conversation_records)
        .values(**values)
        .on_conflict_do_update(index_elements=[conversation_records.c.conversation_id], set_=values)
    )


async def of_customer(connection: AsyncConnection, customer_id: str) -> Sequence[ConversationRecord]:
    await customers.get(connection, customer_id)
    found = await connection.execute(
        select(conversation_records)
        .where(conversation_records.c.customer_id == customer_id)
        .order_by(conversation_records.c.ended_at.desc())
    )
    return [ConversationRecord(**row._asdict()) for row in found]
