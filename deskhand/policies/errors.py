"""What can go wrong in deciding."""

from __future__ import annotations

from deskhand.errors import DeskhandError


class PolicyError(DeskhandError):
    """A policy's stored files are missing or do not fit this version of the code."""
