"""A trained model on disk: safetensors for numbers, JSON for the rest. Nothing is ever unpickled.

Only what training changed is stored; the encoder's other tensors come from its weights again, which must be
the same to the byte.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from deskhand.encoders.encoder import SubwordTokenizer, load_encoder
from deskhand.encoders.weights import find_weights
from deskhand.nlu.calibration import Calibration
from deskhand.nlu.errors import ModelFilesError
from deskhand.nlu.joint_model import JointModel
from deskhand.nlu.mood import Tones
from deskhand.nlu.tags import Label, TagScheme
from deskhand.nlu.training import Hyperparameters, TrainedModel

FORMAT = 7
TENSORS_FILE = "trained.safetensors"
DESCRIPTION_FILE = "trained.json"


def save(trained: TrainedModel, folder: Path) -> None:
    """Writes the model into an existing folder."""
    tensors = {name: tensor.contiguous() for name, tensor in trained.model.trained_state().items()}
    save_file(tensors, folder / TENSORS_FILE)
    description = {
        "format": FORMAT,
        "weights_sha256": trained.weights.sha256,
        "intents": trained.model.intents,
        "tones": asdict(trained.model.tones),
        "labels": [asdict(label) for label in trained.model.scheme.labels],
        "calibration": asdict(trained.calibration),
        "hyperparameters": asdict(trained.hyperparameters),
    }
    text = json.dumps(description, indent=1, ensure_ascii=False)
    (folder / DESCRIPTION_FILE).write_text(text, encoding="utf-8")


def load_hyperparameters(folder: Path) -> Hyperparameters:
    """Those that the model in this folder was trained with. Raises `ModelFilesError` when they cannot be read."""
    try:
        description = json.loads((folder / DESCRIPTION_FILE).read_text(encoding="utf-8"))
        return Hyperparameters(**description["hyperparameters"])
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise ModelFilesError(f"The trained model in {folder} cannot be read: {exc}") from exc


def load(folder: Path) -> TrainedModel:
    """The model that `save` wrote.

    Raises `ModelFilesError` when files are missing or from another version, `WeightsError` when the encoder's
    weights are missing.
    """
    try:
        description = json.loads((folder / DESCRIPTION_FILE).read_text(encoding="utf-8"))
        if description["format"] != FORMAT:
            raise ModelFilesError("This model was trained by another version of Deskhand: run `rasa train`.")
        parameters = Hyperparameters(**description["hyperparameters"])
        weights = find_weights(parameters.weights)
        if weights.sha256 != description["weights_sha256"]:
            raise ModelFilesError(
                f"This model was trained on an encoder (weights, tokenizer, settings) other than the one now in "
                f"{weights.folder}: put the former one back, or run `rasa train`."
            )
        encoder = load_encoder(weights.folder, parameters.frozen_layers, dropout=0.0)
        scheme = TagScheme(Label(**label) for label in description["labels"])
        model = JointModel(encoder, description["intents"], scheme, Tones(**description["tones"]))
        missing = set(model.trained_state()) ^ set(tensors := load_file(folder / TENSORS_FILE))
        if missing:
            raise ModelFilesError(f"The trained model does not fit the code: {sorted(missing)[:3]} …")
        model.load_state_dict(tensors, strict=False)
        return TrainedModel(
            model=model.eval(),
            tokenizer=SubwordTokenizer(weights.folder, parameters.max_tokens),
            calibration=Calibration(**description["calibration"]),
            weights=weights,
            hyperparameters=parameters,
        )
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as exc:
        raise ModelFilesError(f"The trained model in {folder} cannot be read: {exc}") from exc
