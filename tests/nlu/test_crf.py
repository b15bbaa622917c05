"""The field against sums over all sequences, which small ones allow."""

from __future__ import annotations

from itertools import pairwise, product

import pytest
import torch
from torch import Tensor

from deskhand.nlu.crf import Crf
from deskhand.nlu.tags import Label, TagScheme

SCHEME = TagScheme([Label("product")])


@pytest.fixture
def crf() -> Crf:
    torch.manual_seed(3)
    crf = Crf(SCHEME)
    for parameter in crf.parameters():
        torch.nn.init.normal_(parameter)
    return crf


def valid(tags: tuple[int, ...]) -> bool:
    inner = all(SCHEME.may_follow(a, b) for a, b in pairwise(tags))
    return inner and SCHEME.may_start(tags[0]) and SCHEME.may_end(tags[-1])


def total(crf: Crf, scores: Tensor, tags: tuple[int, ...]) -> Tensor:
    moves = sum((crf.transitions[a, b] for a, b in pairwise(tags)), torch.zeros(()))
    words = sum((scores[i, tag] for i, tag in enumerate(tags)), torch.zeros(()))
    return crf.starts[tags[0]] + crf.ends[tags[-1]] + moves + words


def sequences(length: int) -> list[tuple[int, ...]]:
    return [tags for tags in product(range(len(SCHEME)), repeat=length) if valid(tags)]


@pytest.mark.parametrize("spread", [1, 20])
def test_the_loss_is_the_likelihood_among_valid_sequences(crf: Crf, spread: int) -> None:
    scores = spread * torch.randn(2, 4, len(SCHEME))
    gold = [(1, 2, 3, 0), (4, 0)]
    mask = torch.tensor([[True] * 4, [True, True, False, False]])
    expected = []
    for row, tags in enumerate(gold):
        of_row = scores[row, : len(tags)]
        everything = torch.stack([total(crf, of_row, other) for other in sequences(len(tags))])
        expected.append(torch.logsumexp(everything, 0) - total(crf, of_row, tags))
    padded = torch.tensor([gold[0], (*gold[1], 0, 0)])
    loss, expected_loss = crf.loss(scores, padded, mask), torch.stack(expected).mean()
    assert torch.allclose(loss, expected_loss, atol=1e-4)
    found, right = (torch.autograd.grad(each, crf.transitions)[0] for each in (loss, expected_loss))
    assert torch.allclose(found, right, atol=1e-4)


@pytest.mark.parametrize("length", [1, 2, 4])
def test_decoding_finds_the_best_sequence_and_every_tags_probability(crf: Crf, length: int) -> None:
    scores = torch.randn(length, len(SCHEME))
    everything = {tags: float(total(crf, scores, tags).detach()) for tags in sequences(length)}
    tags, probabilities = crf.decode(scores), crf.probabilities(scores)
    assert tuple(tags) == max(everything, key=everything.__getitem__)
    shares = torch.softmax(torch.tensor(list(everything.values())), 0)
    for word, tag in product(range(length), range(len(SCHEME))):
        share = sum(float(s) for t, s in zip(everything, shares, strict=True) if t[word] == tag)
        assert float(probabilities[word, tag]) == pytest.approx(share, abs=1e-4)


def test_no_scores_however_high_bring_about_an_invalid_sequence(crf: Crf) -> None:
    scores = torch.zeros(3, len(SCHEME))
    scores[:, 2] = 50.0  # inside, all along
    assert valid(tuple(crf.decode(scores)))
