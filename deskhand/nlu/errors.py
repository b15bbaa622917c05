"""What can go wrong in understanding, said so that a designer or an operator can act on it."""

from __future__ import annotations

from deskhand.errors import DeskhandError


class NluError(DeskhandError):
    """The root of the errors of `deskhand.nlu`."""


class ModelFilesError(NluError):
    """A trained model's files are missing or do not fit this version of the code."""
