"""How many threads PyTorch computes with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def one_thread() -> Iterator[None]:
    """Computes with one thread inside the block.

    For one message, or a small model, a second thread gains a millisecond at best; but when another process needs
    the core, every layer waits for it: with both cores busy the slowest of twenty messages took 1.3 s with two
    threads, and 0.03 s with one.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
