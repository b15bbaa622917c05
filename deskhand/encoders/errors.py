"""What can go wrong with an encoder, said so that a designer or an operator can act on it."""

from __future__ import annotations

from deskhand.errors import DeskhandError


class WeightsError(DeskhandError):
    """The encoder's weights are missing, changed or of a kind that cannot be used."""
