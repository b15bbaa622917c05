"""From text to comparable words: lower case, no endings, and one name for what customers call by many."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from deskhand.errors import DeskhandError

LONGEST_WORD = 100
"""The rest of a longer one is noise, and PostgreSQL keeps none of more than 2046 bytes."""

_WORD = re.compile(r"£?[^\W_]+")
_APOSTROPHES = re.compile(r"['’‘]")
# Words that say nothing about what is asked, with the courtesies of a chat.
KINDS = frozenset({"how", "long", "much", "when", "where", "who", "why", "often"})
_SHORT_KINDS = {"whens": "when", "wheres": "where", "hows": "how", "whos": "who"}
_COMMON_TEXT = """
a about after again all also am an and any anyone anything are as at be because been before being
but by can cant cannot could couldnt did didnt do does doesnt doing dont else for from get gets
getting go goes going gone got had has hasnt have havent having he her here hers hey hi hello his
how i id if ill im in into is isnt it its ive just know let like ll lot me mine my need no not now
of off on one or our ours out over please pls plz put really s she should so some something sorry
still stuff such t tell than thank thanks that thats the their them then there theres these they
thing things this those to too u under up ur us use using very want was wasnt way we were what whats
whatever when whens where wheres which who whos why will with wont would you your yours yet hiya ok
okay keep keeps come comes coming came make makes many much wondering possible ever someone somebody
already only same able allowed may might must happen happens say says said doing try trying find bit
loads actually
"""

# Words whose stem would be another word.
_WHOLE = frozenset({"plane", "during", "need", "seed", "seeds", "caring", "sing", "bring", "string", "spring"})


class SynonymsError(DeskhandError):
    """The file of synonyms can't be used. The message names the file."""


@dataclass(frozen=True)
class Term:
    """One thing that a text speaks of: a word, and the names of the groups of synonyms that it belongs to."""

    word: str
    groups: frozenset[str] = frozenset()
    kind: bool = False
    """Whether it only says what kind of answer is wanted: a place, a time, an amount."""


@dataclass(frozen=True)
class Vocabulary:
    """How texts become terms. Phrases map to the group of synonyms that they belong to."""

    phrases: dict[tuple[str, ...], frozenset[str]] = field(default_factory=dict)

    @property
    def longest_phrase(self) -> int:
        return max((len(phrase) for phrase in self.phrases), default=1)

    @property
    def words(self) -> set[str]:
        """Every word of every phrase."""
        return {word for phrase in self.phrases for word in phrase}

    def terms(self, words: Sequence[str]) -> list[Term]:
        """The terms that stems stand for, in order: the longest known phrases, and no common words."""
        terms, at, longest = [], 0, self.longest_phrase
        while at < len(words):
            for length in range(min(longest, len(words) - at), 0, -1):
                phrase = tuple(words[at : at + length])
                if phrase in self.phrases:
                    terms.append(Term(" ".join(phrase), self.phrases[phrase]))
                    at += length
                    break
            else:
                if words[at] in KINDS:
                    terms.append(Term(words[at], kind=True))
                elif words[at] not in COMMON:
                    terms.append(Term(words[at]))
                at += 1
        return terms


def read_vocabulary(file: Path) -> Vocabulary:
    """Reads `synonyms.yml`: a list of lists of phrases. Without the file there are no synonyms.

    Raises `SynonymsError`.
    """
    if not file.exists():
        return Vocabulary()
    try:
        rows = yaml.safe_load(file.read_text(encoding="utf-8")) or []
    except yaml.YAMLError as exc:
        raise SynonymsError(f"{file} isn't valid YAML: {exc}") from exc
    if not isinstance(rows, list) or not all(isinstance(row, list) and len(row) > 1 for row in rows):
        raise SynonymsError(f"{file} must be a list of lines like '- [delivery, shipping, postage]'.")
    groups: dict[tuple[str, ...], set[str]] = {}
    for row in rows:
        for phrase in row:
            key = tuple(stems(str(phrase)))
            groups.setdefault(key, set()).add(str(row[0]))
    return Vocabulary({phrase: frozenset(names) for phrase, names in groups.items() if phrase})


def stems(text: str) -> list[str]:
    """The words of a text in order, each without its ending."""
    return [stem(word) for word in whole_words(text)]


def whole_words(text: str) -> list[str]:
    """The words of a text in order, in lower case and without apostrophes and accents."""
    words = _WORD.findall(_APOSTROPHES.sub("", _without_accents(text.lower())))
    return [_SHORT_KINDS.get(word, word)[:LONGEST_WORD] for word in words]


def raw_words(text: str) -> list[str]:
    """The words of a text in order, in lower case, as they are written."""
    return _WORD.findall(_APOSTROPHES.sub("", text.lower()))


def _without_accents(text: str) -> str:
    """Those who type on a phone leave them out, and write the rest of a "café" right."""
    if text.isascii():
        return text
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))


def stem(word: str) -> str:
    """A word without its plural or verb ending: "returned", "returning" and "returns" become "return"."""
    if len(word) <= 3 or not word.isalpha() or word in _WHOLE:
        return word
    if word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif word.endswith(("sses", "shes", "ches", "xes")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        root = word.removesuffix(ending)
        if root != word and len(root) >= 3 and any(vowel in root for vowel in "aeiouy"):
            doubled = len(root) > 3 and root[-1] == root[-2] and root[-1] not in "lsz"
            word = root[:-1] if doubled else root
            break
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


COMMON = frozenset(stem(word) for word in _COMMON_TEXT.split())
"""The stems of words that say nothing about what is asked."""
