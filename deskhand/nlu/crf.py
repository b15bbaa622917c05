"""A linear-chain conditional random field (Lafferty, McCallum, Pereira 2001) whose forbidden transitions stay
forbidden, so that every decoded sequence is valid BILOU."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from deskhand.nlu.tags import TagScheme

FORBIDDEN = -1e4
"""Low enough never to be chosen, and high enough to stay finite in sums."""
SMALLEST = 1e-35
"""What is less likely than the likeliest by more than this, or cannot be, counts as this: it has a logarithm, and
a sum does not notice it."""


class Crf(nn.Module):
    """Scores sequences of tags. Shapes: B sequences, W words, K tags."""

    start_ban: Tensor
    end_ban: Tensor
    ban: Tensor

    def __init__(self, scheme: TagScheme) -> None:
        super().__init__()
        size = len(scheme)
        self.transitions = nn.Parameter(torch.zeros(size, size))
        self.starts = nn.Parameter(torch.zeros(size))
        self.ends = nn.Parameter(torch.zeros(size))
        allowed = torch.tensor([[scheme.may_follow(a, b) for b in range(size)] for a in range(size)])
        starts = torch.tensor([scheme.may_start(tag) for tag in range(size)])
        ends = torch.tensor([scheme.may_end(tag) for tag in range(size)])
        self.register_buffer("ban", torch.where(allowed, 0.0, FORBIDDEN), persistent=False)
        self.register_buffer("start_ban", torch.where(starts, 0.0, FORBIDDEN), persistent=False)
        self.register_buffer("end_ban", torch.where(ends, 0.0, FORBIDDEN), persistent=False)

    def loss(self, scores: Tensor, tags: Tensor, mask: Tensor) -> Tensor:
        """The mean negative log likelihood of `tags` [B, W] under `scores` [B, W, K]. Every sequence has at
        least one word; `mask` [B, W] is true for words, which come first."""
        gold = self._gold_score(scores, tags, mask)
        alpha = self.starts + self.start_ban + scores[:, 0]
        step = self.transitions + self.ban
        moves = step.exp()
        for word in range(1, scores.shape[1]):
            # The log of a sum of exponentials, as a product of matrices: [B, K] instead of [B, K, K] exponentials.
            most = alpha.detach().amax(dim=1, keepdim=True)
            grown = ((alpha - most).exp() @ moves).clamp(min=SMALLEST).log() + most + scores[:, word]
            alpha = torch.where(mask[:, word, None], grown, alpha)
        total = torch.logsumexp(alpha + self.ends + self.end_ban, dim=1)
        return (total - gold).mean()

    def _gold_score(self, scores: Tensor, tags: Tensor, mask: Tensor) -> Tensor:
        words = scores.gather(2, tags[:, :, None]).squeeze(2)
        moves = self.transitions[tags[:, :-1], tags[:, 1:]]
        last = tags.gather(1, mask.sum(1, keepdim=True) - 1).squeeze(1)
        inner = (words * mask).sum(1) + (moves * mask[:, 1:]).sum(1)
        return inner + self.starts[tags[:, 0]] + self.ends[last]

    @torch.inference_mode()
    def decode(self, scores: Tensor) -> list[int]:
        """The best tags of one sequence. `scores` [W, K], W ≥ 1 → W tags"""
        step = self.transitions + self.ban
        best, pointers = self.starts + self.start_ban + scores[0], []
        for word in range(1, len(scores)):
            reached, pointer = (best[:, None] + step).max(0)
            pointers.append(pointer.tolist())
            best = reached + scores[word]
        tags = [int((best + self.ends + self.end_ban).argmax())]
        for pointer in reversed(pointers):
            tags.append(pointer[tags[-1]])
        return tags[::-1]

    @torch.inference_mode()
    def probabilities(self, scores: Tensor) -> Tensor:
        """Of every tag at every word of one sequence. `scores` [W, K], W ≥ 1 → [W, K]"""
        step = self.transitions + self.ban
        forward, backward = [self.starts + self.start_ban + scores[0]], [self.ends + self.end_ban]
        for word in range(1, len(scores)):
            forward.append(torch.logsumexp(forward[-1][:, None] + step, 0) + scores[word])
        for word in range(len(scores) - 1, 0, -1):
            backward.append(torch.logsumexp(step + scores[word] + backward[-1], 1))
        return torch.softmax(torch.stack(forward) + torch.stack(backward[::-1]), dim=1)
