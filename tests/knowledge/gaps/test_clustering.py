"""Questions that ask the same are put together, however they are typed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml
from sklearn.metrics import adjusted_rand_score, homogeneity_score

from deskhand.knowledge.embedding import Embedder
from deskhand.knowledge.gaps.clustering import clusters, most_central, plain
from deskhand.knowledge.gaps.spelling import corrected

SUBJECTS = yaml.safe_load((Path(__file__).parent / "questions.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Embedder.open()


def together(embedder: Embedder, questions: list[str]) -> list[list[str]]:
    texts = [plain(question) for question in questions]
    found = clusters(embedder.embed_queries(corrected(texts, {}, 0, embedder.is_word)))
    return [[questions[at] for at in members] for members in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hi there! Could you please tell me if you hire out tents? Many thanks", "if you hire out tents"),
        ("good morning, i was wondering whether you hire out tents pls", "you hire out tents"),
        ("I'd like to know: do you hire out tents", "do you hire out tents"),
        ("Hello", "hello"),
        ("my order [order number] has no peg", "my order has no peg"),
        ("do you hire out tents? my name is [name]", "do you hire out tents"),
        ("Hi, I'm [name], do you hire out tents", "do you hire out tents"),
        ("tent thanksgiving sale", "tent thanksgiving sale"),
        ("hire tents", "hire tents"),
        ("history of the shop", "history of the shop"),
        ("there's a peg missing", "there's a peg missing"),
        ("", ""),
    ],
)
def test_greetings_and_thanks_are_taken_off(text: str, expected: str) -> None:
    assert plain(text) == expected


@pytest.mark.parametrize(("kind", "same", "pure"), [("dev", 0.58, 0.97), ("check", 0.52, 0.97)])
def test_subjects_are_found_again(embedder: Embedder, kind: str, same: float, pure: float) -> None:
    """`adjusted_rand_score`: 1 when the clusters are the subjects, 0 when they are chance. Homogeneity: 1 when no
    cluster mixes subjects. The subjects are near each other, and each is told in words that the others lack."""
    subjects = {text: name for name, texts in SUBJECTS[kind].items() for text in texts}
    found = together(embedder, list(subjects))
    label = {text: number for number, texts in enumerate(found) for text in texts}
    labels = [label[text] for text in subjects]
    assert adjusted_rand_score(list(subjects.values()), labels) >= same, found
    assert homogeneity_score(list(subjects.values()), labels) >= pure, found


@pytest.mark.parametrize("subject", ["renting equipment", "how long a lamp shines", "seasoning a pan"])
def test_typos_and_courtesies_do_not_split(embedder: Embedder, subject: str) -> None:
    [texts] = [texts[subject] for texts in SUBJECTS.values() if subject in texts]
    text = texts[0]
    variants = [text, f"Hi, {text} please?", f"hello could you tell me {text} thanks!!", text.upper(), _swapped(text)]
    others = [other for name, group in SUBJECTS["check"].items() if name != subject for other in group]
    [whole] = [each for each in together(embedder, variants + others) if text in each]
    assert set(variants) <= set(whole)


def _swapped(text: str) -> str:
    """The text with two letters of its longest word swapped."""
    word = max(text.split(), key=len)
    return text.replace(word, word[:2] + word[3] + word[2] + word[4:])


def test_one_question_is_one_cluster() -> None:
    assert clusters(np.ones((1, 4), dtype=np.float32) / 2) == [[0]]
    assert clusters(np.ones((0, 4), dtype=np.float32)) == []


def test_the_most_central_is_most_like_the_others_as_often_as_they_were_asked() -> None:
    vectors = np.array([[1, 0], [0.8, 0.6], [0.1, 0.995]], dtype=np.float32)
    everyone = [0, 1, 2]
    assert most_central(vectors, everyone, [1, 1, 1], among=everyone) == 1
    assert most_central(vectors, everyone, [1, 1, 100], among=everyone) == 2
    assert most_central(vectors, everyone, [1, 1, 100], among=[0, 1]) == 1
