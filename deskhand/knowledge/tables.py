"""Tables as sentences that can be quoted: "Size M: chest 96–101 cm, waist 81–86 cm."."""

from __future__ import annotations

import re
from collections.abc import Sequence

_NOTHING = re.compile(r"[\s\-–—.]*")
_WORD = re.compile(r"[^\W\d_]{3,}")
_SENTENCE_ENDS = (".", "!", "?", ":")


def sentences_of(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A sentence for each row. The first cell says what the row is about; each other cell goes with its column's
    name. Empty cells, and those with only a dash, are left out."""
    said = [_sentence([_clean(name) for name in header], [_clean(cell) for cell in row]) for row in rows]
    return [sentence for sentence in said if sentence]


def _sentence(header: list[str], cells: list[str]) -> str:
    if not any(cells):
        return ""
    subject, others = cells[0], cells[1:]
    names = header[1:] + [""] * (len(others) - len(header[1:]))
    parts = [_part(name, cell) for name, cell in zip(names, others, strict=False) if cell]
    subject = _subject(header[0] if header else "", subject)
    said = f"{subject}: {', '.join(parts)}" if subject and parts else subject or ", ".join(parts)
    return said if said.endswith(_SENTENCE_ENDS) else f"{said}."


def _subject(name: str, cell: str) -> str:
    """ "Size M", but only "Tent repair": a cell without a word of its own needs the column's name."""
    has_a_word = any(not word.isupper() for word in _WORD.findall(cell))
    return cell if has_a_word or not cell or not name else f"{name} {cell}"


def _part(name: str, cell: str) -> str:
    if not name:
        return cell.rstrip(".")
    # A column's name begins with a capital, which it loses within a sentence, unless it is all capitals (UK, EU).
    lowered = name[0].lower() + name[1:] if name[1:2].islower() or len(name) == 1 else name
    return f"{lowered} {cell.rstrip('.')}"


def _clean(cell: str) -> str:
    text = " ".join(cell.split())
    return "" if _NOTHING.fullmatch(text) else text
