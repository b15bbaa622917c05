from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from deskhand.encoders.errors import WeightsError
from deskhand.knowledge.embedding import DIMENSION, Embedder, PassageText, current_embedder_name
from tests.encoders.tiny import HIDDEN, write_tiny_encoder


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Embedder.open()


PASSAGES = [
    PassageText("Tents – Poles", ("A broken pole is mended with a sleeve.", "We sell refunds and gift cards, too.")),
    PassageText("Delivery", ("It costs £3.95.",)),
    PassageText("Empty", ()),
    PassageText("Long", ("word " * 600, "beyond the encoder's reach")),
]


def test_passages_and_sentences_have_vectors_of_length_one_in_order(embedder):
    done: list[int] = []
    found = list(embedder.embed_passages(PASSAGES, done.append))

    assert [each.sentences.shape for each in found] == [(2, DIMENSION), (1, DIMENSION), (0, DIMENSION), (2, DIMENSION)]
    for each in found:
        assert each.vector.shape == (DIMENSION,)
        for vector in (each.vector, *each.sentences.astype(np.float32)):
            assert np.linalg.norm(vector) == pytest.approx(1, abs=0.01)
    assert done[-1] == len(PASSAGES)


def test_a_question_is_nearest_to_the_passage_and_the_sentence_that_answer_it(embedder):
    tents, delivery, *_ = embedder.embed_passages(PASSAGES)
    question = embedder.embed_query("my tent pole snapped, how do I repair it")

    assert question @ tents.vector > question @ delivery.vector
    assert question @ tents.sentences[0] > question @ tents.sentences[1]


def test_a_passage_means_the_same_alone_and_among_others(embedder):
    together = list(embedder.embed_passages(PASSAGES))

    for passage, vectors in zip(PASSAGES, together, strict=True):
        (alone,) = embedder.embed_passages([passage])
        assert alone.vector == pytest.approx(vectors.vector, abs=1e-4)


def test_several_questions_have_the_vectors_that_each_has_alone(embedder):
    texts = ["where is my parcel", "what does delivery to the Scottish islands cost me"]

    assert embedder.embed_queries(texts) == pytest.approx(np.stack([embedder.embed_query(t) for t in texts]), abs=1e-4)


def test_the_name_is_known_without_loading_the_encoder(embedder):
    assert current_embedder_name() == embedder.name


def test_usual_words_are_words(embedder):
    assert embedder.is_word("boots")
    assert not embedder.is_word("delivrey")


def test_an_encoder_of_another_size_is_refused(tmp_path: Path):
    with pytest.raises(WeightsError, match=rf"vectors of {HIDDEN} numbers.*has {DIMENSION}"):
        Embedder.open(str(write_tiny_encoder(tmp_path)))


def test_importing_retrieval_loads_no_pytorch():
    code = "import sys, deskhand.knowledge.retrieval; sys.exit('torch' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
