"""Identity records and mail in memory, by the same rules as the real ones. For tests of actions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from deskhand.conversation.identity import (
    CODE_LASTS,
    CODES_PER_CONVERSATION,
    EMAIL_FAILURES_COUNT_FOR,
    MAX_FAILURES_PER_EMAIL,
    IdentityRecord,
)
from deskhand.mail import MailNotSent
from deskhand.store.errors import TooManyCodes


class FakeVerifications:
    """The codes are 100001, 100002 and so on."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.records: dict[str, IdentityRecord] = {}
        self._codes: dict[str, list[tuple[str, str | None, datetime]]] = {}
        self._issued = 100000
        self._email_failures: list[tuple[str, datetime]] = []

    async def get(self, conversation_id: str) -> IdentityRecord:
        return self.records.get(conversation_id, IdentityRecord())

    async def record_match(
        self, conversation_id: str, customer_id: str, claimed: tuple[str, datetime] | None = None
    ) -> IdentityRecord:
        if claimed is not None:
            await self.give_back(claimed)
        known = await self.get(conversation_id)
        kept = known.confirmed_at if known.customer_id == customer_id else None
        return self._keep(
            conversation_id,
            replace(known, customer_id=customer_id, matched_at=self._now(), confirmed_at=kept),
        )

    async def may_try(self, email: str) -> bool:
        since = self._now() - EMAIL_FAILURES_COUNT_FOR
        failures = sum(key == _key(email) and at > since for key, at in self._email_failures)
        return failures < MAX_FAILURES_PER_EMAIL

    async def claim_try(self, email: str) -> tuple[str, datetime] | None:
        if not await self.may_try(email):
            return None
        self._email_failures.append((_key(email), self._now()))
        return self._email_failures[-1]

    async def give_back(self, claimed: tuple[str, datetime]) -> None:
        self._email_failures.remove(claimed)

    async def record_failure(self, conversation_id: str) -> IdentityRecord:
        known = await self.get(conversation_id)
        return self._keep(conversation_id, replace(known, failures=known.failures + 1))

    def _keep(self, conversation_id: str, record: IdentityRecord) -> IdentityRecord:
        self.records[conversation_id] = record
        return record

    async def issue_code(self, conversation_id: str, customer_id: str | None) -> str:
        issued = self._codes.setdefault(conversation_id, [])
        if len(issued) >= CODES_PER_CONVERSATION:
            raise TooManyCodes("conversation")
        self._issued += 1
        issued.append((str(self._issued), customer_id, self._now()))
        return str(self._issued)

    async def check_code(self, conversation_id: str, code: str) -> bool:
        record = await self.get(conversation_id)
        issued = self._codes.get(conversation_id)
        if record.locked or not issued:
            return False
        right, customer_id, at = issued[-1]
        if code != right or customer_id is None or self._now() - at >= CODE_LASTS:
            await self.record_failure(conversation_id)
            return False
        now = self._now()
        self._keep(
            conversation_id,
            replace(record, customer_id=customer_id, matched_at=now, confirmed_at=now),
        )
        return True


def _key(email: str) -> str:
    return "".join(email.split()).casefold()


class FakeMailer:
    """Keeps what was sent, as (to, subject, text). Set `down` to have it fail."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, str]] = []
        self.down = False

    async def send(self, to: str, subject: str, text: str) -> None:
        if self.down:
            raise MailNotSent("The mail server does not answer.")
        self.sent.append((to, subject, text))
