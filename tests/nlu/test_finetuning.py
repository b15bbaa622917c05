"""What plain `rasa train` promises: the same for a seed, nothing done twice, nothing pickled, progress shown."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from deskhand.nlu import transformer_classifier
from deskhand.nlu.persistence import DESCRIPTION_FILE, TENSORS_FILE
from deskhand.nlu.transformer_classifier import TransformerClassifier
from tests.nlu.small_bot import newest_model
from tests.rasa_command import rasa

pytestmark = pytest.mark.slow

OURS = "TransformerClassifier"
PICKLES = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")


def contents(archive: Path) -> dict[str, bytes]:
    """The files in a model's archive, by path."""
    with tarfile.open(archive) as tar:
        opened = {member.name: tar.extractfile(member) for member in tar if member.isfile()}
        return {name: stream.read() for name, stream in opened.items() if stream}


def our_files(archive: Path) -> dict[str, bytes]:
    return {Path(name).name: content for name, content in contents(archive).items() if OURS in name}


@pytest.fixture
def copy(small_bot: Path, tmp_path: Path) -> Path:
    """The small bot with its cache and its model, free to be changed."""
    folder = tmp_path / "copy"
    shutil.copytree(small_bot, folder)
    return folder


def test_training_shows_its_progress_and_what_it_found(small_bot: Path) -> None:
    log = (small_bot / "train.log").read_text()
    assert "Learning:" in log
    assert "held out of training" in log
    assert "roles/groups" not in log


def test_the_archive_holds_nothing_pickled(small_bot: Path) -> None:
    files = contents(newest_model(small_bot))
    assert {Path(name).suffix for name in files} <= {".json", ".yml", ".safetensors"}
    assert [name for name, content in files.items() if content.startswith(PICKLES)] == []
    assert set(our_files(newest_model(small_bot))) >= {DESCRIPTION_FILE, TENSORS_FILE}


def test_another_process_learns_the_same_to_the_bit(small_bot: Path, copy: Path) -> None:
    shutil.rmtree(copy / ".rasa")
    log = rasa(copy, "train", "nlu", "--out", "again")
    assert f"Starting to train component '{OURS}'" in log
    [again] = (copy / "again").glob("*.tar.gz")
    assert our_files(again) == our_files(newest_model(small_bot))


def test_training_again_learns_only_what_an_example_changes(copy: Path) -> None:
    unchanged = rasa(copy, "train")
    assert "Starting to train component" not in unchanged
    data = copy / "data/nlu.yml"
    data.write_text(data.read_text().replace("- hi there", "- hi everybody"), encoding="utf-8")
    changed = rasa(copy, "train")
    assert f"Starting to train component '{OURS}'" in changed
    assert "Restored component 'RulePolicy' from cache" in changed


def test_finetuning_says_that_it_starts_anew_and_learns_no_less(small_bot: Path, copy: Path) -> None:
    log = rasa(copy, "train", "--finetune", "--epoch-fraction", "0.5")
    assert "--finetune saves no time" in log
    assert our_files(newest_model(copy)) == our_files(newest_model(small_bot))


def test_all_of_our_code_that_training_runs_is_in_the_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    code = (
        "import sys; before = set(sys.modules); import deskhand.nlu.transformer_classifier;"
        "print(*sorted(m for m in set(sys.modules) - before if m.startswith('deskhand.') and m.count('.') > 1))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    # Of `deskhand.conversation` only a list of intents is used. The next test looks at that.
    needed = [
        name for name in done.stdout.split() if not name.startswith(("deskhand.runtime", "deskhand.conversation"))
    ]
    assert transformer_classifier.__name__ in needed
    assert {module.rpartition(".")[0] for module in needed} == {"deskhand.nlu", "deskhand.encoders"}
    digested: list[Path] = []
    monkeypatch.setattr(transformer_classifier, "source_digest", lambda *folders: digested.extend(folders))
    TransformerClassifier.fingerprint_addon({})
    assert {folder.name for folder in digested} == {"nlu", "encoders"}


def test_other_intents_that_go_to_a_person_are_learned_with_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    before = TransformerClassifier.fingerprint_addon({})
    monkeypatch.setattr(transformer_classifier, "GOES_TO_A_PERSON", frozenset({"something_else"}))
    assert TransformerClassifier.fingerprint_addon({}) != before


def test_another_tokenizer_or_pooling_is_learned_with_anew(tiny_encoder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "encoder"
    shutil.copytree(tiny_encoder, folder)
    digests = [TransformerClassifier.fingerprint_addon({"weights": str(folder)})]
    tokenizer = folder / "tokenizer.json"
    tokenizer.write_text(tokenizer.read_text().replace('"tent"', '"tents"'), encoding="utf-8")
    digests.append(TransformerClassifier.fingerprint_addon({"weights": str(folder)}))
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling/config.json").write_text('{"pooling_mode_cls_token": true}', encoding="utf-8")
    digests.append(TransformerClassifier.fingerprint_addon({"weights": str(folder)}))
    assert len(set(digests)) == 3
