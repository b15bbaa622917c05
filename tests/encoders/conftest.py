"""What the tests of the encoders share."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from tests.encoders.tiny import write_tiny_encoder

# With so little to compute, a second thread only waits for the first.
torch.set_num_threads(1)


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in Hugging Face's layout, with random weights."""
    return write_tiny_encoder(tmp_path_factory.mktemp("encoder"))
