"""Questions that ask the same are put together, however they are typed. Pure functions over texts and vectors.

Two views of a question are mixed: its meaning (the encoder's vector) and its spelling (short runs of characters, in
which a typo changes little). Greetings and courtesies are taken off first: they say nothing about the subject.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from deskhand.conversation.masking import MASKS

DISTANCE = 0.62
"""Of two clusters, on average, up to which they are one. Chosen on `dev` in tests/knowledge/gaps/questions.yml."""
SPELLING = 0.3
"""The share of the spelling in the distance; the rest is meaning. Chosen with `DISTANCE`."""

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


def without_courtesies(text: str) -> str:
    """The question without masks, greetings and thanks. What is nothing else stays as it is."""
    text = " ".join(_MASK.sub(" ", text).split())
    bare = _ENDINGS.sub("", _BEGINNINGS.sub("", text, count=1))
    return bare.strip(" .!?,;:") or text


def plain(text: str) -> str:
    """The question as it is compared with others: without courtesies, in lower case."""
    return without_courtesies(text).lower()


def similarities(texts: Sequence[str], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """How alike each two texts are, -1 to 1: [texts, texts]. `vectors` [texts, …] are theirs, of length 1."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # takes a second, and actions import this package

    meaning = vectors @ vectors.T
    grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 4), sublinear_tf=True).fit_transform(texts)
    spelling = (grams @ grams.T).toarray()
    mixed: NDArray[np.float32] = ((1 - SPELLING) * meaning + SPELLING * spelling).astype(np.float32)
    return mixed


def clusters(alike: NDArray[np.float32]) -> list[list[int]]:
    """The texts that ask the same, as positions in order. `alike` is what `similarities` gives."""
    from sklearn.cluster import AgglomerativeClustering

    if len(alike) < 2:
        return [[at] for at in range(len(alike))]
    method = AgglomerativeClustering(
        n_clusters=None, distance_threshold=DISTANCE, metric="precomputed", linkage="average"
    )
    labels = method.fit_predict(1 - alike)
    return [list(np.flatnonzero(labels == label)) for label in range(labels.max() + 1)]


def most_central(alike: NDArray[np.float32], members: Sequence[int], weights: Sequence[float]) -> int:
    """The member that is most like the others, each of which counts by its weight; of equals the first."""
    within = alike[np.ix_(members, members)]
    return members[int(np.argmax(within @ np.asarray(weights, dtype=np.float32)))]
