"""Who we are speaking with, as far as it was proven. Pure rules over the record that the store keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

MAX_FAILURES = 3
"""After so many wrong facts or codes there are no more tries in this conversation."""
MAX_FAILURES_PER_EMAIL = 10
EMAIL_FAILURES_COUNT_FOR = timedelta(hours=24)
"""Wrong facts said with one email address count for so long, whichever conversation they were said in."""
MATCH_LASTS = timedelta(hours=12)
CODE_PROOF_LASTS = timedelta(minutes=30)
CODE_LASTS = timedelta(minutes=10)
CODES_PER_CONVERSATION = 3
CODES_PER_CUSTOMER_AND_HOUR = 5


class Proof(IntEnum):
    """How sure we are. Each level includes the ones below."""

    NONE = 0
    MATCHED = 1
    """Two facts matched: enough to read."""
    CONFIRMED = 2
    """A code sent to the email on file came back: enough to change the account or move money."""


@dataclass(frozen=True)
class IdentityRecord:
    """What the database knows of one conversation. Slots never count."""

    customer_id: str | None = None
    matched_at: datetime | None = None
    confirmed_at: datetime | None = None
    failures: int = 0

    @property
    def locked(self) -> bool:
        return self.failures >= MAX_FAILURES

    def proof(self, now: datetime) -> Proof:
        if self.customer_id is None or self.locked:
            return Proof.NONE
        if self.confirmed_at is not None and now - self.confirmed_at < CODE_PROOF_LASTS:
            return Proof.CONFIRMED
        if self.matched_at is not None and now - self.matched_at < MATCH_LASTS:
            return Proof.MATCHED
        return Proof.NONE
