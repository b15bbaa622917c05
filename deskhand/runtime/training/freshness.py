"""Whether the newest model was made from the files as they are now."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import deskhand

MODELS = "models"
RECORD = "trained-from.json"
_ASSISTANT = ("config.yml", "domain.yml", "domain", "data", "requirements/runtime.lock")
_CODE = ("nlu", "policies")
_IGNORED = {"__pycache__", ".DS_Store"}
_ONLY_READS_DATA = "nlu/doctor"


@dataclass(frozen=True)
class Model:
    """A trained model: the archive that `rasa train` wrote."""

    file: Path


def newest_model(project: Path) -> Model | None:
    """The model that plain `rasa run` would take."""
    archives = sorted((project / MODELS).glob("*.tar.gz"), key=lambda file: (file.stat().st_mtime, file.name))
    return Model(archives[-1]) if archives else None


def why_train(project: Path) -> str | None:
    """Why a training is needed, in words for a person; None if the newest model is up to date."""
    model = newest_model(project)
    if model is None:
        return "there is no model yet"
    record = _read_record(project)
    if record.get("model") != model.file.name:
        return f"it is not known what {model.file.name} was trained from"
    if record.get("digest") != digest_of_inputs(project):
        return "what it is trained from has changed"
    return None


def remember(project: Path, model: Model, digest: str) -> None:
    """Notes beside the model what it was trained from: the digest as it was before the training began."""
    record = {"model": model.file.name, "digest": digest}
    (project / MODELS / RECORD).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def digest_of_inputs(project: Path) -> str:
    """Changes with everything that can change a model: data, configuration, components, versions."""
    digest = hashlib.sha256(_version("rasa").encode())
    package = Path(deskhand.__file__).parent
    named = [(name, project / name) for name in _ASSISTANT] + [(f"deskhand/{name}", package / name) for name in _CODE]
    for name, root in named:
        for file in _files(root):
            if file.is_relative_to(package / _ONLY_READS_DATA):
                continue
            digest.update(f"\0{name}/{file.relative_to(root)}\0".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _files(root: Path) -> Iterator[Path]:
    if root.is_file():
        yield root
        return
    for file in sorted(root.rglob("*")):
        if file.is_file() and not _IGNORED.intersection(file.parts):
            yield file


def _read_record(project: Path) -> dict[str, str]:
    try:
        content = json.loads((project / MODELS / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"
