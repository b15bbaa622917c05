"""Folders that hold secrets, logs and the database are nobody else's."""

from __future__ import annotations

import stat
from pathlib import Path

from deskhand.folders import make_private_folder
from deskhand.settings import Settings


def mode_of(folder: Path) -> int:
    return stat.S_IMODE(folder.stat().st_mode)


def test_the_data_folder_and_what_is_made_in_it_are_the_owners_alone(tmp_path: Path) -> None:
    Settings(data_dir=tmp_path / "new" / "var")
    make_private_folder(tmp_path / "new" / "var" / "logs")
    made = [tmp_path / "new", tmp_path / "new" / "var", tmp_path / "new" / "var" / "logs"]
    assert [mode_of(folder) for folder in made] == [0o700] * 3


def test_a_folder_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir(mode=0o750)
    (tmp_path / "var").chmod(0o750)
    Settings(data_dir=tmp_path / "var")
    assert mode_of(tmp_path / "var") == 0o750
