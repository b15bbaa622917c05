"""Training through `rasa train`: whether it is needed, and running it with its progress shown."""

from __future__ import annotations

from deskhand.runtime.training.freshness import Model, newest_model, why_train
from deskhand.runtime.training.run import TrainingFailed, train

__all__ = ["Model", "TrainingFailed", "newest_model", "train", "why_train"]
