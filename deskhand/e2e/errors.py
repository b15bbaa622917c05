"""What can go wrong with the tests themselves, as opposed to what they test."""

from __future__ import annotations

from deskhand.errors import DeskhandError


class BadTestFile(DeskhandError):
    """A test file that cannot be understood. The message says where, what is wrong and what to do."""


class NoSuchTest(DeskhandError):
    """A path or a name that selects no test."""


class StackNotStarted(DeskhandError):
    """The assistant or the action server did not get ready."""


class ChatNotReachable(DeskhandError):
    """The web chat under test does not answer as a web chat does."""
