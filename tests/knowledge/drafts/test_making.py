"""Drafts come from conversations that agents resolved, and from nothing else."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID, uuid4

import pytest

from deskhand.conversation.model import Outcome
from deskhand.knowledge.drafts import Draft, DraftError, make_draft, write_draft
from deskhand.knowledge.drafts.agent_words import Kind, LeftOut
from deskhand.knowledge.embedding import Embedder
from deskhand.store.database import Database
from deskhand.store.questions import Questions
from tests.fakes.agents import talk

ASKED = "do you sell a single tent pole"
PRICE = "We sell single pole sections for £9."
STEPS = "1. Open spare parts.\n2. Choose your tent.\n3. Choose the pole, Priya."


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Embedder.open()


def lines(draft: Draft) -> list[str]:
    return [line for block in draft.blocks for line in block.lines]


async def test_a_gap_becomes_a_draft_of_all_its_resolved_conversations(db: Database, embedder: Embedder) -> None:
    first = await talk(db, f"Hi, {ASKED} please?", f"Hi Priya, {PRICE}", STEPS)
    await talk(db, "can i buy one tent pole alone", f"{PRICE} They come by post.")
    await talk(db, "do you sell single tent poles", "We'll see.", outcome=Outcome.ABANDONED)
    await talk(db, "what gas does the stove take", "The Ember takes screw-on cartridges.")

    draft = await make_draft(db, [str(first.question_id)[:8]], embedder=embedder)

    assert (draft.conversations, draft.passed_over) == (2, 1)
    assert lines(draft) == [PRICE, "Open spare parts.", "Choose your tent.", "Choose the pole.", "They come by post."]
    assert [block.kind for block in draft.blocks] == [Kind.TEXT, Kind.STEPS, Kind.TEXT]
    assert "pole" in draft.title.lower()
    assert not draft.title.lower().startswith("hi")
    assert len(draft.asked) == 3


async def test_a_conversation_becomes_a_draft(db: Database) -> None:
    made = await talk(db, f"Hello! {ASKED}?", f"I've had a look. {PRICE}", before=("Screws are free.",))
    draft = await make_draft(db, [str(made.conversation_id)])
    assert (draft.title, draft.conversations) == ("Do you sell a single tent pole", 1)
    assert lines(draft) == ["Screws are free.", PRICE]
    assert draft.left_out == {LeftOut.CASE: 1}


async def test_of_a_question_only_what_was_said_after_it_counts(db: Database, embedder: Embedder) -> None:
    made = await talk(db, ASKED, PRICE, before=("Screws are free.",))
    assert lines(await make_draft(db, [str(made.question_id)], embedder=embedder)) == [PRICE]


async def test_several_conversations_are_put_together_each_once(db: Database) -> None:
    one, two = await talk(db, ASKED, PRICE), await talk(db, ASKED, "They come by post.")
    ids = [str(one.conversation_id), str(two.conversation_id), str(one.conversation_id)]
    draft = await make_draft(db, ids)
    assert (draft.conversations, lines(draft)) == (2, [PRICE, "They come by post."])


async def test_nothing_personal_is_in_the_file(db: Database, tmp_path: Path) -> None:
    made = await talk(
        db,
        "my name is Priya Nair, order FW-204518, call 0113 496 0000: do you sell a single tent pole",
        f"Hi Priya,\n{PRICE} Your order FW-204518 goes to 12 Mill Lane. Priya gets one free.\nBest,\nAnna Bell",
        "The shop packs it, ask Kwame there. This is Ben.",
        "Anna said that poles are free for C-900007. Write to priya@mail.example.",
    )
    file = write_draft(await make_draft(db, [str(made.conversation_id)]), tmp_path / "drafts", tmp_path / "knowledge")
    text = file.read_text(encoding="utf-8")
    assert PRICE in text
    for personal in ("Priya", "Nair", "204518", "0113", "Mill Lane", "Anna", "Ben", "900007", "mail.example", "Kwame"):
        assert personal not in text


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        (("Hi Priya! Just a moment.",), Outcome.RESOLVED_BY_AGENT),
        ((), Outcome.RESOLVED_BY_AGENT),
        ((PRICE,), Outcome.ABANDONED),
        ((PRICE,), Outcome.RESOLVED_BY_ASSISTANT),
        ((PRICE,), None),
    ],
)
async def test_what_no_agent_resolved_or_explained_is_no_draft(
    db: Database, said: tuple[str, ...], outcome: Outcome | None
) -> None:
    made = await talk(db, ASKED, *said, outcome=outcome)
    with pytest.raises(DraftError, match="no agent said anything"):
        await make_draft(db, [str(made.conversation_id)])


async def test_a_question_of_no_kept_conversation_is_no_draft(db: Database, embedder: Embedder) -> None:
    for conversation_id, problem in ((None, "not asked in a conversation"), ("default", "not asked in a conversation")):
        question_id = await Questions(db).record(ASKED + str(uuid4()), answered=True, conversation_id=conversation_id)
        with pytest.raises(DraftError, match=problem):
            await make_draft(db, [str(question_id)], embedder=embedder)


@pytest.mark.parametrize(
    ("target", "problem"),
    [
        ("xyz", "is no id"),
        ("abc", "4 characters at least"),
        ("%%%%", "is no id"),
        ("0000", "no question and no conversation whose id begins with '0000'"),
    ],
)
async def test_what_names_nothing_is_said(db: Database, target: str, problem: str) -> None:
    with pytest.raises(DraftError, match=problem):
        await make_draft(db, [target])


async def test_a_beginning_of_several_ids_is_not_guessed(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = iter([UUID("abcd0000-0000-4000-8000-000000000001"), UUID("abcd0000-0000-4000-8000-000000000002")])
    monkeypatch.setattr("deskhand.store.questions.uuid4", lambda: next(ids))
    for _ in range(2):
        await Questions(db).record(ASKED, answered=False)
    with pytest.raises(DraftError, match="Several ids begin with 'abcd'"):
        await make_draft(db, ["abcd"])


async def test_a_draft_is_never_among_the_articles(db: Database, tmp_path: Path) -> None:
    made = await talk(db, ASKED, PRICE)
    draft = await make_draft(db, [str(made.conversation_id)])
    for folder in (tmp_path / "knowledge", tmp_path / "knowledge" / "new", tmp_path / "x" / ".." / "knowledge"):
        with pytest.raises(DraftError, match="outside"):
            write_draft(draft, folder, tmp_path / "knowledge")
    assert list(tmp_path.rglob("*.md")) == []


async def test_a_draft_replaces_no_other(db: Database, tmp_path: Path) -> None:
    made = await talk(db, ASKED, PRICE)
    draft = await make_draft(db, [str(made.conversation_id)])
    files = [write_draft(draft, tmp_path / "drafts", tmp_path / "knowledge") for _ in range(2)]
    assert [file.name for file in files] == ["do-you-sell-a-single-tent-pole.md", "do-you-sell-a-single-tent-pole-2.md"]


async def test_a_folder_that_cannot_be_written_is_said(db: Database, tmp_path: Path) -> None:
    made = await talk(db, ASKED, PRICE)
    draft = await make_draft(db, [str(made.conversation_id)])
    (tmp_path / "drafts").write_text("a file", encoding="utf-8")
    with pytest.raises(DraftError, match="cannot be written to"):
        write_draft(draft, tmp_path / "drafts", tmp_path / "knowledge")
