"""What can go wrong here because of something outside of the code."""

from deskhand.errors import DeskhandError


class BenchmarkError(DeskhandError):
    """The root of this part's errors."""


class DataMissing(BenchmarkError):
    """A data set is not where it should be, or is not what it should be."""


class SideFailed(BenchmarkError):
    """Training or parsing failed on one of the two sides."""
