"""The lines of a PDF's pages, in the order in which they are read, with what tells headings from text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

from pdfminer.layout import LTChar, LTTextBoxHorizontal, LTTextLineHorizontal
from pdfplumber.page import Page
from pdfplumber.table import Table

from deskhand.knowledge import tables

_BOLD = re.compile(r"bold|black|heavy|semibold|demi", re.IGNORECASE)
_MARKER = re.compile(r"(\(?\d{1,2}[.)]|[•●▪■◦‣∙·o–—*-])")
_PAGE_NUMBER = re.compile(r"\W*(page|seite|página)?\s*\d{1,4}(\s*(/|of|von|de)\s*\d{1,4})?\W*", re.IGNORECASE)
_MARGIN = 0.09
"""Of the page's height: where what is repeated on each page stands."""
_UNKNOWN_SIGN = re.compile(r"\(cid:\d+\)")
_BULLET_OF_SOME_WRITERS = "(cid:127)"
_SMALL = 0.93
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\xa0": " "})


@dataclass(frozen=True)
class Line:
    """Measures in points, from the page's upper left corner."""

    text: str
    size: float
    bold: bool
    left: float
    top: float
    bottom: float
    box: int
    """Lines of one number stand together."""
    in_margin: bool


@dataclass(frozen=True)
class Row:
    """A row of a table, as a sentence."""

    text: str
    top: float


def lines_of(page: Page) -> list[Line | Row]:
    """The page's lines and, in the place of tables, their rows as sentences."""
    found = [table for table in page.find_tables() if len(table.rows) > 1 and len(table.columns) > 1]
    lines = [line for line in _lines(page) if not any(_is_in(line, table) for table in found)]
    result: list[Line | Row] = [*_joined_markers(lines)]
    for table in found:
        top = table.bbox[1]
        rows = [[_text(cell or "") for cell in row] for row in table.extract()]
        sentences = [Row(text, top) for text in tables.sentences_of(rows[0], rows[1:])]
        after = next((at for at, line in enumerate(result) if line.top >= top), len(result))
        result[after:after] = sentences
    return result


def furniture(pages: Sequence[Sequence[Line | Row]]) -> frozenset[str]:
    """What stands in the margin of most pages, numbers aside: the title of the whole, the name of the business."""
    seen = Counter(key for lines in pages for key in {_key(line) for line in lines if _is_marginal(line)})
    return frozenset(key for key, count in seen.items() if count > 1 and count * 2 >= len(pages))


def is_furniture(line: Line | Row, known: frozenset[str], body_size: float) -> bool:
    """Whether a line in the margin is no part of the text: it is repeated, small, or a page's number."""
    if not isinstance(line, Line) or not line.in_margin:
        return False
    return _key(line) in known or line.size < body_size * _SMALL or _PAGE_NUMBER.fullmatch(line.text) is not None


def _is_marginal(line: Line | Row) -> bool:
    return isinstance(line, Line) and line.in_margin


def _key(line: Line | Row) -> str:
    return re.sub(r"\d+", "0", " ".join(line.text.split())).casefold()


def _is_in(line: Line, table: Table) -> bool:
    left, top, right, bottom = table.bbox
    return left - 2 <= line.left <= right + 2 and top - 2 <= (line.top + line.bottom) / 2 <= bottom + 2


def _lines(page: Page) -> Iterator[Line]:
    boxes = [box for box in page.layout if isinstance(box, LTTextBoxHorizontal)]
    for number, box in enumerate(boxes):
        for line in box:
            if isinstance(line, LTTextLineHorizontal) and (text := _text(line.get_text())):
                yield _line(line, text, number, float(page.height))


def _text(text: str) -> str:
    known = _UNKNOWN_SIGN.sub("", text.replace(_BULLET_OF_SOME_WRITERS, "•"))
    return " ".join(known.translate(_LIGATURES).split())


def _line(line: LTTextLineHorizontal, text: str, box: int, height: float) -> Line:
    letters = [each for each in line if isinstance(each, LTChar) and not each.get_text().isspace()]
    bold = sum(bool(_BOLD.search(each.fontname)) for each in letters)
    top, bottom = height - line.y1, height - line.y0
    return Line(
        text=text,
        size=round(median(each.size for each in letters), 1) if letters else 0.0,
        bold=bool(letters) and bold * 2 > len(letters),
        left=line.x0,
        top=top,
        bottom=bottom,
        box=box,
        in_margin=bottom < height * _MARGIN or top > height * (1 - _MARGIN),
    )


def _joined_markers(lines: list[Line]) -> list[Line]:
    """Numbers and bullets that stand apart from their text, as a wide gap makes them, put before it again."""
    apart = [line for line in lines if _MARKER.fullmatch(line.text)]
    taken: dict[int, Line] = {}
    used: set[int] = set()
    for marker in apart:
        beside = [
            (line.left, at)
            for at, line in enumerate(lines)
            if line not in apart and at not in taken and line.left > marker.left and _overlap(marker, line)
        ]
        if beside:
            _, at = min(beside)
            taken[at] = marker
            used.add(id(marker))
    joined = []
    for at, line in enumerate(lines):
        if id(line) in used:
            continue
        marker_of = taken.get(at)
        joined.append(
            replace(line, text=f"{marker_of.text} {line.text}", left=marker_of.left) if marker_of is not None else line
        )
    return joined


def _overlap(one: Line, other: Line) -> bool:
    return abs((one.top + one.bottom) - (other.top + other.bottom)) / 2 < (one.bottom - one.top) / 2
