"""How often somebody may enter a password.

Wrong passwords for an account are counted apart for browsers that have signed in to it before (OWASP, "Slow down
online guessing attacks with device cookies"): whoever guesses at somebody's password does not lock them out.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.store.database import Database
from deskhand.store.people_tables import login_attempts

WINDOW = timedelta(minutes=15)
PER_ACCOUNT = 8
PER_DEVICE = 8
PER_ADDRESS = 60


class LoginLimits:
    def __init__(self, db: Database, key: str, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._db = db
        self._key = key.encode()
        self._now = now

    async def spend(self, email: str, address: str, device: str | None) -> int:
        """Counts one try. Returns 0 if it may be made, else how many seconds to wait."""
        now = self._now()
        async with self._db.begin() as connection:
            await connection.execute(delete(login_attempts).where(login_attempts.c.at <= now - WINDOW))
            keys = self._keys(email, address, device)
            for key, _ in keys:
                # Tries at one moment come one by one.
                await connection.execute(select(func.pg_advisory_xact_lock(int.from_bytes(key[:8], signed=True))))
            wait = max([await self._wait(connection, key, most, now) for key, most in keys])
            if wait == 0:
                await connection.execute(insert(login_attempts), [{"key": key, "at": now} for key, _ in keys])
        return wait

    async def forget(self, email: str, address: str, device: str | None) -> None:
        """The password was right: the account's count begins anew, and this try does not count for the address."""
        (account, _), (place, _) = self._keys(email, address, device)
        latest = select(func.max(login_attempts.c.at)).where(login_attempts.c.key == place).scalar_subquery()
        async with self._db.begin() as connection:
            await connection.execute(delete(login_attempts).where(login_attempts.c.key == account))
            await connection.execute(
                delete(login_attempts).where(login_attempts.c.key == place, login_attempts.c.at == latest)
            )

    async def _wait(self, connection: AsyncConnection, key: bytes, most: int, now: datetime) -> int:
        found = await connection.execute(
            select(login_attempts.c.at)
            .where(login_attempts.c.key == key)
            .order_by(login_attempts.c.at.desc())
            .limit(most)
        )
        times: Sequence[datetime] = found.scalars().all()
        if len(times) < most:
            return 0
        return max(1, math.ceil((times[-1] + WINDOW - now).total_seconds()))

    def _keys(self, email: str, address: str, device: str | None) -> list[tuple[bytes, int]]:
        account = email.strip().lower()
        by_account = (f"device {account} {device}", PER_DEVICE) if device else (f"account {account}", PER_ACCOUNT)
        return [(self._hash(words), most) for words, most in (by_account, (f"address {address}", PER_ADDRESS))]

    def _hash(self, words: str) -> bytes:
        return hmac.new(self._key, f"login {words}".encode("utf-8", "replace"), hashlib.sha256).digest()
