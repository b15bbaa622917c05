"""Passages found as if some asked questions had never been written: for fitting, which must not learn from copies."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from deskhand.store.database import Database
from deskhand.store.passages import AskedOfPassage, Found, Match, Passages, Search, Unanswered

_MORE = 60
"""So many more are fetched as are left out at most."""


class LeavingOut(Passages):
    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.left_out: Collection[str] = ()
        """The texts of asked questions."""
        self.without_any = False

    async def find(self, search: Search) -> Found:
        if self.without_any:
            return _without(await super().find(replace(search, asked=0)), search, 0, ())
        found = await super().find(replace(search, asked=search.asked + _MORE))
        return _without(found, search, search.asked, self.left_out)


def _without(found: Found, search: Search, most: int, left_out: Collection[str]) -> Found:
    """With the nearest of those that are left."""
    places = [
        (float(match.asked.vectors[at] @ search.vectors[0]), number, at)
        for number, match in enumerate(found.matches)
        if match.asked is not None
        for at, text in enumerate(match.asked.texts)
        if text not in left_out
    ]
    nearest = sorted(places, reverse=True)[:most]
    kept = [_with(match, [at for _, of, at in nearest if of == number]) for number, match in enumerate(found.matches)]
    if not most:
        kept = [replace(match, has_asked=False) for match in kept]
    return replace(found, matches=kept, unanswered=_unanswered(found, search, most, left_out))


def _with(match: Match, places: list[int]) -> Match:
    if match.asked is None or not places:
        return replace(match, asked=None)
    asked = match.asked
    return replace(
        match,
        asked=AskedOfPassage(
            tuple(asked.texts[at] for at in places), asked.vectors[places], tuple(asked.sentences[at] for at in places)
        ),
    )


def _unanswered(found: Found, search: Search, most: int, left_out: Collection[str]) -> Unanswered | None:
    if found.unanswered is None:
        return None
    texts, vectors = found.unanswered.texts, found.unanswered.vectors
    order = np.argsort(-(vectors @ search.vectors[0]), kind="stable")
    places = [int(at) for at in order if texts[at] not in left_out][:most]
    return Unanswered(tuple(texts[at] for at in places), vectors[places]) if places else None
