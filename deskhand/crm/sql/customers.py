"""Customers and their accounts. Each function works within the caller's transaction."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.crm.keys import email_key, order_number_key, postcode_key
from deskhand.crm.protocol import NotAllowed, RecordNotFound
from deskhand.crm.rules import PASSWORD_RESET_LASTS, PASSWORD_RESETS_PER_HOUR
from deskhand.crm.types import Address, Customer
from deskhand.store.crm_tables import customers, orders, password_resets
from deskhand.store.rows import AnyRow


async def find(
    connection: AsyncConnection, email: str, postcode: str | None, order_number: str | None
) -> Customer | None:
    """The customer whom all the given facts belong to. An email alone finds nobody."""
    if not postcode and not order_number:
        return None
    query = select(customers).where(customers.c.email_key == email_key(email))
    if postcode:
        query = query.where(customers.c.postcode_key == postcode_key(postcode))
    if order_number:
        query = query.where(
            exists().where(
                orders.c.customer_id == customers.c.id,
                orders.c.number_key == order_number_key(order_number),
            )
        )
    row = (await connection.execute(query)).one_or_none()
    return _customer(row) if row is not None else None


async def by_email(connection: AsyncConnection, email: str) -> Customer | None:
    found = await connection.execute(select(customers).where(customers.c.email_key == email_key(email)))
    row = found.one_or_none()
    return _customer(row) if row is not None else None


async def get(connection: AsyncConnection, customer_id: str, *, lock: bool = False) -> Customer:
    query = select(customers).where(customers.c.id == customer_id)
    row = (await connection.execute(query.with_for_update() if lock else query)).one_or_none()
    if row is None:
        raise RecordNotFound("There is no such customer.")
    return _customer(row)


async def by_ids_and_emails(connection: AsyncConnection, ids: Sequence[str], emails: Sequence[str]) -> list[Customer]:
    found = await connection.execute(
        select(customers).where(
            or_(customers.c.id.in_(ids), customers.c.email_key.in_([email_key(email) for email in emails]))
        )
    )
    return [_customer(row) for row in found]


async def create_password_reset(connection: AsyncConnection, customer_id: str, now: datetime, link_base: str) -> str:
    await get(connection, customer_id, lock=True)  # requests at the same moment take turns here
    an_hour_ago = now - timedelta(hours=1)
    recent = await connection.scalar(
        select(func.count())
        .select_from(password_resets)
        .where(
            password_resets.c.customer_id == customer_id,
            password_resets.c.expires_at > an_hour_ago + PASSWORD_RESET_LASTS,
        )
    )
    if recent is not None and recent >= PASSWORD_RESETS_PER_HOUR:
        raise NotAllowed("too_many_links")
    token = secrets.token_urlsafe(32)
    await connection.execute(
        insert(password_resets).values(
            token_hash=hashlib.sha256(token.encode()).digest(),
            customer_id=customer_id,
            expires_at=now + PASSWORD_RESET_LASTS,
        )
    )
    return f"{link_base}/account/new-password?token={token}"


async def verify_email(connection: AsyncConnection, customer_id: str) -> Customer:
    return await _change(connection, customer_id, email_verified=True)


async def unlock(connection: AsyncConnection, customer_id: str) -> Customer:
    if not (await get(connection, customer_id, lock=True)).locked:
        raise NotAllowed("not_locked")
    return await _change(connection, customer_id, locked=False)


async def _change(connection: AsyncConnection, customer_id: str, **changes: object) -> Customer:
    changed = await connection.execute(
        update(customers).where(customers.c.id == customer_id).values(**changes).returning(customers)
    )
    row = changed.one_or_none()
    if row is None:
        raise RecordNotFound("There is no such customer.")
    return _customer(row)


def _customer(row: AnyRow) -> Customer:
    return Customer(
        id=row.id,
        name=row.name,
        email=row.email,
        address=Address(row.line, row.city, row.postcode),
        email_verified=row.email_verified,
        locked=row.locked,
        since=row.since,
    )
