from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

from deskhand.nlu import persistence
from deskhand.nlu.errors import ModelFilesError
from deskhand.nlu.joint_model import Example
from deskhand.nlu.training import Hyperparameters, TrainedModel, train
from deskhand.nlu.understanding import understand
from tests.nlu.conftest import words_of


@pytest.fixture(scope="module")
def trained(examples: list[Example], tiny_parameters: Hyperparameters) -> TrainedModel:
    return train(examples, tiny_parameters)


@pytest.fixture
def stored(trained: TrainedModel, tmp_path: Path) -> Path:
    persistence.save(trained, tmp_path)
    return tmp_path


def test_a_stored_model_understands_the_same(trained: TrainedModel, stored: Path) -> None:
    text = "where is my tent fw-204518"
    assert understand(persistence.load(stored), text, words_of(text)) == understand(trained, text, words_of(text))


def test_only_json_and_safetensors_are_stored(stored: Path) -> None:
    assert {file.suffix for file in stored.iterdir()} == {".json", ".safetensors"}
    assert load_file(stored / persistence.TENSORS_FILE)


def test_other_weights_than_those_trained_on_are_refused(
    examples: list[Example], tiny_parameters: Hyperparameters, tiny_encoder: Path, tmp_path: Path
) -> None:
    encoder, model = tmp_path / "encoder", tmp_path / "model"
    shutil.copytree(tiny_encoder, encoder)
    model.mkdir()
    persistence.save(train(examples[:4], replace(tiny_parameters, weights=str(encoder), epochs=1)), model)
    tensors = load_file(encoder / "model.safetensors")
    save_file({name: tensor + 1 for name, tensor in tensors.items()}, encoder / "model.safetensors")
    with pytest.raises(ModelFilesError, match="rasa train"):
        persistence.load(model)


def test_a_model_of_another_format_asks_for_training(stored: Path) -> None:
    file = stored / persistence.DESCRIPTION_FILE
    file.write_text(json.dumps({**json.loads(file.read_text()), "format": 0}))
    with pytest.raises(ModelFilesError, match="rasa train"):
        persistence.load(stored)


@pytest.mark.parametrize("file", [persistence.DESCRIPTION_FILE, persistence.TENSORS_FILE])
@pytest.mark.parametrize("content", [b"", b"{}", b"nonsense"])
def test_broken_files_are_an_error_of_ours(stored: Path, file: str, content: bytes) -> None:
    (stored / file).write_bytes(content)
    with pytest.raises(ModelFilesError, match=str(stored)):
        persistence.load(stored)


def test_a_missing_file_is_an_error_of_ours(stored: Path) -> None:
    (stored / persistence.TENSORS_FILE).unlink()
    with pytest.raises(ModelFilesError):
        persistence.load(stored)
