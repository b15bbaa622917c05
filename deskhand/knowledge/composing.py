"""From the passages that were found to a short answer: their own sentences, in their order, and nothing added.

Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from deskhand.knowledge.addressed import speaks_to_a_model
from deskhand.knowledge.asked.evidence import VERY_NEAR

if TYPE_CHECKING:
    from deskhand.knowledge.retrieval import Candidate

MOST_CHARACTERS = 450
"""Of an answer without steps, but for a first sentence that is longer."""
WHOLE_CHARACTERS = 280
"""A passage that is no longer is given whole."""
MOST_SENTENCES = 4
NEARLY_AS_GOOD = 0.18
"""A sentence whose similarity is so much below the best one's is left out."""
NEARLY_AS_GOOD_A_PASSAGE = 0.6
"""From this share of the best one's score on, the second passage is heard as well."""
MOST_OF_A_PART = 260
"""Characters of the answer to one of two questions."""
MOST_OF_A_SECOND, LEAST_OF_A_SECOND = 220, 80
"""Characters of it."""
FACT_BEATS_STEPS = 0.12
"""A sentence so much more similar than every step answers alone, unless the question is how to do something."""
SHORT_NOTICE = 200

_LEANS = re.compile(
    r"^(?:it|its|it['’]s|they|they['’]re|their|them|this|that|that['’]s|these|those|then|also|otherwise|instead|however"
    r"|so|but|and|or|both|neither|in (?:that|this) case|if (?:so|not|it|they)|after that|before that|the same)\b",
    re.IGNORECASE,
)
_SUBJECT_MISSING = re.compile(r"^(?:it|its|it['’]s|they|they['’]re|their|this|these|those)\b", re.IGNORECASE)
_HOW_TO = re.compile(
    r"\bhow (?:do|can|could|should|would|to)\b|\bwhat (?:can|should|do) i (?:do|try)\b"
    r"|\b(?:won|don|doesn|isn|can)['’]?t\b|\bnot (?:work|charg|light)|\bsteps?\b|\bfix\b|\bstuck\b|\bbroke",
    re.IGNORECASE,
)
_WARNS = re.compile(
    r"\b(?:stop|never|danger|warning|careful|caution|gas|fire|burns?|smoking|swollen|shock|unplug|electric\w*|injur\w+"
    r"|safety|999|emergency|don['’]t|do not)\b",
    re.IGNORECASE,
)
_ABOUT_ITSELF = re.compile(r"^(?:this (?:article|page|guide)|here (?:is|are)|here['’]s|read|learn|find out)\b", re.I)
_ELSEWHERE = re.compile(r"^(?:see|see also|read also|read more)\b", re.IGNORECASE)
"""What only points to other articles is said when there is nothing else."""
_SENTENCE_ENDS = (".", "!", "?", ":", "…", ".”", '."', ".)", "!)", "?)")


@dataclass(frozen=True)
class Composed:
    text: str
    used: tuple[Candidate, ...]
    """Where it comes from, in the order in which it is said."""
    steps: bool = False
    """Whether it tells step by step what to do."""


def compose(question: str, candidate: Candidate, most: int = MOST_CHARACTERS, said: str = "") -> Composed | None:
    """The answer that one passage gives; None when it has nothing that can be said to a customer, or nothing but what
    was `said` already."""
    passage = candidate.passage
    sentences = [at for at, text in enumerate(passage.sentences) if not speaks_to_a_model(text)]
    sentences = [at for at in sentences if not _ELSEWHERE.match(passage.sentences[at])] or sentences
    steps = [step for step in passage.steps if not speaks_to_a_model(step)]
    if steps and not (sentences and _asks_for_a_fact(question, candidate)):
        return Composed(_with_steps(candidate, sentences, steps), (candidate,), steps=True)
    if not sentences:
        return None
    chosen = _without_what_was_said(passage.sentences, _chosen(candidate, sentences, most), said)
    if not chosen:
        return None
    text = _said(passage.sentences, chosen)
    if _SUBJECT_MISSING.match(text) and passage.headings:
        text = f"{passage.headings[-1]}: {text}"
    warning = [line for line in passage.notice if _WARNS.search(line) and not speaks_to_a_model(line)]
    return Composed(" ".join([*warning, text]) if _fits(warning) else text, (candidate,))


