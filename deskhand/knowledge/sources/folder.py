"""A folder of articles, walked whole. One bad file or folder never stops the others."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from deskhand.errors import DeskhandError
from deskhand.knowledge.articles import ArticleError
from deskhand.knowledge.sources import PDF, READABLE
from deskhand.knowledge.sources.source_file import DEFAULTS_FILE, NO_DEFAULTS, SIDECAR_SUFFIX, Defaults, SourceFile

ASKED = "asked"
"""The folder, right below that of the articles, of what customers ask: no articles are in it."""
MOST_BYTES = 10 * 2**20
"""Of a Markdown or HTML file. Larger ones are no articles but mistakes, and would take minutes to read."""
MOST_BYTES_OF_PDF = 80 * 2**20
_MEGABYTE = 2**20


class NoArticles(DeskhandError):
    """There is no such folder of articles."""


@dataclass(frozen=True)
class Listed:
    """A file that looks like an article."""

    source: str
    """Its path below the folder, with slashes."""
    file: Path
    defaults: Defaults


@dataclass
class Listing:
    files: list[Listed] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    """The paths of files that are no articles, such as pictures: articles may link to them."""
    errors: list[ArticleError] = field(default_factory=list)
    """Of folders, and of names that can't be used."""
    unseen: list[str] = field(default_factory=list)
    """The sources of folders that could not be looked into: what they had before is not gone."""

    def is_unseen(self, source: str) -> bool:
        return any(source.startswith(f"{folder}/") or not folder for folder in self.unseen)


def list_folder(root: Path) -> Listing:
    """What there is below the folder, in the order of the paths. Names that begin with a dot are left out.

    Links to other folders are followed, each folder being visited once. Raises `NoArticles`.
    """
    if not root.is_dir():
        raise NoArticles(f"There is no folder {root} with articles. Go to the folder of your assistant first.")
    listing = Listing()
    _list(root, "", NO_DEFAULTS, listing, set())
    return listing


def load(listed: Listed) -> SourceFile:
    """The file with what stands beside it. Raises `ArticleError`."""
    most = MOST_BYTES_OF_PDF if listed.file.suffix.lower() in PDF else MOST_BYTES
    beside = listed.file.with_name(listed.file.name + SIDECAR_SUFFIX)
    sidecar = content_of(beside, MOST_BYTES) if beside.exists() else None
    return SourceFile(listed.file, content_of(listed.file, most), sidecar, listed.defaults)


def _list(folder: Path, source: str, defaults: Defaults, listing: Listing, visited: set[tuple[int, int]]) -> None:
    try:
        status = folder.stat()
        if (status.st_dev, status.st_ino) in visited:
            return
        visited.add((status.st_dev, status.st_ino))
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        defaults = _defaults(folder, defaults)
    except OSError as exc:
        listing.unseen.append(source)
        listing.errors.append(ArticleError(folder, 1, f"the folder can't be read ({exc.strerror})."))
        return
    except ArticleError as exc:
        # Its articles might be meant for the business's own people only: better none of them.
        listing.unseen.append(source)
        listing.errors.append(exc)
        return
    for entry in entries:
        _list_entry(entry, f"{source}/{entry.name}" if source else entry.name, defaults, listing, visited)


def _list_entry(
    entry: os.DirEntry[str], source: str, defaults: Defaults, listing: Listing, visited: set[tuple[int, int]]
) -> None:
    file = Path(entry.path)
    if entry.name.startswith(".") or (source == ASKED and _is_folder(entry)):
        return
    if _is_folder(entry):
        _list(file, source, defaults, listing, visited)
    elif file.suffix.lower() in READABLE:
        try:
            source.encode()
        except UnicodeEncodeError:
            listing.errors.append(ArticleError(file, 1, "the file's name isn't UTF-8. Give it another one."))
        else:
            listing.files.append(Listed(source, file, defaults))
    else:
        listing.others.append(source)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself: reading it will say so
        return False


def _defaults(folder: Path, above: Defaults) -> Defaults:
    file = folder / DEFAULTS_FILE
    if not file.exists():
        return above
    try:
        return above.under(folder, content_of(file, MOST_BYTES).decode("utf-8-sig"))
    except UnicodeDecodeError as exc:
        raise ArticleError(file, 1, f"the file can't be read as UTF-8 text ({exc}).") from exc


def content_of(file: Path, most: int) -> bytes:
    """What is in the file. Raises `ArticleError`, also when it has more than `most` bytes."""
    try:
        status = file.stat()
        # A pipe, for one, would be waited for without end.
        if not stat.S_ISREG(status.st_mode):
            raise ArticleError(file, 1, "this is no file that can be read.")
        if status.st_size > most:
            size, limit = status.st_size / _MEGABYTE, most // _MEGABYTE
            raise ArticleError(file, 1, f"the file has {size:.0f} MB; at most {limit} MB are read. Make it smaller.")
        return file.read_bytes()
    except OSError as exc:
        raise ArticleError(file, 1, f"the file can't be read ({exc.strerror}).") from exc
