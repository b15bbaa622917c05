"""Where sentences end."""

from __future__ import annotations

import re

_MAYBE_END = re.compile(r"[.!?…][\"'”’)\]]*\s+")
_OPENS = "\"'“‘„«(¿¡["
# After these a full stop ends no sentence; after those of the second list, none if a number follows.
_SHORTENED = re.compile(
    r"\b(?:e\.g|i\.e|mr|mrs|ms|dr|st|vs|approx|incl|excl|z\. ?b|bzw|ca|usw|p\. ?ej)\.$", re.IGNORECASE
)
_SHORTENED_BEFORE_NUMBER = re.compile(r"\b(?:no|nos|nr|max|min|fig|p|pp|tel|vol|art|sec|ref|ext)\.$", re.IGNORECASE)


def split_sentences(text: str) -> list[str]:
    """Cuts after a full stop, question or exclamation mark, unless a small letter follows or it shortens a word."""
    sentences, start = [], 0
    for found in _MAYBE_END.finditer(text):
        if _ends(text[start : found.end()].rstrip(), text[found.end() :]):
            sentences.append(text[start : found.end()].strip())
            start = found.end()
    sentences.append(text[start:].strip())
    return [sentence for sentence in sentences if sentence]


def _ends(before: str, after: str) -> bool:
    following = after.lstrip(_OPENS)[:1]
    if not following or following.islower() or _SHORTENED.search(before):
        return False
    return not (following.isdigit() and _SHORTENED_BEFORE_NUMBER.search(before))


def cut_words(sentence: str, most: int) -> list[str]:
    """The sentence, cut between words if it has more than `most`: a wall of text without a full stop."""
    words = sentence.split()
    if len(words) <= most:
        return [sentence]
    return [" ".join(words[at : at + most]) for at in range(0, len(words), most)]