def compose_best(question: str, candidates: Sequence[Candidate], most: int = MOST_CHARACTERS) -> Composed | None:
    """The answer of the best passage; where another one is nearly as good, of both: one of them is mostly right."""
    first = compose(question, candidates[0], most)
    if first is None or len(candidates) < 2 or candidates[1].score < NEARLY_AS_GOOD_A_PASSAGE * candidates[0].score:
        return first
    room = min(MOST_OF_A_SECOND, most - (0 if first.steps else len(first.text)))
    if room < LEAST_OF_A_SECOND:
        return first
    second = compose(question, _after(candidates[0], candidates[1]), room, said=first.text)
    if second is None or (second.steps and first.steps):
        return first
    return compose_together([first, second])


def _after(first: Candidate, second: Candidate) -> Candidate:
    """The second passage without the notice that was given before the first already."""
    known = {*first.passage.notice, *first.passage.sentences}
    notice = tuple(line for line in second.passage.notice if line not in known)
    return replace(second, passage=replace(second.passage, notice=notice))


def compose_together(answers: Sequence[Composed]) -> Composed:
    """Answers to the parts of a question as one. What was said once is not said again."""
    texts: list[str] = []
    for answer in answers:
        if not any(answer.text in text for text in texts):
            texts.append(answer.text)
    used = tuple({candidate.passage.id: candidate for answer in answers for candidate in answer.used}.values())
    separator = "\n\n" if any(answer.steps for answer in answers) else " "
    return Composed(separator.join(texts), used, any(answer.steps for answer in answers))


def _asks_for_a_fact(question: str, candidate: Candidate) -> bool:
    """Whether one of a passage's sentences answers, and not its steps."""
    count = len(candidate.passage.sentences)
    pointed = _pointed(candidate)
    if pointed:
        return max(pointed) < count
    similarities = [float(value) for value in candidate.sentence_similarities]
    best_step = max(similarities[count:], default=0.0)
    return not _HOW_TO.search(question) and max(similarities[:count], default=0.0) >= best_step + FACT_BEATS_STEPS


def _with_steps(candidate: Candidate, sentences: Sequence[int], steps: Sequence[str]) -> str:
    passage = candidate.passage
    notice = [line for line in passage.notice if not speaks_to_a_model(line)]
    lines = [line for line in notice if _WARNS.search(line) or _fits([line])]
    lead = _said(passage.sentences, _chosen(candidate, sentences, WHOLE_CHARACTERS)) if sentences else ""
    before = " ".join([*lines, lead]).strip()
    numbered = [f"{number}. {step}" for number, step in enumerate(steps, start=1)]
    return "\n".join([before, *numbered] if before else numbered)


def _pointed(candidate: Candidate) -> range:
    """The sentences and steps at which a very near asked question points; none where it points at all of them."""
    pointed = candidate.pointed
    if pointed is None or pointed.sentences is None or pointed.similarity < VERY_NEAR:
        return range(0)
    return range(pointed.sentences[0], pointed.sentences[1] + 1)


def _fits(notice: Sequence[str]) -> bool:
    text = " ".join(notice)
    return bool(text) and len(text) <= SHORT_NOTICE and not _ABOUT_ITSELF.match(text)


