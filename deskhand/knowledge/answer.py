"""From a question to an answer with its source, or to an honest None."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from deskhand.knowledge.articles import Audience, read_articles
from deskhand.knowledge.lexical import Hit, LexicalIndex
from deskhand.knowledge.passages import Passage, passages_of
from deskhand.knowledge.words import Term, Vocabulary, read_vocabulary
from deskhand.settings import get_settings

THRESHOLD = 0.52
"""Below this confidence there is no answer. Chosen on tests/knowledge/dev_questions.yml."""

MOST_SENTENCES = 4
_STEPS_BONUS = 1.25
_TITLE_WEIGHT, _HEADING_WEIGHT, _TEXT_WEIGHT = 0.5, 2.5, 1.0


@dataclass(frozen=True)
class Citation:
    title: str
    url: str


@dataclass(frozen=True)
class Answer:
    text: str
    citations: tuple[Citation, ...]
    confidence: float
    """0 to 1; at least the threshold."""


class Knowledge:
    """What the customers' articles say. Internal articles never enter it; expired ones are never chosen."""

    def __init__(
        self, passages: list[Passage], vocabulary: Vocabulary, *, today: Callable[[], date] | None = None
    ) -> None:
        self._passages = [p for p in passages if p.article.audience is Audience.CUSTOMER]
        self._vocabulary = vocabulary
        self._today = today or _business_day
        self._indexed_on: date | None = None
        self._current: list[Passage] = []
        self._index = LexicalIndex([], vocabulary)

    @classmethod
    def open(cls, folder: Path, *, today: Callable[[], date] | None = None) -> Self:
        """Reads the folder of articles and its `synonyms.yml`. Raises `ArticleError` or `SynonymsError`."""
        passages = [passage for article in read_articles(folder) for passage in passages_of(article)]
        return cls(passages, read_vocabulary(folder / "synonyms.yml"), today=today)

    async def answer(self, question: str) -> Answer | None:
        """The best passage's words on the question, or None when the articles don't say."""
        self._refresh()
        terms = self._index.query(question)
        hits = self._index.search(terms)
        if not hits:
            return None
        best = max(hits, key=self._preference)
        return self._compose(terms, best) if best.coverage >= THRESHOLD else None

    def _refresh(self) -> None:
        """Once a day articles may have begun or ceased to hold; the index has only those that do."""
        day = self._today()
        if day == self._indexed_on:
            return
        self._current = [p for p in self._passages if p.article.is_valid_on(day)]
        fields = [
            [(p.article.title, _TITLE_WEIGHT), (p.heading, _HEADING_WEIGHT), (p.text, _TEXT_WEIGHT)]
            for p in self._current
        ]
        self._index = LexicalIndex(fields, self._vocabulary)
        self._indexed_on = day

    def _preference(self, hit: Hit) -> float:
        """Where two passages say nearly as much, the one that tells step by step what to do helps more."""
        return hit.score * (_STEPS_BONUS if self._current[hit.index].steps else 1.0)

    def _compose(self, terms: list[Term], hit: Hit) -> Answer:
        passage = self._current[hit.index]
        if passage.steps:
            lines = [*passage.notice, *passage.sentences]
            steps = [f"{number}. {step}" for number, step in enumerate(passage.steps, start=1)]
            text = "\n".join([" ".join(lines), *steps] if lines else steps)
        else:
            text = " ".join([*passage.notice, *self._best_sentences(terms, passage)])
        citation = Citation(passage.article.title, passage.article.url)
        return Answer(text, (citation,), min(1.0, hit.coverage))

    def _best_sentences(self, terms: list[Term], passage: Passage) -> list[str]:
        """A short passage whole; of a long one the sentences nearest to the question, in their order."""
        if len(passage.sentences) <= MOST_SENTENCES:
            return list(passage.sentences)
        index = LexicalIndex([[(sentence, 1.0)] for sentence in passage.sentences], self._vocabulary)
        best = [hit.index for hit in index.search(terms, limit=MOST_SENTENCES - 1)]
        return [passage.sentences[at] for at in sorted(best or range(MOST_SENTENCES))]


def _business_day() -> date:
    return datetime.now(ZoneInfo(get_settings().timezone)).date()
