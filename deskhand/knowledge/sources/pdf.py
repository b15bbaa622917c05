"""PDF files: their text as Markdown, with headings, numbered steps and tables.

What an article needs and a PDF cannot say stands beside it: `guide.pdf.yml` has the front matter of `guide.pdf`.
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterator

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.page import Page

from deskhand.knowledge.articles import Article, ArticleError, EmptyArticle
from deskhand.knowledge.sources.pdf_lines import Line, Row, furniture, lines_of
from deskhand.knowledge.sources.pdf_text import as_markdown
from deskhand.knowledge.sources.source_file import SourceFile

MOST_SECONDS = 120.0
"""Reading one file takes no longer: there are files that keep any reader busy for hours."""


def read_pdf(source: SourceFile) -> Article:
    """Raises `ArticleError` for a file that is encrypted, scanned, empty or broken, or without its sidecar."""
    if source.sidecar is None:
        name = source.sidecar_file.name
        raise ArticleError(source.file, 1, f"a PDF needs a file {name!r} beside it with its title, url and audience.")
    front = source.described(None)
    try:
        with pdfplumber.open(io.BytesIO(source.content), laparams={"boxes_flow": 0.5}) as document:
            pages = list(_read(source, document.pages))
    except ArticleError:
        raise
    except Exception as exc:  # the libraries below raise nothing more exact
        raise ArticleError(source.file, 1, _why(exc)) from exc
    has_text = any(line.text for lines in pages for line in lines if isinstance(line, Line))
    if not has_text:
        raise EmptyArticle(
            source.file, 1, "the PDF has no text. If its pages are pictures (a scan), add a text layer with OCR first."
        )
    return front.article(as_markdown(pages, furniture(pages)))


def _read(source: SourceFile, pages: list[Page]) -> Iterator[list[Line | Row]]:
    began = time.monotonic()
    for page in pages:
        if time.monotonic() - began > MOST_SECONDS:
            problem = f"the PDF takes more than {MOST_SECONDS:.0f} seconds to read. Make smaller ones of its parts."
            raise ArticleError(source.file, 1, problem)
        yield lines_of(page)
        page.close()  # lets go of what was kept of it


def _why(exc: Exception) -> str:
    causes = [exc, exc.__cause__, *exc.args]
    if any(isinstance(cause, PDFPasswordIncorrect) for cause in causes):
        return "the PDF is encrypted: it opens with a password only. Save it without."
    return f"the PDF is broken ({type(exc).__name__}: {exc}). Export it anew."
