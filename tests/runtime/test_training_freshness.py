"""When a training is needed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from deskhand.runtime.training import Model, freshness, newest_model, why_train
from deskhand.runtime.training.freshness import digest_of_inputs, remember


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("config.yml", "domain.yml", "data/nlu/orders.yml", "data/rules/orders.yml"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"# {name}\n", encoding="utf-8")
    (tmp_path / "models").mkdir()
    return tmp_path


def train(project: Path, name: str = "one", age_seconds: int = 100) -> Model:
    file = project / "models" / f"{name}.tar.gz"
    file.touch()
    changed = file.stat().st_mtime - age_seconds
    os.utime(file, (changed, changed))
    remember(project, Model(file), digest_of_inputs(project))
    return Model(file)


def test_without_a_model(project: Path) -> None:
    assert why_train(project) == "there is no model yet"


def test_not_when_nothing_changed(project: Path) -> None:
    train(project)
    assert why_train(project) is None


@pytest.mark.parametrize("name", ["config.yml", "domain.yml", "data/nlu/orders.yml", "data/rules/orders.yml"])
def test_when_an_input_changed(project: Path, name: str) -> None:
    train(project)
    (project / name).write_text("changed\n", encoding="utf-8")
    assert why_train(project) == "what it is trained from has changed"


def test_when_a_file_was_added_or_renamed(project: Path) -> None:
    train(project)
    (project / "data/nlu/orders.yml").rename(project / "data/nlu/parcels.yml")
    assert why_train(project) == "what it is trained from has changed"


def test_not_when_only_times_changed(project: Path) -> None:
    train(project)
    os.utime(project / "domain.yml")
    assert why_train(project) is None


def test_when_somebody_put_a_newer_model_there(project: Path) -> None:
    train(project, "ours")
    (project / "models" / "theirs.tar.gz").touch()
    assert newest_model(project) == Model(project / "models" / "theirs.tar.gz")
    assert why_train(project) == "it is not known what theirs.tar.gz was trained from"


def test_when_the_note_beside_the_model_is_broken(project: Path) -> None:
    train(project)
    (project / "models" / "trained-from.json").write_text("{", encoding="utf-8")
    assert why_train(project) is not None


def test_a_domain_in_several_files_counts(project: Path) -> None:
    (project / "domain").mkdir()
    (project / "domain" / "slots.yml").write_text("slots: {}\n", encoding="utf-8")
    train(project)
    (project / "domain" / "slots.yml").write_text("slots: {a: b}\n", encoding="utf-8")
    assert why_train(project) == "what it is trained from has changed"


def test_our_code_counts_but_not_the_doctor_that_only_reads_the_data(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "code" / "deskhand"
    for name in ("nlu/training.py", "nlu/doctor/near.py", "policies/escalation.py"):
        file = package / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("before", encoding="utf-8")
    monkeypatch.setattr(freshness.deskhand, "__file__", str(package / "__init__.py"))
    train(project)
    (package / "nlu/doctor/near.py").write_text("after", encoding="utf-8")
    assert why_train(project) is None
    (package / "nlu/training.py").write_text("after", encoding="utf-8")
    assert why_train(project) == "what it is trained from has changed"
