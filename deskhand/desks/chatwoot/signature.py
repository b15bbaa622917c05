"""Whether a webhook is Chatwoot's: the SHA-256 HMAC of its time and its raw body, under the webhook's secret.

As of Chatwoot 4.13 for inboxes of kind API (4.11.2 for an account's webhooks).
"""

from __future__ import annotations

import hmac
import re

HEADER = "x-chatwoot-signature"
TIME_HEADER = "x-chatwoot-timestamp"
MOST_SECONDS = 300.0
"""How far Chatwoot's clock and ours may be apart: what is older may be a replay."""

_FORM = re.compile(r"sha256=([0-9a-f]{64})", re.ASCII)
_TIME = re.compile(r"[0-9]{1,12}", re.ASCII)


def sign(body: bytes, timestamp: str, secret: str) -> str:
    return f"sha256={hmac.digest(secret.encode(), timestamp.encode() + b'.' + body, 'sha256').hex()}"


def is_genuine(body: bytes, timestamp: str, signature: str, secret: str, *, now: float) -> bool:
    """Compared in constant time."""
    if not _FORM.fullmatch(signature) or not _TIME.fullmatch(timestamp):
        return False
    return hmac.compare_digest(sign(body, timestamp, secret), signature) and abs(now - int(timestamp)) <= MOST_SECONDS
