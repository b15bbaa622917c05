"""One file of the folder of articles, with what stands beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote, urljoin

from deskhand.knowledge.articles import ArticleError
from deskhand.knowledge.front_matter import FIELDS, FrontMatter, read_fields

SIDECAR_SUFFIX = ".yml"
"""Added to a file's whole name: `guide.pdf.yml` has what `guide.pdf` cannot say of itself."""
DEFAULTS_FILE = "folder.yml"
"""What holds for every file in its folder and below."""
SITE = "site"
"""Of the defaults: where the folder's pages stand on the web."""


@dataclass(frozen=True)
class Defaults:
    """What the files called `folder.yml` above a file say; the nearest one counts."""

    values: Mapping[str, Any] = field(default_factory=dict)
    site: str | None = None
    folder: Path | None = None
    """The folder that `site` is the address of."""

    def under(self, folder: Path, content: str) -> Defaults:
        """With those of a folder below. Raises `ArticleError`."""
        file = folder / DEFAULTS_FILE
        found = read_fields(file, content.splitlines(), 1, (*FIELDS, SITE))
        own = dict(found.values)
        for name in ("title", "url"):
            if name in own:
                raise ArticleError(file, found.where(name)[1], f"{name} can't be the same for all files of a folder.")
        site = own.pop(SITE, None)
        if site is not None and not str(site).startswith(("https://", "http://")):
            raise ArticleError(file, found.where(SITE)[1], f"{str(site)!r} isn't a web address (https://…).")
        return Defaults(
            {**self.values, **own},
            self.site if site is None else str(site),
            self.folder if site is None else folder,
        )


NO_DEFAULTS = Defaults()


@dataclass(frozen=True)
class SourceFile:
    file: Path
    content: bytes
    sidecar: bytes | None = None
    defaults: Defaults = NO_DEFAULTS

    @property
    def sidecar_file(self) -> Path:
        return self.file.with_name(self.file.name + SIDECAR_SUFFIX)

    def described(self, own: FrontMatter | None) -> FrontMatter:
        """All that is said of the article: by its sidecar first, then by the file itself, then by its folder.

        Raises `ArticleError`.
        """
        beside = self._beside()
        places = [place for place in (beside, own) if place is not None]
        values = dict(self.defaults.values)
        for place in reversed(places):
            values |= place.values
        if "url" not in values and (address := self._address()):
            values["url"] = address

        def where(name: str) -> tuple[Path, int]:
            for place in places:
                if name in place.values:
                    return place.where(name)
            return places[-1].where(name) if places else (self.sidecar_file, 1)

        return FrontMatter(self.file, values, where)

    def _beside(self) -> FrontMatter | None:
        if self.sidecar is None:
            return None
        try:
            text = self.sidecar.decode("utf-8-sig")
        except UnicodeDecodeError as exc:
            raise ArticleError(self.sidecar_file, 1, f"the file can't be read as UTF-8 text ({exc}).") from exc
        return read_fields(self.sidecar_file, text.splitlines(), 1)

    def _address(self) -> str | None:
        """Where the file stands on the web, if its folder says where that is."""
        if self.defaults.site is None or self.defaults.folder is None:
            return None
        path = PurePosixPath(self.file.relative_to(self.defaults.folder).as_posix())
        if path.suffix.lower() in {".md", ".markdown"}:
            path = path.with_suffix("")
        return urljoin(self.defaults.site.rstrip("/") + "/", quote(str(path)))
