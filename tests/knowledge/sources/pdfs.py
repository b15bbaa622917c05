"""PDF files as other programs make them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib import pdfencrypt
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

BODY, BOLD = "Helvetica", "Helvetica-Bold"
LEADING = 1.25


@dataclass(frozen=True)
class Text:
    """Lines of one kind, with room above them."""

    lines: Sequence[str]
    size: float = 11
    font: str = BODY
    left: float = 60
    above: float = 12


def pdf(*pages: Sequence[Text], head: str = "", foot: str = "", password: str | None = None) -> bytes:
    """`head` and `foot` stand on each page; "#" in them is its number."""
    file = io.BytesIO()
    encryption = pdfencrypt.StandardEncryption(password) if password else None
    canvas = Canvas(file, pagesize=A4, encrypt=encryption)
    for number, page in enumerate(pages, start=1):
        canvas.setFont(BODY, 8)
        canvas.drawString(60, A4[1] - 30, head.replace("#", str(number)))
        canvas.drawCentredString(A4[0] / 2, 25, foot.replace("#", str(number)))
        top = A4[1] - 90
        for text in page:
            top -= text.above
            canvas.setFont(text.font, text.size)
            for line in text.lines:
                canvas.drawString(text.left, top, line)
                top -= text.size * LEADING
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def with_table(rows: Sequence[Sequence[str]], before: str, after: str) -> bytes:
    """A page with lines around the cells."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4)
    canvas.setFont(BODY, 11)
    canvas.drawString(60, 700, before)
    xs = [60 + 120 * at for at in range(len(rows[0]) + 1)]
    ys = [660 - 24 * at for at in range(len(rows) + 1)]
    canvas.grid(xs, ys)
    for y, row in zip(ys, rows, strict=False):
        for x, cell in zip(xs, row, strict=False):
            canvas.drawString(x + 6, y - 16, cell)
    canvas.drawString(60, ys[-1] - 40, after)
    canvas.save()
    return file.getvalue()


def scanned() -> bytes:
    """A page that is a picture."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4)
    canvas.rect(100, 100, 300, 300, fill=1)
    canvas.save()
    return file.getvalue()
