"""A model's reply, taken apart into sentences and the passages that each of them cites."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from deskhand.knowledge.passages import split_sentences
from deskhand.knowledge.writing.prompt import NOTHING

_THOUGHTS = re.compile(r"^.*</think>", re.DOTALL | re.IGNORECASE)
_CITED = re.compile(r"((?:\s*\[\d{1,3}(?:\s*,\s*\d{1,3})*\])+)\s*([.!?]?)")
_NUMBER = re.compile(r"\d+")
_BULLET = re.compile(r"^\s*(?:[-*•–]|\d{1,2}[.)])\s+")
_EMPHASIS = re.compile(r"\*\*|__|`")
_YES_OR_NO = re.compile(r"^(?:yes|no)\b[,.!:;]?(?:\s+|$)", re.IGNORECASE)


@dataclass(frozen=True)
class DraftSentence:
    text: str
    cited: tuple[int, ...]
    """Numbers of passages, from 1; empty when it cites none."""


def sentences_of(draft: str, *, cut_off: bool = False) -> list[DraftSentence]:
    """Every sentence of a draft in its order. `cut_off`: the model ran out of room, and the last one is not whole."""
    text = _printable(_THOUGHTS.sub("", draft)).strip()
    if text.rstrip(".!") == NOTHING:
        return []
    found = [sentence for line in text.splitlines() for sentence in _of_line(line)]
    return found[:-1] if cut_off else found


def _of_line(line: str) -> Iterator[DraftSentence]:
    line = _EMPHASIS.sub("", _BULLET.sub("", line)).strip()
    place = 0
    for citing in _CITED.finditer(line):
        cited = tuple(dict.fromkeys(int(number) for number in _NUMBER.findall(citing[1])))
        yield from _split(line[place : citing.start()] + citing[2], cited)
        place = citing.end()
    yield from _split(line[place:], ())


def _split(text: str, cited: tuple[int, ...]) -> Iterator[DraftSentence]:
    for sentence in split_sentences(text.strip()):
        # "Yes" and "No" answer the question, which nothing checks: what follows them says it anyway.
        plain = _YES_OR_NO.sub("", sentence)
        if any(character.isalnum() for character in plain):
            yield DraftSentence(plain[0].upper() + plain[1:], cited)


def _printable(text: str) -> str:
    """Without characters that are not seen, and with plain spaces."""
    kept = (
        character for character in text if character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cf"}
    )
    return "".join(kept).replace("\t", " ").replace("\u00a0", " ").replace("\u202f", " ")
