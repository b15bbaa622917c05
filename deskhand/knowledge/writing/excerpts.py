"""What a draft may rest on."""

from __future__ import annotations

from dataclasses import dataclass

from deskhand.knowledge.addressed import speaks_to_a_model


@dataclass(frozen=True)
class Excerpt:
    """One passage as a writer sees it."""

    title: str
    headings: tuple[str, ...]
    units: tuple[str, ...]
    """Its sentences and steps, in order."""

    @property
    def head(self) -> str:
        return " – ".join((self.title, *self.headings))

    @property
    def text(self) -> str:
        return " ".join((self.head, *self.units))

    def without_commands(self) -> Excerpt:
        """The excerpt without what is written for a language model and not for a customer."""
        return Excerpt(self.title, self.headings, tuple(unit for unit in self.units if not speaks_to_a_model(unit)))
