"""Fits the few weights of a convex problem to the end, as logistic regression is."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn


def minimise(loss_of: Callable[[], Tensor], parameters: Iterable[nn.Parameter], most_rounds: int) -> None:
    """Changes the parameters in place, by L-BFGS (Liu and Nocedal 1989), until the loss falls no more."""
    optimizer = torch.optim.LBFGS(parameters, max_iter=most_rounds, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = loss_of()
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        return loss

    optimizer.step(closure)  # type: ignore[no-untyped-call]  # likewise
