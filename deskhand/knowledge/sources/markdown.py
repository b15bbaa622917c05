"""Markdown files with front matter, as writers keep them under `knowledge/`."""

from __future__ import annotations

from pathlib import Path

from deskhand.knowledge.articles import FENCE, Article, ArticleError, EmptyArticle
from deskhand.knowledge.front_matter import read_fields
from deskhand.knowledge.sources.source_file import SourceFile


def read_article(file: Path) -> Article:
    """Reads one file, without what stands beside it. Raises `ArticleError`."""
    try:
        content = file.read_bytes()
    except OSError as exc:
        raise ArticleError(file, 1, f"the file can't be read ({exc.strerror}).") from exc
    return read_markdown(SourceFile(file, content))


def read_articles(folder: Path) -> list[Article]:
    """Every `*.md` file in the folder and below, in the order of their paths. Raises `ArticleError`."""
    if not folder.is_dir():
        raise ArticleError(folder, 1, "there is no such folder of articles.")
    return [read_article(file) for file in sorted(folder.rglob("*.md"))]


def read_markdown(source: SourceFile) -> Article:
    """Raises `ArticleError` when the front matter is missing, malformed or incomplete."""
    file = source.file
    try:
        lines = source.content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as exc:
        line = source.content.count(b"\n", 0, exc.start) + 1
        raise ArticleError(file, line, f"the file can't be read as UTF-8 text ({exc}).") from exc
    end = _end_of_front_matter(file, lines)
    front = source.described(read_fields(file, lines[1:end], 2))
    body = "\n".join(lines[end + 1 :])
    if not body.strip():
        raise EmptyArticle(file, end + 2, "the article is empty.")
    blank = len(body) - len(body.lstrip())
    front.require("valid_from")
    return front.article(body.strip(), first_line=end + 2 + body.count("\n", 0, blank))


def _end_of_front_matter(file: Path, lines: list[str]) -> int:
    if not lines or lines[0].rstrip() != FENCE:
        raise ArticleError(file, 1, "an article begins with a line '---' and its title, url and audience.")
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() == FENCE:
            return number
    raise ArticleError(file, len(lines), "the front matter has no closing line '---'.")
