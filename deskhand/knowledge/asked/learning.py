"""Learns from the asked questions which answer a question asks for.

Questions that point at one place of an article are a class, and so are the unanswered ones that come near to one
article: what is asked in vain of a tent has little in common with what is asked in vain of a refund.
Multinomial logistic regression over the questions' vectors and their words: with some seven questions a class it
finds the right article for a fifth more of other people's questions than the nearest asked question does. What the
place itself says is learned from as well: a question may use the article's words where no asked question does.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from deskhand.knowledge.asked.lexical import Words, rarity, with_lexical
from deskhand.store.answer_model import AnswerModel
from deskhand.store.asked_examples import AskedExamples

METHOD = 4
"""A new number means that all models are learned anew."""
_PREFIX = f"{METHOD}:"
FEWEST = 100
"""With fewer answered questions than this there is nothing to learn from: the nearest ones have their say alone."""
FEWEST_ROUNDS, FEWEST_STEPS = 20, 200
BATCH = 256
RATE = 0.05
PENALTY = 2e-2
"""Half of the squared weights times this, divided by the number of questions, is added to the loss."""
DROPPED = 0.2
"""This share of the numbers is left out at random while learning, so that no answer hangs on a few words."""
MOST_TOLD = 4
"""So many sentences of a place are learned from, and its heading."""
WEIGHT_OF_TOLD = 0.5
"""Of each of them, beside an asked question."""


def digest_of(examples: AskedExamples) -> str:
    """Other questions, answers or ways of learning give another one."""
    digest = hashlib.sha256(f"{len(examples.texts)} ".encode())
    digest.update("\0".join((*examples.texts, *examples.near)).encode("utf-8", "replace"))
    for column in (examples.passage_ids, examples.first_sentences, examples.last_sentences):
        digest.update(column.tobytes())
    return f"{_PREFIX}{digest.hexdigest()}"


def is_current(digest: str | None) -> bool:
    """Whether a model with this digest was learned in today's way."""
    return digest is not None and digest.startswith(_PREFIX)


def are_enough(examples: AskedExamples) -> bool:
    return int((examples.passage_ids > 0).sum()) >= FEWEST


def learn(examples: AskedExamples, words: Words | None = None) -> AnswerModel | None:
    """None where there are too few. The same questions give the same model. Loads PyTorch; takes seconds for some
    thousand questions. `words`: those of the encoder; without them nothing is learned of single words."""
    if not are_enough(examples):
        return None
    classes, class_of = np.unique(_places(examples), axis=0, return_inverse=True)
    rare = rarity(words.subwords(examples.texts)) if words else np.zeros(0, dtype=np.float32)
    texts, vectors, told_of = _told(examples, classes)
    inputs = with_lexical(np.concatenate([examples.vectors, vectors]), words, (*examples.texts, *texts), rare)
    counts = np.repeat(np.array([1.0, WEIGHT_OF_TOLD], dtype=np.float32), [len(examples.texts), len(texts)])
    labels = np.concatenate([class_of.reshape(-1), told_of])
    weights, biases = _logistic_regression(inputs, labels, counts, len(classes))
    return AnswerModel(classes[:, 0], classes[:, 1], classes[:, 2], weights, biases, rare)


def _places(examples: AskedExamples) -> NDArray[np.int64]:
    """[N, 4]: passage, its first and last sentence, and the number of the article that an unanswered one is near to."""
    _, near = np.unique(np.array(examples.near), return_inverse=True)
    columns = (examples.passage_ids, examples.first_sentences, examples.last_sentences, near.reshape(-1))
    places = np.stack(columns, axis=1).astype(np.int64)
    unanswered = examples.passage_ids <= 0
    places[unanswered, :3] = (0, -1, -1)
    places[~unanswered, 3] = 0
    return places


def _told(
    examples: AskedExamples, classes: NDArray[np.int64]
) -> tuple[list[str], NDArray[np.float32], NDArray[np.int64]]:
    """What the articles say at the places: texts, their vectors, and the number of each one's class."""
    passages = {each.passage_id: each for each in examples.told}
    texts: list[str] = []
    vectors: list[NDArray[np.float32]] = [np.zeros((0, examples.vectors.shape[1]), dtype=np.float32)]
    told_of: list[int] = []
    for number, (passage_id, first, last, _) in enumerate(classes.tolist()):
        passage = passages.get(passage_id)
        if passage is None or not passage.texts:
            continue
        place = slice(0, None) if first < 0 else slice(first, last + 1)
        mean = passage.vectors[place].mean(axis=0, keepdims=True)
        vectors += [mean / max(float(np.linalg.norm(mean)), 1e-9), passage.vectors[place][:MOST_TOLD]]
        found = [passage.head, *passage.texts[place][:MOST_TOLD]]
        texts += found
        told_of += [number] * len(found)
    return texts, np.concatenate(vectors), np.array(told_of, dtype=np.int64)


def _logistic_regression(
    vectors: NDArray[np.float32], class_of: NDArray[np.int64], counts: NDArray[np.float32], classes: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(weights [classes, dimension], biases [classes]). `counts`: how much each of the vectors counts."""
    import torch
    from torch.nn import functional

    inputs, labels, weighted = torch.from_numpy(vectors), torch.from_numpy(class_of), torch.from_numpy(counts)
    generator = torch.Generator().manual_seed(0)
    weights = torch.zeros(classes, inputs.shape[1], requires_grad=True)
    biases = torch.zeros(classes, requires_grad=True)
    optimizer = torch.optim.Adam([weights, biases], lr=RATE, fused=True)
    batches = -(-len(inputs) // BATCH)
    rounds = max(FEWEST_ROUNDS, -(-FEWEST_STEPS // batches))
    steps = rounds * batches
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / steps)
    for _ in range(rounds):
        for rows in torch.split(torch.randperm(len(inputs), generator=generator), BATCH):
            kept = torch.rand(len(rows), inputs.shape[1], generator=generator) >= DROPPED
            logits = (inputs[rows] * kept / (1 - DROPPED)) @ weights.T + biases
            losses = functional.cross_entropy(logits, labels[rows], reduction="none")
            loss = (losses * weighted[rows]).mean() + PENALTY / 2 * weights.square().sum() / len(inputs)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
            optimizer.step()
            schedule.step()
    return weights.detach().numpy(), biases.detach().numpy()
