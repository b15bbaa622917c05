"""What must be stored of asked questions, and what forgotten, so that the database has what the files say."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from deskhand.knowledge.articles import ArticleError
from deskhand.knowledge.asked.files import AskedEntry, AskedFiles
from deskhand.knowledge.asked.places import METHOD, Place, find
from deskhand.knowledge.passages import Passage, passages_of
from deskhand.knowledge.sources import read
from deskhand.knowledge.sources.folder import ASKED, load
from deskhand.knowledge.sources.reading import Reading
from deskhand.store.asked import KnownAsked, NewAsked

if TYPE_CHECKING:
    from deskhand.knowledge.embedding import Vector

_MADE_BY = 1
"""How rows are made. A new number means that all are made anew."""


@dataclass(frozen=True)
class Draft:
    """A row that is to be stored, without its vector."""

    digest: str
    source: str
    text: str
    article: str | None
    near: str | None
    place: Place | None

    def with_vector(self, vector: Vector) -> NewAsked:
        place = self.place
        return NewAsked(
            self.digest,
            self.source,
            self.text,
            self.article,
            self.near,
            place.position if place else None,
            place.sentences if place else None,
            vector,
        )


@dataclass
class Plan:
    drafts: list[Draft] = field(default_factory=list)
    remove: list[str] = field(default_factory=list)
    """Digests of rows."""
    added: int = 0
    removed: int = 0
    unchanged: int = 0
    """Questions, of which one may be several rows."""

    @property
    def texts(self) -> list[str]:
        return list(dict.fromkeys(draft.text for draft in self.drafts))


def make_plan(
    asked: AskedFiles, reading: Reading, *, articles: Mapping[str, str], stored: Sequence[KnownAsked], maker: str
) -> Plan:
    """`articles` are the digests of those that there will be, by their sources; `stored`, what there is."""
    wanted = _wanted(asked, articles, maker)
    deferred = set(reading.failed)
    present = {each.source for each in reading.listing.files}
    deferred |= {source for source in articles if source not in present}
    known = {each.digest for each in stored}
    # What can't be read now keeps what it said before.
    kept = {each.digest for each in stored if _is_unread(each.source, asked.failed) or each.article in deferred}
    missing = {
        digest: place for digest, place in wanted.items() if digest not in known and place[0].article not in deferred
    }
    remove = known - wanted.keys() - kept
    plan = Plan(remove=sorted(remove), removed=len(remove), added=len(missing), unchanged=len(known - remove))
    passages: dict[str, list[Passage]] = {each.source: list(each.passages) for each in reading.articles}
    for digest, (entry, text) in missing.items():
        places = _places(entry, passages, reading) if entry.article in articles else (None,)
        plan.drafts += [Draft(digest, entry.source, text, entry.article, entry.near, place) for place in places]
    return plan


def is_behind(asked: AskedFiles, *, articles: Mapping[str, str], stored: Sequence[KnownAsked], maker: str) -> bool:
    """Whether there would be anything in a plan, as long as the articles are as they are stored."""
    return bool(asked.errors) or _wanted(asked, articles, maker).keys() != {each.digest for each in stored}


def _wanted(asked: AskedFiles, articles: Mapping[str, str], maker: str) -> dict[str, tuple[AskedEntry, str]]:
    """By the digest of everything that its rows are made from."""
    return {
        _digest(entry, question.text, articles.get(entry.article or "", ""), maker): (entry, question.text)
        for entry in asked.entries
        for question in entry.questions
    }


def _digest(entry: AskedEntry, text: str, article_digest: str, maker: str) -> str:
    made_by = f"{METHOD} {_MADE_BY} {maker}"
    parts = (made_by, entry.source, entry.article or "", entry.near or "", entry.answer, text, article_digest)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _places(entry: AskedEntry, passages: dict[str, list[Passage]], reading: Reading) -> Sequence[Place | None]:
    if entry.article is None:
        return (None,)
    if entry.article not in passages:
        passages[entry.article] = _passages(entry.article, reading)
    return find(entry.answer, passages[entry.article]).places or (None,)


def _passages(source: str, reading: Reading) -> list[Passage]:
    """Of an article that did not change, and so was not read."""
    listed = next((each for each in reading.listing.files if each.source == source), None)
    try:
        return passages_of(read(load(listed))) if listed else []
    except ArticleError:  # it changed this very moment: the next sync sees it
        return []


def _is_unread(source: str, failed: Sequence[str]) -> bool:
    return source in failed or ASKED in failed


def rows_of(plan: Plan, vectors: Mapping[str, Vector]) -> Iterator[NewAsked]:
    return (draft.with_vector(vectors[draft.text]) for draft in plan.drafts)
