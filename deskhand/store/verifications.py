"""Who a conversation is with, as far as it was proven: the record that actions go by."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.conversation.identity import (
    CODE_LASTS,
    CODES_PER_CONVERSATION,
    CODES_PER_CUSTOMER_AND_HOUR,
    EMAIL_FAILURES_COUNT_FOR,
    MAX_FAILURES_PER_EMAIL,
    IdentityRecord,
)
from deskhand.settings import get_settings
from deskhand.store.database import Database
from deskhand.store.errors import TooManyCodes
from deskhand.store.rows import AnyRow
from deskhand.store.tables import identity_failures, one_time_codes, verifications

__all__ = ["ClaimedTry", "TooManyCodes", "Verifications"]

CODE_DIGITS = 6

# Of failures at the same moment just one.
_FORGET_ONE = text(
    """
    DELETE FROM deskhand.identity_failures WHERE ctid = (
        SELECT ctid FROM deskhand.identity_failures WHERE key = :key AND at = :at LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    """
)


@dataclass(frozen=True)
class ClaimedTry:
    """A try that counts as failed until it turns out to be right."""

    key: bytes
    at: datetime


class Verifications:
    """One identity record for each conversation. A conversation is named by its Rasa sender id."""

    def __init__(
        self,
        db: Database,
        *,
        key: bytes | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._db = db
        self._given_key = key
        self._now = now

    async def get(self, conversation_id: str | UUID) -> IdentityRecord:
        async with self._db.begin() as connection:
            found = await connection.execute(
                select(verifications).where(verifications.c.conversation_id == str(conversation_id))
            )
            row = found.one_or_none()
        return _record(row) if row is not None else IdentityRecord()

    async def record_match(
        self, conversation_id: str | UUID, customer_id: str, claimed: ClaimedTry | None = None
    ) -> IdentityRecord:
        """Two facts matched this customer, by a try that is no failure then. What was proven of another customer is
        forgotten."""
        async with self._db.begin() as connection:
            record = await self._locked(connection, conversation_id)
            if claimed is not None:
                await _forget(connection, claimed)
            confirmed_at = record.confirmed_at if record.customer_id == customer_id else None
            return await self._write(
                connection,
                conversation_id,
                customer_id=customer_id,
                matched_at=self._now(),
                confirmed_at=confirmed_at,
            )

    async def may_try(self, email: str) -> bool:
        """Whether facts may still be tried with this email, after the failures in all conversations.

        The answer is the same for an email that no customer has.
        """
        async with self._db.begin() as connection:
            return await self._tries_left(connection, self._email_hash(email))

    async def claim_try(self, email: str) -> ClaimedTry | None:
        """One try of facts with this email, or None after too many failures in all conversations.

        It counts as a failure from now on: however many are tried at one moment, no more than the limit are. Give it
        to `record_match` when the facts were right, and to `give_back` when nobody could tell.
        """
        claimed = ClaimedTry(self._email_hash(email), self._now())
        async with self._db.begin() as connection:
            lock = func.hashtextextended(claimed.key.hex(), 1)
            await connection.execute(select(func.pg_advisory_xact_lock(lock)))
            if not await self._tries_left(connection, claimed.key):
                return None
            await self._note_failure(connection, claimed)
        return claimed

    async def give_back(self, claimed: ClaimedTry) -> None:
        """The try was not made after all."""
        async with self._db.begin() as connection:
            await _forget(connection, claimed)

    async def record_failure(self, conversation_id: str | UUID) -> IdentityRecord:
        """The facts did not match, or were not even tried."""
        async with self._db.begin() as connection:
            record = await self._locked(connection, conversation_id)
            return await self._write(connection, conversation_id, failures=record.failures + 1)

    async def issue_code(self, conversation_id: str | UUID, customer_id: str | None) -> str:
        """A new code for the email on file, which replaces the one before.

        With no customer (the email is unknown) it behaves the same, and the code is never right. Raises
        `TooManyCodes`.
        """
        code = "".join(secrets.choice("0123456789") for _ in range(CODE_DIGITS))
        now = self._now()
        async with self._db.begin() as connection:
            await self._locked(connection, conversation_id)
            await self._check_rate(connection, str(conversation_id), customer_id, now)
            await connection.execute(
                insert(one_time_codes).values(
                    id=uuid4(),
                    conversation_id=str(conversation_id),
                    customer_id=customer_id,
                    code_hash=self._hash(conversation_id, code),
                    issued_at=now,
                    expires_at=now + CODE_LASTS,
                )
            )
        return code

    async def check_code(self, conversation_id: str | UUID, code: str) -> bool:
        """Whether this is the newest code of this conversation, in time and for the first time.

        A wrong one counts as a failure. After too many failures the answer is always no.
        """
        now = self._now()
        async with self._db.begin() as connection:
            record = await self._locked(connection, conversation_id)
            if record.locked:
                return False
            newest = await self._newest_code(connection, str(conversation_id))
            if newest is None or not self._is_right(newest, conversation_id, code, now):
                await self._write(connection, conversation_id, failures=record.failures + 1)
                return False
            await connection.execute(update(one_time_codes).where(one_time_codes.c.id == newest.id).values(used_at=now))
            await self._write(
                connection,
                conversation_id,
                customer_id=newest.customer_id,
                matched_at=now,
                confirmed_at=now,
            )
            return True

    def _is_right(self, newest: AnyRow, conversation_id: object, code: str, now: datetime) -> bool:
        same = hmac.compare_digest(newest.code_hash, self._hash(conversation_id, code))
        return same and newest.customer_id is not None and newest.used_at is None and now < newest.expires_at

    async def _newest_code(self, connection: AsyncConnection, conversation_id: str) -> AnyRow | None:
        found = await connection.execute(
            select(one_time_codes)
            .where(one_time_codes.c.conversation_id == conversation_id)
            .order_by(one_time_codes.c.issued_at.desc(), one_time_codes.c.id)
            .limit(1)
        )
        return found.one_or_none()

    async def _check_rate(
        self, connection: AsyncConnection, conversation_id: str, customer_id: str | None, now: datetime
    ) -> None:
        codes = select(func.count()).select_from(one_time_codes)
        issued = await connection.scalar(codes.where(one_time_codes.c.conversation_id == conversation_id))
        if issued is not None and issued >= CODES_PER_CONVERSATION:
            raise TooManyCodes("conversation")
        if customer_id is None:
            return
        # Conversations that ask for one customer's codes at the same moment take turns here.
        await connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(customer_id, 0))))
        recently = one_time_codes.c.issued_at > now - timedelta(hours=1)
        issued = await connection.scalar(codes.where(one_time_codes.c.customer_id == customer_id, recently))
        if issued is not None and issued >= CODES_PER_CUSTOMER_AND_HOUR:
            raise TooManyCodes("customer")

    async def _tries_left(self, connection: AsyncConnection, key: bytes) -> bool:
        failures = await connection.scalar(
            select(func.count())
            .select_from(identity_failures)
            .where(identity_failures.c.key == key, identity_failures.c.at > self._now() - EMAIL_FAILURES_COUNT_FOR)
        )
        return (failures or 0) < MAX_FAILURES_PER_EMAIL

    async def _note_failure(self, connection: AsyncConnection, claimed: ClaimedTry) -> None:
        await connection.execute(
            delete(identity_failures).where(identity_failures.c.at <= self._now() - EMAIL_FAILURES_COUNT_FOR)
        )
        await connection.execute(insert(identity_failures).values(key=claimed.key, at=claimed.at))

    async def _locked(self, connection: AsyncConnection, conversation_id: str | UUID) -> IdentityRecord:
        """The record, made if it is missing, and held until the transaction ends: tries come one by one."""
        await connection.execute(
            upsert(verifications).values(conversation_id=str(conversation_id)).on_conflict_do_nothing()
        )
        found = await connection.execute(
            select(verifications)
            .where(verifications.c.conversation_id == str(conversation_id))
            .with_for_update(key_share=True)
        )
        return _record(found.one())

    async def _write(
        self, connection: AsyncConnection, conversation_id: str | UUID, **changes: object
    ) -> IdentityRecord:
        changed = await connection.execute(
            update(verifications)
            .where(verifications.c.conversation_id == str(conversation_id))
            .values(**changes)
            .returning(verifications)
        )
        return _record(changed.one())

    def _hash(self, conversation_id: object, code: str) -> bytes:
        return self._keyed_hash(f"{conversation_id}:{code.strip()}")

    def _email_hash(self, email: str) -> bytes:
        # Emails that the CRM takes for the same count as the same.
        return self._keyed_hash(f"identity failure:{''.join(email.split()).casefold()}")

    def _keyed_hash(self, text: str) -> bytes:
        key = self._given_key or get_settings().code_key.get_secret_value().encode()
        return hmac.new(key, text.encode(), hashlib.sha256).digest()


async def _forget(connection: AsyncConnection, claimed: ClaimedTry) -> None:
    await connection.execute(_FORGET_ONE, {"key": claimed.key, "at": claimed.at})


def _record(row: AnyRow) -> IdentityRecord:
    return IdentityRecord(row.customer_id, row.matched_at, row.confirmed_at, row.failures)
