"""`SqlCrm` keeps the contract on a real PostgreSQL, and says so when that is slow or away."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from deskhand.crm.protocol import CrmUnavailable, NotAllowed
from deskhand.crm.sql import SqlCrm
from deskhand.crm.sql.writing import insert_records
from deskhand.store.database import Database
from tests.crm.contract import *  # noqa: F403
from tests.crm.contract import EMMA, FRIDAY_AT_NINE, NOW, RAJ, SAM, contract_records


@pytest.fixture
async def crm(db: Database) -> SqlCrm:
    async with db.begin() as connection:
        await insert_records(connection, contract_records())
    return SqlCrm(db, now=lambda: NOW, timeout_seconds=10)


@pytest.fixture
async def locked_order(crm: SqlCrm, db: Database) -> AsyncIterator[None]:
    async with db.begin() as connection:
        await connection.execute(text("SELECT FROM crm.orders WHERE number = 'FW-200102' FOR UPDATE"))
        yield


async def test_password_links_can_be_had_again_after_an_hour(crm: SqlCrm, db: Database) -> None:
    for _ in range(5):
        await crm.create_password_reset(SAM)
    soon = SqlCrm(db, now=lambda: NOW + timedelta(minutes=59))
    with pytest.raises(NotAllowed):
        await soon.create_password_reset(SAM)
    later = SqlCrm(db, now=lambda: NOW + timedelta(hours=1))
    assert await later.create_password_reset(SAM)


@pytest.mark.usefixtures("locked_order")
async def test_a_slow_database_is_an_unavailable_crm(db: Database) -> None:
    impatient = SqlCrm(db, now=lambda: NOW, timeout_seconds=0.2)
    started = time.monotonic()
    with pytest.raises(CrmUnavailable):
        await impatient.cancel_order(SAM, "FW-200102")
    assert time.monotonic() - started < 2
    assert (await impatient.order(SAM, "FW-200102")).number == "FW-200102"  # the connection is fine


@pytest.mark.usefixtures("locked_order")
async def test_the_databases_own_time_limit_is_an_unavailable_crm(database_url: str) -> None:
    db = Database(database_url, statement_timeout_seconds=0.2)
    with pytest.raises(CrmUnavailable):
        await SqlCrm(db, now=lambda: NOW, timeout_seconds=10).cancel_order(SAM, "FW-200102")
    await db.close()


async def test_an_absent_database_is_an_unavailable_crm() -> None:
    db = Database("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(CrmUnavailable) as caught:
        await SqlCrm(db, timeout_seconds=5).customer_by_email("jo.bright@example.com")
    assert "jo.bright" not in str(caught.value)
    await db.close()


async def test_a_broken_connection_is_replaced(crm: SqlCrm, db: Database) -> None:
    await crm.services()
    async with db.begin() as connection:
        await connection.execute(
            text(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    assert await asyncio.gather(*(crm.services() for _ in range(5)))


async def test_the_database_itself_refuses_a_double_booking(crm: SqlCrm, db: Database) -> None:
    await crm.move_appointment(RAJ, "AP-90000001", FRIDAY_AT_NINE)
    with pytest.raises(IntegrityError, match="uq_appointments_technician_booked"):
        async with db.begin() as connection:
            await connection.execute(
                text(
                    "INSERT INTO crm.appointments SELECT 'AP-1', :customer, service_id, technician, starts_at, status "
                    "FROM crm.appointments WHERE id = 'AP-90000001'"
                ),
                {"customer": EMMA},
            )
