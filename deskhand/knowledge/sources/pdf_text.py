"""From lines to Markdown: headings by the size of their letters, steps by their numbers, words mended at line ends."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from deskhand.knowledge.sources.pdf_lines import Line, Row, is_furniture

_STEP = re.compile(r"\(?(\d{1,2})[.)]\s+(?=\S)")
_BULLET = re.compile(r"[•●▪■◦‣∙·–—*-]\s+(?=\S)|o\s+(?=[A-Z])")
_LARGER = 1.12
"""Letters so much larger than the text's are a heading's."""
_HEADING_WORDS = 14
_WIDE_GAP = 0.9
"""Of the letters' size: more room above a line begins a new paragraph."""
_BROKEN_WORD = re.compile(r"(\w+)-$")
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_SENTENCE_ENDS = (".", "!", "?", ":", "…")


def as_markdown(pages: Sequence[Sequence[Line | Row]], furniture: frozenset[str]) -> str:
    sizes = _body_size([line for page in pages for line in page])
    lines = [line for page in pages for line in page if not is_furniture(line, furniture, sizes)]
    levels = _levels(lines, sizes)
    writer = _Writer(_Words(lines))
    before: Line | Row | None = None
    for line in lines:
        writer.add(line, before, _level(line, levels, sizes))
        before = line
    return writer.text()


def _body_size(lines: Sequence[Line | Row]) -> float:
    sizes: Counter[float] = Counter()
    for line in lines:
        if isinstance(line, Line) and not line.in_margin:
            sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _levels(lines: Sequence[Line | Row], body: float) -> dict[float, int]:
    """The heading's level of each size of letters that is larger than the text's."""
    larger = {line.size for line in lines if isinstance(line, Line) and line.size >= body * _LARGER}
    return {size: min(level, 5) for level, size in enumerate(sorted(larger, reverse=True), start=1)}


def _level(line: Line | Row, levels: dict[float, int], body: float) -> int | None:
    if not isinstance(line, Line) or len(line.text.split()) > _HEADING_WORDS:
        return None
    if line.size in levels:
        return levels[line.size]
    is_bold_heading = line.bold and line.size >= body * 0.95 and not line.text.endswith((".", ",", ";"))
    return max(levels.values(), default=0) + 1 if is_bold_heading and not _STEP.match(line.text) else None


class _Words:
    """Whether a word that is broken at a line's end is written with its hyphen."""

    def __init__(self, lines: Sequence[Line | Row]) -> None:
        self._seen = {word.casefold() for line in lines for word in re.findall(r"\w+(?:-\w+)*", line.text)}

    def joined(self, text: str, more: str) -> str:
        """The text with what follows on the next line."""
        text = text.removesuffix("\u00ad") if (soft := text.endswith("\u00ad")) else text
        broken = _BROKEN_WORD.search(text)
        following = re.match(r"\w+", more)
        if soft:
            return text + more
        if broken is None or following is None:
            return f"{text} {more}"
        if not following[0][0].islower():  # "3-" and "4 days": a hyphen of its own
            return text + more
        hyphenated = f"{broken[1]}-{following[0]}".casefold()
        keeps = hyphenated in self._seen and (broken[1] + following[0]).casefold() not in self._seen
        return text + more if keeps else text.removesuffix("-") + more


class _Writer:
    """Blocks of Markdown: (kind, text). Kinds: "#"… of headings, "1." and "-" of items, "" of paragraphs."""

    def __init__(self, words: _Words) -> None:
        self._words = words
        self._blocks: list[tuple[str, str]] = []
        self._left_of_item = 0.0

    def add(self, line: Line | Row, before: Line | Row | None, level: int | None) -> None:
        if isinstance(line, Row):
            self._blocks.append(("-", line.text))
        elif level is not None:
            self._add_heading(line, before, "#" * level)
        elif marker := _STEP.match(line.text) or _BULLET.match(line.text):
            self._blocks.append(("1." if marker.re is _STEP else "-", line.text[marker.end() :]))
            self._left_of_item = line.left
        elif self._goes_on(line, before):
            kind, text = self._blocks[-1]
            self._blocks[-1] = (kind, self._words.joined(text, line.text))
        else:
            self._blocks.append(("", line.text))

    def _add_heading(self, line: Line, before: Line | Row | None, marks: str) -> None:
        goes_on = isinstance(before, Line) and before.size == line.size and not _is_apart(before, line)
        if goes_on and self._blocks and self._blocks[-1][0] == marks:
            self._blocks[-1] = (marks, self._words.joined(self._blocks[-1][1], line.text))
        else:
            self._blocks.append((marks, line.text))

    def _goes_on(self, line: Line, before: Line | Row | None) -> bool:
        """Whether the line belongs to the block that the line before is in."""
        if not self._blocks or self._blocks[-1][0].startswith("#") or not isinstance(before, Line):
            return False
        kind, text = self._blocks[-1]
        ended = text.endswith(_SENTENCE_ENDS)
        if before.top > line.top or abs(before.left - line.left) > 150:  # the next column or page
            return not ended and line.text[:1].islower()
        if _is_apart(before, line):
            return False
        if kind:
            return line.left > self._left_of_item + 2 or not ended
        return before.box == line.box or not ended

    def text(self) -> str:
        lines = []
        for kind, text in self._blocks[self._title_blocks() :]:
            said = _PUNCTUATION.sub(r"\\\1", text)
            lines.append(f"{kind} {said}" if kind else said)
        return "\n\n".join(lines)

    def _title_blocks(self) -> int:
        """1 if the text begins with its title: the largest heading, which comes once. The sidecar has the title."""
        kinds = [kind for kind, _ in self._blocks]
        return int(kinds[:1] == ["#"] and kinds.count("#") == 1)


def _is_apart(before: Line | Row | None, line: Line) -> bool:
    return isinstance(before, Line) and line.top - before.bottom > _WIDE_GAP * line.size
