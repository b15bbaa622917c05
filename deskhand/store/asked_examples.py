"""Reading all asked questions at once, and the passages that they point at: what is learned from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from typing import Any

    import numpy as np
    from numpy.typing import NDArray

ALL_ASKED = """
SELECT q.text, q.near, q.passage_id, q.first_sentence, q.last_sentence, vector_send(q.embedding) AS vector
FROM deskhand.asked_questions q
LEFT JOIN (deskhand.passages p JOIN deskhand.articles a ON a.id = p.article_id) ON p.id = q.passage_id
WHERE q.embedder = %(embedder)s AND (q.unanswered OR a.audience = %(audience)s)
ORDER BY q.text, q.passage_id, q.first_sentence, q.last_sentence, q.near
"""
ALL_TOLD = """
SELECT p.id, a.title, p.headings, p.sentences, p.steps, p.sentence_vectors
FROM deskhand.passages p JOIN deskhand.articles a ON a.id = p.article_id
WHERE a.audience = %(audience)s AND p.embedder = %(embedder)s AND p.id IN (
    SELECT q.passage_id FROM deskhand.asked_questions q WHERE q.embedder = %(embedder)s
)
ORDER BY p.id
"""


@dataclass(frozen=True)
class Told:
    """A passage at which asked questions point."""

    passage_id: int
    head: str
    """Title and last heading."""
    texts: tuple[str, ...]
    """Its sentences, then its steps."""
    vectors: NDArray[np.float32]
    """[texts, DIMENSION], each of length 1."""


@dataclass(frozen=True)
class AskedExamples:
    """N asked questions, answered in articles for customers or unanswered, in columns."""

    texts: tuple[str, ...]
    vectors: NDArray[np.float32]
    """[N, DIMENSION], each of length 1."""
    passage_ids: NDArray[np.int64]
    """[N]; 0 for unanswered ones."""
    first_sentences: NDArray[np.int64]
    last_sentences: NDArray[np.int64]
    """[N] each: the place in the passage's sentences and steps; -1 for the whole passage."""
    near: tuple[str, ...]
    """N sources of articles that come near to an unanswered one; empty where it is answered, or unknown."""
    told: tuple[Told, ...] = ()

    def without(self, texts: Collection[str]) -> AskedExamples:
        """Those with other texts."""
        kept = [at for at, text in enumerate(self.texts) if text not in texts]
        return replace(
            self,
            texts=tuple(self.texts[at] for at in kept),
            vectors=self.vectors[kept],
            passage_ids=self.passage_ids[kept],
            first_sentences=self.first_sentences[kept],
            last_sentences=self.last_sentences[kept],
            near=tuple(self.near[at] for at in kept),
        )


def examples_from(rows: Sequence[Any], told: Sequence[Any], dimension: int) -> AskedExamples:
    """From the rows of `ALL_ASKED` and of `ALL_TOLD`."""
    import numpy as np

    def places(values: list[int | None]) -> NDArray[np.int64]:
        return np.array([-1 if value is None else value for value in values], dtype=np.int64)

    # Before a vector's floats, which are big-endian, come the number of dimensions and a zero, 2 bytes each.
    vectors = [np.frombuffer(row.vector, dtype=">f4", offset=4) for row in rows]
    return AskedExamples(
        texts=tuple(row.text for row in rows),
        vectors=np.array(vectors, dtype=np.float32).reshape(len(rows), dimension),
        passage_ids=np.array([row.passage_id or 0 for row in rows], dtype=np.int64),
        first_sentences=places([row.first_sentence for row in rows]),
        last_sentences=places([row.last_sentence for row in rows]),
        near=tuple(row.near or "" for row in rows),
        told=tuple(_told(row) for row in told),
    )


def _told(row: Any) -> Told:
    import numpy as np

    texts = (*row.sentences, *row.steps)
    vectors = np.frombuffer(row.sentence_vectors, dtype=np.float16).reshape(len(texts), -1).astype(np.float32)
    lengths = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return Told(int(row.id), " ".join((row.title, *row.headings[-1:])), texts, vectors / lengths)
