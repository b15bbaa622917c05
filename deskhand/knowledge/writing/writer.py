"""From a question and passages to a few sentences in a model's words, or None: then the passages speak themselves."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deskhand.errors import DeskhandError
from deskhand.knowledge.writing.budget import Budget
from deskhand.knowledge.writing.draft import DraftSentence, sentences_of
from deskhand.knowledge.writing.endpoint import (
    MOST_TOKENS,
    Completion,
    Endpoint,
    EndpointError,
    guessed_tokens,
)
from deskhand.knowledge.writing.excerpts import Excerpt
from deskhand.knowledge.writing.patience import Patience
from deskhand.knowledge.writing.prompt import Messages, messages
from deskhand.knowledge.writing.support import Support, support_of

logger = logging.getLogger(__name__)

LEAST_SHARE_KEPT = 0.5
"""When more of a draft than this is unsupported, the rest isn't trusted either."""
LEAST_WORDS = 4
MOST_CHARACTERS = 450
LEAST_LIKENESS = 0.55
"""The cosine that a drafted sentence must have with those behind it."""
_LEANS_ON_THE_ONE_BEFORE = re.compile(
    r"^(?:it|they|this|that|these|those|he|she|then|also|otherwise|instead|however|so|but|and|or|both|in that case"
    r"|if (?:so|not))\b",
    re.IGNORECASE,
)

Embed = Callable[[str], NDArray[np.float32]]
"""A sentence's vector, of length 1. Called in a thread."""


@dataclass(frozen=True)
class Written:
    text: str
    cited: tuple[int, ...]
    """Which excerpts it rests on, from 0, in the order in which it uses them."""


class Writer:
    """Asks the endpoint, and keeps of its draft what the excerpts support. It never raises and never waits longer
    than the endpoint's time limit."""

    def __init__(
        self,
        endpoint: Endpoint,
        budget: Budget,
        *,
        business: str,
        embed: Embed | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._endpoint = endpoint
        self._budget = budget
        self._business = business
        self._embed = embed
        self._patience = patience or Patience()

    async def write(self, question: str, previous: Sequence[str], excerpts: Sequence[Excerpt]) -> Written | None:
        """The answer in the model's words, or None when there is none that holds."""
        safe = [excerpt.without_commands() for excerpt in excerpts]
        request = messages(self._business, question, previous, safe)
        if self._patience.is_over:
            return None
        try:
            completion = await self._ask_within_budget(request)
        except EndpointError as exc:
            self._patience.failed(exc.retry_after_seconds)
            logger.warning("The language model wrote no answer. %s", exc)
            return None
        except DeskhandError as exc:
            logger.warning("The language model was not asked: its budget is not known (%s).", type(exc).__name__)
            return None
        if completion is None:
            return None
        self._patience.succeeded()
        drafted = sentences_of(completion.text, cut_off=completion.cut_off)
        written = await asyncio.to_thread(self._supported, drafted, safe)
        if written is None:
            logger.info("The language model's draft of %d sentences did not hold.", len(drafted))
        return written

    async def _ask_within_budget(self, request: Messages) -> Completion | None:
        reserved = guessed_tokens(request) + MOST_TOKENS
        if not await self._budget.reserve(reserved):
            logger.warning("The language model's tokens for today are used up (DESKHAND_LLM_TOKENS_PER_DAY).")
            return None
        used = guessed_tokens(request)  # what a failed request may cost as well
        try:
            completion = await self._endpoint.complete(request)
            used = completion.tokens
            return completion
        finally:
            await self._budget.settle(reserved, used)

    def _supported(self, drafted: Sequence[DraftSentence], excerpts: Sequence[Excerpt]) -> Written | None:
        kept: list[str] = []
        cited: list[int] = []
        looked_at, held_before = 0, True
        for sentence in drafted:
            if len(" ".join([*kept, sentence.text])) > MOST_CHARACTERS:
                break
            looked_at += 1
            sources = [number - 1 for number in sentence.cited if 1 <= number <= len(excerpts)]
            behind = self._behind(sentence.text, [(at, excerpts[at]) for at in sources])
            # What "it" was said of is not there any more if the sentence before was dropped.
            held_before = behind is not None and (held_before or not _LEANS_ON_THE_ONE_BEFORE.match(sentence.text))
            if held_before and behind is not None:
                kept.append(sentence.text)
                cited.append(behind)
        if len(kept) < LEAST_SHARE_KEPT * looked_at or len(" ".join(kept).split()) < LEAST_WORDS:
            return None
        return Written(" ".join(kept), tuple(dict.fromkeys(cited)))

    def _behind(self, sentence: str, sources: Sequence[tuple[int, Excerpt]]) -> int | None:
        """Which of the cited excerpts says it."""
        for at, excerpt in sources:
            support = support_of(sentence, excerpt)
            if support is not None and self._is_alike(sentence, support, excerpt):
                return at
        return None

    def _is_alike(self, sentence: str, support: Support, excerpt: Excerpt) -> bool:
        if self._embed is None:
            return True
        vector = self._embed(sentence)
        behind = [" ".join(support.units), f"{excerpt.head}: {' '.join(support.units)}"]
        return max(float(vector @ self._embed(text)) for text in behind) >= LEAST_LIKENESS