def _chosen(candidate: Candidate, sentences: Sequence[int], most: int) -> list[int]:
    """Which of a passage's sentences to give, in their order: all, or the best with what they lean on. What a very near
    asked question points at comes first, unless what is said with it would hang in the air."""
    texts = candidate.passage.sentences
    pointed = [at for at in _pointed(candidate) if at in sentences]
    chosen = set(sentences)
    if len(_said(texts, sentences)) > min(WHOLE_CHARACTERS, most):
        chosen = _best(candidate, sentences, pointed, most)
    leading = {on for at in pointed for on in _with_what_it_leans_on(texts, at)} & chosen
    rest = sorted(chosen - leading)
    if any(_LEANS.match(texts[at]) or texts[at - 1].endswith(":") for at in rest if at > 0):
        return sorted(chosen)
    return [*sorted(leading), *rest]


def _without_what_was_said(texts: Sequence[str], chosen: Sequence[int], said: str) -> list[int]:
    """What the next one leans on is said again."""

    def is_known(at: int) -> bool:
        return texts[at].endswith(_SENTENCE_ENDS) and texts[at] in said

    following = [*chosen[1:], None]
    return [
        at
        for at, after in zip(chosen, following, strict=True)
        if not is_known(at) or (after is not None and not is_known(after) and _LEANS.match(texts[after]))
    ]


def _best(candidate: Candidate, sentences: Sequence[int], pointed: Sequence[int], most: int) -> set[int]:
    texts = candidate.passage.sentences
    by_similarity = sorted(sentences, key=lambda at: (at not in pointed, -float(candidate.sentence_similarities[at])))
    best = max(float(candidate.sentence_similarities[at]) for at in sentences)
    chosen: set[int] = set()
    for at in by_similarity:
        if at not in pointed and float(candidate.sentence_similarities[at]) < best - NEARLY_AS_GOOD:
            break
        with_it = chosen | (set(_with_what_it_leans_on(texts, at)) & set(sentences))
        if chosen and (len(with_it) > MOST_SENTENCES or len(_said(texts, sorted(with_it))) > most):
            continue
        chosen = with_it
    return chosen


def _with_what_it_leans_on(texts: Sequence[str], at: int) -> Iterator[int]:
    """The sentence, those before it without which it would hang in the air, and the list that it opens."""
    yield at
    first = at
    while first > 0 and at - first < 2 and _LEANS.match(texts[first]):
        first -= 1
        yield first
    if texts[at].endswith(":"):
        for following in range(at + 1, min(at + 1 + MOST_SENTENCES, len(texts))):
            yield following
            if texts[following].endswith(_SENTENCE_ENDS):
                break


def _said(texts: Sequence[str], chosen: Iterable[int]) -> str:
    """The sentences as one text. Items of a list have no full stop of their own."""
    parts = [texts[at] for at in chosen]
    said = []
    for part, following in zip(parts, [*parts[1:], None], strict=True):
        if part.endswith(_SENTENCE_ENDS):
            said.append(part)
        else:
            is_item = following is not None and not following.endswith(_SENTENCE_ENDS)
            said.append(f"{part.rstrip(',;')}," if is_item else f"{part.rstrip(',;')}.")
    return " ".join(said)


# -- questions that ask two things

_QUESTION_WORDS = "how|what|when|where|who|why|which|can|could|do|does|did|is|are|will|would|should|may|must"
_NEXT_PART = re.compile(
    rf"[?!.;]+\s+(?=\S)|(?:,\s*)?\b(?:and|also|plus|but)\s+(?:also\s+)?(?=(?:{_QUESTION_WORDS})\b)", re.IGNORECASE
)
_ASKS = re.compile(rf"\?|^\W*(?:(?:and|also|hi|hello|please|so)\W+)*(?:{_QUESTION_WORDS})\b", re.IGNORECASE)
_LEAST_WORDS = 3
MOST_PARTS = 2


def parts_of(question: str) -> list[str]:
    """The questions that are asked in one message: one or two."""
    parts = [part.strip(" ,") for part in _NEXT_PART.split(question)]
    asking = [part for part in parts if _ASKS.search(part) and len(part.split()) >= _LEAST_WORDS]
    return asking if len(asking) == MOST_PARTS else [question]
