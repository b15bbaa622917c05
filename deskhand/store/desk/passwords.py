"""Passwords of agents: Argon2id, as argon2-cffi recommends it (RFC 9106, the second choice)."""

from __future__ import annotations

import asyncio
import secrets
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from deskhand.errors import DeskhandError

SHORTEST, LONGEST = 12, 200
# Without 0, O, 1, l and the like: it is read from a screen and typed.
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP_LENGTH = 4, 5


class WeakPassword(DeskhandError):
    """The password is too short, too long, or says who it belongs to."""


def one_time_password() -> str:
    """Four groups of five letters and digits: 99 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS))


def check_strength(password: str, *, email: str, name: str) -> None:
    """Raises `WeakPassword`. Length is what counts (NIST SP 800-63B): no rules about digits and signs."""
    if len(password) < SHORTEST:
        raise WeakPassword("The password must have at least 12 characters.")
    if len(password) > LONGEST:
        raise WeakPassword("The password must have at most 200 characters.")
    plain = password.casefold()
    if len(set(plain)) < 5 or plain in {email.casefold(), name.casefold()}:
        raise WeakPassword("The password is too easy to guess.")


class Passwords:
    """Making and checking hashes, beside the event loop: one takes some 50 milliseconds and 64 MB."""

    def __init__(self, hasher: PasswordHasher | None = None, *, at_once: int = 4) -> None:
        self._hasher = hasher or PasswordHasher()
        # So that a rush of guesses cannot fill the memory.
        self._places = asyncio.Semaphore(at_once)

    async def hashed(self, password: str) -> str:
        async with self._places:
            return await asyncio.to_thread(self._hasher.hash, _bytes(password))

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Whether it is the right one. Without a hash it takes as long, so that nobody learns who has an account."""
        async with self._places:
            return await asyncio.to_thread(self._verify, password_hash, password[: LONGEST + 1])

    def is_outdated(self, password_hash: str) -> bool:
        """Whether it was made with less work than today's."""
        return self._hasher.check_needs_rehash(password_hash)

    def _verify(self, password_hash: str | None, password: str) -> bool:
        try:
            right = self._hasher.verify(password_hash or _nobodys(self._hasher), _bytes(password))
        except (VerificationError, InvalidHashError):
            return False
        return right and password_hash is not None


def _bytes(password: str) -> bytes:
    # Keyboards of different systems write the same letter in different ways.
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


@cache
def _nobodys(hasher: PasswordHasher) -> str:
    return hasher.hash(secrets.token_urlsafe(32))
