"""Learns from the asked questions which answer a question asks for.

Those that point at one place of an article are a class, and all that nothing answers are one more. Multinomial logistic
regression over the questions' vectors: with some seven questions a class it finds the right article for a fifth more
of other people's questions than the nearest asked question does.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from deskhand.store.answer_model import AnswerModel
from deskhand.store.asked_examples import AskedExamples

METHOD = 1
"""A new number means that all models are learned anew."""
FEWEST = 100
"""With fewer answered questions than this there is nothing to learn from: the nearest ones have their say alone."""
FEWEST_ROUNDS, FEWEST_STEPS = 10, 200
BATCH = 256
RATE = 0.05
PENALTY = 1e-2
"""Half of the squared weights times this, divided by the number of questions, is added to the loss."""


def digest_of(examples: AskedExamples) -> str:
    """Other questions, answers or ways of learning give another one."""
    digest = hashlib.sha256(f"{METHOD} {len(examples.texts)} ".encode())
    digest.update("\0".join(examples.texts).encode("utf-8", "replace"))
    for column in (examples.passage_ids, examples.first_sentences, examples.last_sentences):
        digest.update(column.tobytes())
    return digest.hexdigest()


def learn(examples: AskedExamples) -> AnswerModel | None:
    """None where there are too few. The same questions give the same model. Loads PyTorch; takes seconds for some
    thousand questions."""
    if int((examples.passage_ids > 0).sum()) < FEWEST:
        return None
    places = np.stack([examples.passage_ids, examples.first_sentences, examples.last_sentences], axis=1)
    places[examples.passage_ids <= 0] = (0, -1, -1)
    classes, class_of = np.unique(places, axis=0, return_inverse=True)
    weights, biases = _logistic_regression(examples.vectors, class_of.reshape(-1), len(classes))
    return AnswerModel(classes[:, 0], classes[:, 1], classes[:, 2], weights, biases)


def _logistic_regression(
    vectors: NDArray[np.float32], class_of: NDArray[np.int64], classes: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(weights [classes, dimension], biases [classes])."""
    import torch
    from torch.nn import functional

    inputs, labels = torch.from_numpy(vectors), torch.from_numpy(class_of)
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
            loss = functional.cross_entropy(inputs[rows] @ weights.T + biases, labels[rows])
            loss = loss + PENALTY / 2 * weights.square().sum() / len(inputs)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
            optimizer.step()
            schedule.step()
    return weights.detach().numpy(), biases.detach().numpy()
