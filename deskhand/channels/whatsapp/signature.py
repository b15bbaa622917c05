"""Whether a webhook is Meta's: the SHA-256 HMAC of its raw body, under the app's secret."""

from __future__ import annotations

import hmac
import re

HEADER = "x-hub-signature-256"

_FORM = re.compile(r"sha256=([0-9a-f]{64})", re.IGNORECASE | re.ASCII)


def has_form(signature: str) -> bool:
    """Whether it can be a signature at all. Nobody's body need be read otherwise."""
    return _FORM.fullmatch(signature) is not None


def sign(body: bytes, app_secret: str) -> str:
    return f"sha256={hmac.digest(app_secret.encode(), body, 'sha256').hex()}"


def is_genuine(body: bytes, signature: str, app_secret: str) -> bool:
    """Compared in constant time."""
    return has_form(signature) and hmac.compare_digest(sign(body, app_secret), signature.lower())
