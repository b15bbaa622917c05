"""Questions that ask the same are put together. Pure functions over texts and vectors.

Greetings and courtesies are taken off first: they say nothing about the subject. Mixing in how questions are spelt
(runs of characters, shared words) was tried, and gained nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from deskhand.conversation.masking import MASKS

DISTANCE = 0.42
"""Of two clusters, as the mean cosine distance of their questions, up to which they are one. Chosen on `dev` in
tests/knowledge/gaps/questions.yml, among the strangers of tests/knowledge/dev/unanswerable.yml: farther apart, all
questions on one product become one."""

_BEGINNINGS = re.compile(
    r"""^(?:\W*(?:
        (?:hi+|hiya|hello|hey|dear|good\s+(?:morning|afternoon|evening|day))(?:\s+(?:there|all|team|everyone|guys|mate))?
        |sorry|excuse\s+me|ok(?:ay)?|so|um+|just|please|pls|plz|thanks|thank\s+you
        |(?:can|could|would|will)\s+(?:you|u|someone|anyone)\s+(?:please\s+|kindly\s+)?(?:tell|let)\s+me(?:\s+know)?
        |(?:i\s+)?(?:just\s+)?(?:would\s+like|want|wanted|need)\s+to\s+(?:know|ask)
        |i['’]?d\s+(?:like|love)\s+to\s+(?:know|ask)
        |i\s+(?:have|had|['’]?ve\s+got)\s+a\s+(?:quick\s+)?question(?:\s+about)?
        |(?:i\s+(?:was|am)|i['’]?m|was)?\s*(?:just\s+)?wondering(?:\s+(?:if|whether))?
        |do\s+(?:you|u)\s+know(?:\s+(?:if|whether))?|(?:quick\s+)?question
    )\b)+\W*""",
    re.IGNORECASE | re.VERBOSE,
)
_ENDINGS = re.compile(
    r"""(?:\W+(?:
        please|pls|plz|thanks?|thank\s+(?:you|u)|thx|ta|cheers|many|so\s+much|very\s+much|a\s+lot|in\s+advance|and
        |(?:kind|best|warm)\s+(?:regards|wishes)|asap|urgent(?:ly)?|help
    ))+\W*$""",
    re.IGNORECASE | re.VERBOSE,
)
_MASK = re.compile("|".join(re.escape(mask) for mask in MASKS))
_INTRODUCED = re.compile(
    r"\b(?:(?:my|full|the)\s+(?:\w+\s+)?name(?:['’]?s|\s+is|\s*:)?|name:|i\s+am|i['’]m|this\s+is)\s+\[name\]\W*",
    re.IGNORECASE,
)


def without_courtesies(text: str) -> str:
    """The question without masks, greetings and thanks. What is nothing else stays as it is."""
    text = " ".join(_MASK.sub(" ", _INTRODUCED.sub(" ", text)).split())
    bare = _ENDINGS.sub("", _BEGINNINGS.sub("", text, count=1))
    return bare.strip(" .!?,;:") or text


def plain(text: str) -> str:
    """The question as it is compared with others: without courtesies, in lower case."""
    return without_courtesies(text).lower()


def clusters(vectors: NDArray[np.float32]) -> list[list[int]]:
    """The questions that ask the same, as positions in order. `vectors` [questions, …] are theirs, of length 1."""
    from sklearn.cluster import AgglomerativeClustering  # takes a second

    if len(vectors) < 2:
        return [[at] for at in range(len(vectors))]
    method = AgglomerativeClustering(n_clusters=None, distance_threshold=DISTANCE, metric="cosine", linkage="average")
    labels = method.fit_predict(vectors)
    return [list(np.flatnonzero(labels == label)) for label in range(labels.max() + 1)]


def most_central(
    vectors: NDArray[np.float32], members: Sequence[int], weights: Sequence[float], *, among: Sequence[int]
) -> int:
    """Which of `among` is most like the members, each of which counts by its weight; of equals the first."""
    middle = np.asarray(weights, dtype=np.float32) @ vectors[members]
    return among[int(np.argmax(vectors[among] @ middle))]
