"""Making a draft and writing it to a file."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from deskhand.conversation.model import Author, Outcome
from deskhand.knowledge.drafts.agent_words import Block, LeftOut, helpful
from deskhand.knowledge.drafts.people import names_in
from deskhand.knowledge.drafts.sources import MOST_MESSAGES, DraftError, Material, Source, material_for
from deskhand.knowledge.drafts.text import Draft, markdown, put_together
from deskhand.knowledge.gaps.clustering import without_courtesies
from deskhand.knowledge.gaps.finding import QueryEmbedder
from deskhand.knowledge.words import stems
from deskhand.settings import get_settings
from deskhand.store.conversations import Conversations
from deskhand.store.database import Database
from deskhand.store.errors import ConversationNotFound
from deskhand.store.passages import Passages

_LONGEST_TITLE = 90
_MOST_ASKED = 10


async def make_draft(
    db: Database,
    targets: Sequence[str],
    *,
    embedder: QueryEmbedder | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Draft:
    """A draft from the conversations behind `targets`: beginnings of the ids of questions, each of which stands for its
    gap, and of conversations. Raises `DraftError` when there is nothing to make it of.
    """
    material = await material_for(db, targets, embedder=embedder, now=now)
    is_known = await _words_of_articles(db)
    said: list[tuple[Block, ...]] = []
    left_out: Counter[LeftOut] = Counter()
    for source in material.sources:
        blocks = await _said_by_agents(db, source, is_known, left_out)
        if blocks:
            said.append(blocks)
    if not said:
        raise DraftError(_nothing_said(material))
    return Draft(
        title=_title(material.asked),
        asked=material.asked[:_MOST_ASKED],
        blocks=put_together(said),
        conversations=len(said),
        passed_over=len(material.sources) - len(said),
        left_out=left_out,
        made_on=now().astimezone(ZoneInfo(get_settings().timezone)).date(),
    )


def write_draft(draft: Draft, folder: Path, articles: Path) -> Path:
    """Writes the draft into the folder, beside what is there, and says where.

    Raises `DraftError` for a folder within that of the articles.
    """
    if folder.resolve().is_relative_to(articles.resolve()):
        raise DraftError(f"{folder} is among the articles. A draft is not one: choose a folder outside {articles}.")
    name = re.sub(r"[^a-z0-9]+", "-", draft.title.lower()).strip("-")[:60].strip("-") or "draft"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = _new_file(folder, name)
        file.write_text(markdown(draft), encoding="utf-8")
    except OSError as exc:
        raise DraftError(f"The draft cannot be written to {folder}: {exc.strerror}. Choose another folder.") from exc
    return file


def _new_file(folder: Path, name: str) -> Path:
    """A file that is not there yet: `name.md`, or with a number."""
    names = itertools.chain([name], (f"{name}-{number}" for number in itertools.count(2)))
    return next(file for file in (folder / f"{each}.md" for each in names) if not file.exists())


async def _words_of_articles(db: Database) -> Callable[[str], bool]:
    """Whether the articles have a word: what they call by name is a product, a brand or a place, and no customer."""
    found_in = (await Passages(db).statistics(embedder="")).found_in
    return lambda word: all(each in found_in for each in stems(word))


async def _said_by_agents(
    db: Database, source: Source, is_known: Callable[[str], bool], left_out: Counter[LeftOut]
) -> tuple[Block, ...]:
    """What agents said in the conversation after the question; nothing if no agent resolved it."""
    conversations = Conversations(db)
    try:
        conversation = await conversations.get(source.conversation_id)
    except ConversationNotFound:
        return ()
    if conversation.outcome is not Outcome.RESOLVED_BY_AGENT:
        return ()
    messages = await conversations.history(source.conversation_id, limit=MOST_MESSAGES)
    handoffs = await conversations.handoffs(open_only=False, conversation_id=source.conversation_id)
    settings = get_settings()
    names = names_in(
        messages,
        [handoff.packet for handoff in handoffs],
        never=(settings.business_name, settings.assistant_name),
    )
    blocks: list[Block] = []
    for message in messages:
        if message.author is Author.AGENT and (source.asked_at is None or message.sent_at >= source.asked_at):
            said = helpful(message.text, names, is_known)
            blocks += said.blocks
            left_out.update(said.left_out)
    return tuple(blocks)


def _nothing_said(material: Material) -> str:
    if not material.sources:
        return "It was not asked in a conversation that is kept, so no agent can have answered it there."
    count = len(material.sources)
    where = "the conversation" if count == 1 else f"any of the {count} conversations"
    return (
        f"No draft: in {where} in which it was asked, no agent said anything to the end of it that would help others. "
        "Drafts are made of conversations that an agent resolved, of sentences that are not about one customer alone."
    )


def _title(asked: Sequence[str]) -> str:
    """The question itself, without greetings: the writer will find a better one."""
    text = without_courtesies(asked[0]) if asked else "What customers asked"
    if len(text) > _LONGEST_TITLE:
        text = text[:_LONGEST_TITLE].rpartition(" ")[0] + " …"
    return text[:1].upper() + text[1:]
