"""Files that articles are read from: Markdown, HTML, PDF. Each becomes an `Article`, its text as Markdown."""

from __future__ import annotations

from deskhand.knowledge.articles import Article, ArticleError
from deskhand.knowledge.sources.source_file import SourceFile

MARKDOWN = frozenset({".md", ".markdown"})
HTML = frozenset({".html", ".htm", ".xhtml"})
PDF = frozenset({".pdf"})
READABLE = MARKDOWN | HTML | PDF


def read(source: SourceFile) -> Article:
    """The article in the file. Raises `ArticleError`; nothing else, whatever the file holds."""
    kind = source.file.suffix.lower()
    try:
        # Each parser is loaded for the first file of its kind.
        if kind in HTML:
            from deskhand.knowledge.sources.html import read_html

            return read_html(source)
        if kind in PDF:
            from deskhand.knowledge.sources.pdf import read_pdf

            return read_pdf(source)
        from deskhand.knowledge.sources.markdown import read_markdown

        return read_markdown(source)
    except ArticleError:
        raise
    except Exception as exc:  # one broken file must not stop the others, and parsers break in many ways
        problem = f"the file can't be read ({type(exc).__name__}: {exc}). Is it whole?"
        raise ArticleError(source.file, 1, problem) from exc
