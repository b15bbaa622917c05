"""The root of every error that Deskhand raises on purpose."""

from __future__ import annotations


class DeskhandError(Exception):
    """Something went wrong that a person can understand and act on.

    The message says what is wrong, where, and what to do. It never holds personal data or secrets, because
    it is printed and logged.
    """
