from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from deskhand.encoders.threads import one_thread


@pytest.fixture
def two_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("two_threads")
def test_one_thread_computes_inside_and_all_of_them_afterwards() -> None:
    with one_thread():
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == 2


@pytest.mark.usefixtures("two_threads")
def test_after_an_error_as_well() -> None:
    @one_thread()
    def fail() -> None:
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        fail()
    assert torch.get_num_threads() == 2
