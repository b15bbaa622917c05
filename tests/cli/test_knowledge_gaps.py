"""What a writer types to see what is missing."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest

from deskhand.conversation.questions import Feedback, FoundPassage
from deskhand.store.database import Database
from deskhand.store.questions import Questions
from tests.fakes.agents import Talk, talk

POLES = "do you sell a single tent pole"


def knowledge(*arguments: str, url: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "deskhand.cli", "knowledge", *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        timeout=300,
        env=os.environ | {"COLUMNS": "200", "DATABASE_URL": url},
    )


@pytest.fixture
async def asked(db: Database) -> Talk:
    """A gap of two conversations, one of which an agent resolved."""
    made = await talk(db, f"Hi! {POLES}?", "Hi Priya, we sell single pole sections for £9.")
    await Questions(db).record("can i buy one tent pole alone", answered=False, conversation_id="c2")
    return made


@pytest.fixture
async def answered(db: Database) -> UUID:
    passage = FoundPassage("care/tents.md", "Tents", "Store it dry [always].", ("Care",))
    return await Questions(db).record(
        "how do i store a tent", answered=True, answer="Store it dry.", passages=[passage]
    )


def test_gaps_are_listed_with_what_is_known_of_them(asked: Talk, database_url: str, tmp_path: Path) -> None:
    done = knowledge("gaps", url=database_url, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "2 questions in 2 conversations (2 unanswered)" in done.stdout
    assert "nearest: there are no articles" in done.stdout
    assert "pole" in done.stdout.splitlines()[0]


def test_gaps_as_json(asked: Talk, database_url: str, tmp_path: Path) -> None:
    [gap] = json.loads(knowledge("gaps", "--json", "--since", "1d", url=database_url, cwd=tmp_path).stdout)
    assert (gap["questions"], gap["conversations"], gap["unanswered"], gap["article"]) == (2, 2, 2, None)
    assert str(asked.question_id) in gap["question_ids"]
    assert gap["words"]


def test_without_open_questions_that_is_said(answered: UUID, database_url: str, tmp_path: Path) -> None:
    done = knowledge("gaps", url=database_url, cwd=tmp_path)
    assert done.stdout == "No question is open: all were answered, or reviewed.\n"
    assert json.loads(knowledge("gaps", "--json", url=database_url, cwd=tmp_path).stdout) == []


@pytest.mark.parametrize("since", ["soon", "30", "30x", "2026-13-01", "-1d"])
def test_a_time_that_is_none_is_said(database_url: str, tmp_path: Path, since: str) -> None:
    done = knowledge("gaps", f"--since={since}", url=database_url, cwd=tmp_path)
    assert done.returncode == 1
    assert "is no time. Give 30d" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_gap_becomes_a_file_outside_the_articles(asked: Talk, database_url: str, tmp_path: Path) -> None:
    done = knowledge("draft", str(asked.question_id)[:8], url=database_url, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "1 line of what agents said in 1 conversation that they resolved" in done.stdout
    [file] = tmp_path.rglob("*.md")
    assert file.parent == tmp_path / "drafts"
    text = file.read_text(encoding="utf-8")
    assert "audience: internal" in text
    assert "We sell single pole sections for £9." in text
    assert "Priya" not in text


def test_what_no_draft_can_be_made_of_is_said(database_url: str, tmp_path: Path) -> None:
    done = knowledge("draft", "0000", url=database_url, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("deskhand: There is no question and no conversation")


def test_a_wrong_answer_is_kept_for_review_with_its_passage(
    answered: UUID, db: Database, database_url: str, tmp_path: Path
) -> None:
    short = str(answered)[:8]
    marked = knowledge("wrong", short, "--note", "It must be loose.", "--by", "anna", url=database_url, cwd=tmp_path)
    assert "Marked as wrong by anna: how do i store a tent" in marked.stdout
    assert "care/tents.md: Tents – Care" in marked.stdout

    listed = knowledge("questions", "--wrong", url=database_url, cwd=tmp_path).stdout
    assert short in listed
    shown = knowledge("questions", "--show", short, url=database_url, cwd=tmp_path).stdout
    for expected in ("It must be loose.", "Store it dry.", "Store it dry [always].", "care/tents.md"):
        assert expected in shown

    reviewed = knowledge("reviewed", short, "--by", "ben", url=database_url, cwd=tmp_path)
    assert reviewed.stdout == "Reviewed by ben: how do i store a tent\n"
    assert "wrong, reviewed" in knowledge("questions", url=database_url, cwd=tmp_path).stdout


def test_a_whole_gap_is_reviewed_at_once(asked: Talk, database_url: str, tmp_path: Path) -> None:
    done = knowledge("reviewed", str(asked.question_id), "--gap", "--by", "ben", url=database_url, cwd=tmp_path)
    assert done.stdout.count("Reviewed by ben") == 2
    assert "No question is open" in knowledge("gaps", url=database_url, cwd=tmp_path).stdout


def test_questions_as_json(answered: UUID, asked: Talk, database_url: str, tmp_path: Path) -> None:
    found = json.loads(knowledge("questions", "--json", "--unanswered", url=database_url, cwd=tmp_path).stdout)
    assert {each["text"] for each in found} == {f"Hi! {POLES}?", "can i buy one tent pole alone"}
    one = json.loads(knowledge("questions", "--json", "--show", str(answered), url=database_url, cwd=tmp_path).stdout)
    assert (one["id"], one["passages"][0]["headings"]) == (str(answered), ["Care"])


async def test_what_customers_said_is_shown(db: Database, answered: UUID, database_url: str, tmp_path: Path) -> None:
    await Questions(db).feedback(answered, Feedback.NOT_HELPED)
    done = await asyncio.to_thread(knowledge, "questions", url=database_url, cwd=tmp_path)
    assert "not helped" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("wrong", "0000"), "No question has an id that begins with '0000'"),
        (("reviewed", "0000"), "No question has an id that begins with '0000'"),
        (("questions", "--show", "0000"), "No question has an id that begins with '0000'"),
        (("questions", "--wrong", "--unanswered"), "give --wrong or --unanswered"),
    ],
)
def test_mistakes_are_said_in_one_line(
    database_url: str, tmp_path: Path, arguments: tuple[str, ...], problem: str
) -> None:
    done = knowledge(*arguments, url=database_url, cwd=tmp_path)
    assert done.returncode == 1
    assert problem in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unanswered_question_has_no_wrong_answer(asked: Talk, database_url: str, tmp_path: Path) -> None:
    done = knowledge("wrong", str(asked.question_id), url=database_url, cwd=tmp_path)
    assert done.returncode == 1
    assert "gave no answer to this question" in done.stderr
