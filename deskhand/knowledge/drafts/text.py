"""What several agents said on one question, put together and written as an article. Pure functions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import yaml
from rapidfuzz import fuzz

from deskhand.knowledge.articles import FENCE, Audience
from deskhand.knowledge.drafts.agent_words import Block, Kind, LeftOut

_SAME = 88
"""rapidfuzz's ratio (0 to 100) from which two sentences, their words sorted, say the same."""
_SAME_LIST = 0.8
"""The share of a list's lines that were said before, from which the list is not said again."""
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_NEGATION = re.compile(r"\b(?:no|not|never|none|without|only)\b|n['’]t\b")


@dataclass(frozen=True)
class Draft:
    title: str
    asked: tuple[str, ...]
    """How customers asked, without personal data."""
    blocks: tuple[Block, ...]
    conversations: int
    """How many it was made from."""
    passed_over: int
    """Conversations that were meant, too, but that no agent resolved, or in which none said anything of use."""
    left_out: Counter[LeftOut]
    made_on: date

    @property
    def origin(self) -> str:
        """Where it comes from, as part of a sentence."""
        count = "1 conversation" if self.conversations == 1 else f"{self.conversations} conversations"
        return f"what agents said in {count} that they resolved"


def put_together(by_conversation: Sequence[Sequence[Block]]) -> tuple[Block, ...]:
    """All that was said, once: first what was said in the conversation with the most, then what others add.

    A list is kept whole or not at all, so that no step is missing.
    """
    kept: list[Block] = []
    known: list[str] = []
    for blocks in sorted(by_conversation, key=lambda blocks: -sum(len(block.lines) for block in blocks)):
        for block in blocks:
            new = tuple(line for line in block.lines if not _said_before(line, known))
            if block.kind is Kind.TEXT:
                lines = new
            else:
                lines = block.lines if len(new) > (1 - _SAME_LIST) * len(block.lines) else ()
            known += lines
            if lines:
                kept.append(Block(block.kind, lines))
    return tuple(kept)


def _said_before(line: str, known: Sequence[str]) -> bool:
    return any(_says_the_same(line, other) for other in known)


def _says_the_same(line: str, other: str) -> bool:
    """Another price, or a "not" more, is a difference that a writer has to see."""
    if any(pattern.findall(line.lower()) != pattern.findall(other.lower()) for pattern in (_FIGURE, _NEGATION)):
        return False
    return bool(fuzz.token_sort_ratio(line.lower(), other.lower()) >= _SAME)


def markdown(draft: Draft) -> str:
    """The draft as a file: front matter, a note for the person who goes over it, and the article."""
    return "\n".join([*_front_matter(draft), *_note(draft), "", f"## {_escaped(draft.title)}", *_body(draft), ""])


def _front_matter(draft: Draft) -> list[str]:
    fields = yaml.safe_dump({"title": f"Draft: {draft.title}"}, allow_unicode=True, width=1000).strip()
    return [
        FENCE,
        f"# A draft to be reviewed, made of {draft.origin}.",
        "# To publish it: check every sentence, set title and url, change the audience to customer, take out the notes",
        "# and move the file to the articles.",
        fields,
        "url:  # the page's address, once there is one",
        f"audience: {Audience.INTERNAL}",
        f"valid_from: {draft.made_on.isoformat()}",
        FENCE,
        "",
    ]


def _note(draft: Draft) -> Iterator[str]:
    yield f"<!-- DRAFT, to be reviewed. Made on {draft.made_on.isoformat()} of {draft.origin}, word for word."
    if draft.passed_over:
        yield f"Not used: {draft.passed_over} more, which no agent resolved or in which nothing of use was said."
    if draft.left_out:
        counts = [f"{draft.left_out[reason]} {reason}" for reason in LeftOut if draft.left_out[reason]]
        yield f"Sentences left out: {'; '.join(counts)}."
    if draft.asked:
        yield "Customers asked:"
        yield from (f"- {_in_comment(text)}" for text in draft.asked)
    yield "-->"


def _body(draft: Draft) -> Iterator[str]:
    for block in draft.blocks:
        yield ""
        if block.kind is Kind.TEXT:
            yield " ".join(_escaped(line) for line in block.lines)
        elif block.kind is Kind.STEPS:
            yield from (f"{number}. {_escaped(line)}" for number, line in enumerate(block.lines, start=1))
        else:
            yield from (f"- {_escaped(line)}" for line in block.lines)


def _escaped(line: str) -> str:
    """Words that Markdown would take for markup stay words."""
    return re.sub(r"^(\d*)([#>+=.)-])", r"\1\\\2", line.replace("<", "&lt;"))


def _in_comment(text: str) -> str:
    return text.replace("--", "–").replace(">", "")
