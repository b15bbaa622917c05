"""`deskhand knowledge sync`, as a writer types it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

ARTICLE = """\
---
title: {title}
url: https://shop.example/{title}
audience: customer
valid_from: 2026-01-01
---

{body}
"""


def knowledge(cwd: Path, *arguments: str, database: str = "postgresql://nobody@127.0.0.1:1/none"):
    command = [sys.executable, "-m", "deskhand.cli", "knowledge", "sync", *arguments]
    environment = os.environ | {"COLUMNS": "80", "DATABASE_URL": database}
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=300, env=environment)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "knowledge").mkdir()
    write(tmp_path, "tents", "They are green. See [stoves](stoves.md).")
    write(tmp_path, "stoves", "They are hot.")
    return tmp_path


def write(project: Path, title: str, body: str) -> Path:
    file = project / "knowledge" / f"{title}.md"
    file.write_text(ARTICLE.format(title=title, body=body), encoding="utf-8")
    return file


def test_check_needs_no_database(project: Path) -> None:
    done = knowledge(project, "--check")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "Read 2 articles with 2 passages. Nothing was stored.\nNo problems were found.\n"


def test_a_broken_link_is_reported_and_no_failure(project: Path) -> None:
    write(project, "lamps", "See [more](more.md).")
    done = knowledge(project, "--check")

    assert done.returncode == 0
    assert "lamps.md:8: broken link: 'more.md' is no file of this folder.\n" in done.stdout
    assert done.stdout.endswith("\n1 problem: 1 × broken link.\n")


def test_a_file_that_cannot_be_read_is_a_failure(project: Path) -> None:
    (project / "knowledge" / "bad.md").write_text("No front matter", encoding="utf-8")
    done = knowledge(project, "--check")

    assert done.returncode == 1
    assert "bad.md:1: can't be read: an article begins with a line '---'" in done.stdout


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    done = knowledge(tmp_path, "--check")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("deskhand: There is no folder knowledge with articles.")


@pytest.mark.slow
def test_sync_stores_what_changed_and_says_so(project: Path, database_url: str) -> None:
    first = knowledge(project, database=database_url)
    write(project, "stoves", "They are very hot.")
    second = knowledge(project, "--quick", database=database_url)

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert first.stdout.startswith(
        "Added    stoves.md\nAdded    tents.md\n2 added, 0 changed, 0 removed, 0 unchanged in "
    )
    assert "; 2 passages embedded, " in first.stdout
    assert first.stdout.endswith("No problems were found.\n")
    assert second.stdout.startswith("Changed  stoves.md\n0 added, 1 changed, 0 removed, 1 unchanged in ")
    with psycopg.connect(database_url) as connection:
        query = "SELECT sentences FROM deskhand.passages JOIN deskhand.articles a ON a.id = article_id ORDER BY source"
        assert connection.execute(query).fetchall() == [
            (["They are very hot."],),
            (["They are green.", "See stoves."],),
        ]


ASKED = "- article: tents.md\n  answer: They are green\n  questions:\n    - what colour is it\n"


def test_a_check_looks_at_asked_questions_too(project: Path) -> None:
    file = project / "knowledge" / "asked" / "tents.yml"
    file.parent.mkdir()
    file.write_text(ASKED.replace("green", "red"), encoding="utf-8")
    stale = knowledge(project, "--check")
    file.write_text(ASKED.replace("answer", "answers"), encoding="utf-8")
    wrong = knowledge(project, "--check")

    assert stale.returncode == 0
    assert stale.stdout.startswith("Read 2 articles with 2 passages and 1 asked question. Nothing was stored.\n")
    assert "asked/tents.yml:1: asked question: 'They are red' is not in tents.md any more" in stale.stdout
    assert wrong.returncode == 1
    assert "asked/tents.yml:2: can't be read: unknown field 'answers'" in wrong.stdout


def test_a_question_can_be_added(project: Path) -> None:
    command = [sys.executable, "-m", "deskhand.cli", "knowledge", "asked", "add"]
    words = ["tents.md", "They are green", "what colour is it"]
    done = subprocess.run([*command, *words], capture_output=True, text=True, cwd=project, timeout=300)
    again = subprocess.run([*command, *words], capture_output=True, text=True, cwd=project, timeout=300)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("knowledge/asked/tents.yml:4: answered by: They are green.\n")
    assert (project / "knowledge/asked/tents.yml").read_text(encoding="utf-8") == ASKED
    assert again.returncode == 1
    assert "It is there already: knowledge/asked/tents.yml:4." in again.stderr
