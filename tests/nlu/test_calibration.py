from __future__ import annotations

import pytest
import torch

from deskhand.nlu.calibration import Calibration, calibrate, expected_calibration_error, prominence


def cosines_with_noise(noise: float) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(5)
    gold = torch.arange(600) % 6
    right = torch.nn.functional.one_hot(gold, 6).float() * 0.5
    return right + noise * torch.randn(600, 6, generator=generator), gold


def test_noise_makes_the_calibrated_model_less_sure() -> None:
    clear, noisy = (calibrate(*cosines_with_noise(noise), refuse=0.03) for noise in (0.1, 0.4))
    assert clear.sharpness > noisy.sharpness


def test_calibrated_confidence_is_close_to_accuracy() -> None:
    cosines, gold = cosines_with_noise(0.3)
    calibration = calibrate(cosines, gold, refuse=0.03)
    error = expected_calibration_error(calibration.probabilities(cosines), gold)
    assert error < 0.05
    assert error < expected_calibration_error(Calibration(sharpness=60).probabilities(cosines), gold)


def test_no_more_right_messages_are_refused_than_agreed() -> None:
    cosines, gold = cosines_with_noise(0.3)
    calibration = calibrate(cosines, gold, refuse=0.1)
    refused = torch.tensor([not calibration.understood(row) for row in cosines])
    right = cosines.argmax(1) == gold
    assert 0 < float(refused[right].float().mean()) <= 0.1
    assert float(refused[~right].float().mean()) > float(refused[right].float().mean())


def test_when_nothing_was_right_nothing_is_refused() -> None:
    calibration = calibrate(torch.tensor([[0.9, 0.1]]), torch.tensor([1]), refuse=0.03)
    assert calibration.understood(torch.tensor([-0.9, -0.9]))


def test_what_is_a_little_near_to_everything_stands_out_less_than_what_is_near_to_one() -> None:
    assert prominence(torch.tensor([0.5, 0.45, 0.4])) < prominence(torch.tensor([0.4, 0.0, 0.0]))


def test_certain_and_always_wrong_is_an_error_of_one() -> None:
    wrong = torch.tensor([[1.0, 0.0]] * 5)
    assert expected_calibration_error(wrong, torch.ones(5, dtype=torch.long)) == pytest.approx(1.0)
