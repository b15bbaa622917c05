"""The folder of articles, read: what is new or changed, cut into passages, and what could not be read."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deskhand.knowledge.articles import Article, ArticleError, EmptyArticle
from deskhand.knowledge.passages import FORMAT, Passage, passages_of
from deskhand.knowledge.problems import Kind, Problem
from deskhand.knowledge.sources import read
from deskhand.knowledge.sources.folder import Listed, Listing, list_folder, load
from deskhand.knowledge.sources.source_file import SourceFile

Told = Callable[[int, int], None]
"""Is told how many are done, and of how many."""


@dataclass(frozen=True)
class ReadArticle:
    source: str
    digest: str
    article: Article
    passages: tuple[Passage, ...]


@dataclass
class Reading:
    """What was found in the folder."""

    articles: list[ReadArticle] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    """The sources whose digests are as they were; their articles are read, too, if the reading is thorough."""
    failed: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    listing: Listing = field(default_factory=Listing)
    asked: int = 0
    """How many asked questions were read beside them, where they were looked at."""

    def gone(self, known: Iterable[str]) -> list[str]:
        """The sources of which there is no longer a file, for all that could be seen."""
        present = {listed.source for listed in self.listing.files}
        return sorted(each for each in known if each not in present and not self.listing.is_unseen(each))


def read_folder(
    root: Path, *, known: Mapping[str, str], maker: str, thorough: bool, told: Told = lambda done, of: None
) -> Reading:
    """Reads the folder. `known` are the digests of what was read before, and `maker` names all else that the result
    is made by. What did not change is only read if this is to be `thorough`. Raises `NoArticles`."""
    reading = Reading(listing=list_folder(root))
    reading.problems += [problem_of(root, error) for error in reading.listing.errors]
    count = len(reading.listing.files)
    for done, listed in enumerate(reading.listing.files):
        told(done, count)
        try:
            _read(reading, root, listed, known, maker, thorough)
        except ArticleError as error:
            reading.failed.append(listed.source)
            reading.problems.append(problem_of(root, error))
    told(count, count)
    return reading


def is_behind(root: Path, *, known: Mapping[str, str], maker: str) -> bool:
    """Whether there is anything to read or to remove. Looks at the files' contents, and reads none of them as articles.

    Raises `NoArticles`.
    """
    reading = Reading(listing=list_folder(root))
    for listed in reading.listing.files:
        try:
            if known.get(listed.source) != _digest(root, load(listed), maker):
                return True
        except ArticleError:
            return True
    return bool(reading.listing.errors) or bool(reading.gone(known))


def _read(reading: Reading, root: Path, listed: Listed, known: Mapping[str, str], maker: str, thorough: bool) -> None:
    source_file = load(listed)
    digest = _digest(root, source_file, maker)
    is_unchanged = known.get(listed.source) == digest
    if is_unchanged:
        reading.unchanged.append(listed.source)
    if is_unchanged and not thorough:
        return
    article = read(source_file)
    passages = passages_of(article)
    if not passages:
        raise EmptyArticle(article.file, article.first_line, "the article has headings and nothing below them.")
    reading.articles.append(ReadArticle(listed.source, digest, article, tuple(passages)))


def _digest(root: Path, source_file: SourceFile, maker: str) -> str:
    """Of everything that an article is made from."""
    defaults = source_file.defaults
    folder = defaults.folder.relative_to(root).as_posix() if defaults.folder else None
    digest = hashlib.sha256()
    for part in (
        f"{FORMAT} {maker} {sorted(defaults.values.items())} {defaults.site} {folder}".encode(),
        source_file.sidecar or b"",
        source_file.content,
    ):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def problem_of(root: Path, error: ArticleError) -> Problem:
    """As it is reported: with the file below the folder of articles."""
    kind = Kind.EMPTY if isinstance(error, EmptyArticle) else Kind.UNREADABLE
    name = error.file.relative_to(root).as_posix() if error.file.is_relative_to(root) else str(error.file)
    # Names that aren't UTF-8 can't be printed as they are.
    return Problem(kind, name.encode("utf-8", "replace").decode(), error.line, error.problem)
