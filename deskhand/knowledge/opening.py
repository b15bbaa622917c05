"""Puts together what answers: how passages are found, the language model if there is one, where questions are kept."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import date
from pathlib import Path

from deskhand.errors import DeskhandError
from deskhand.knowledge.answer import Knowledge
from deskhand.knowledge.retrieval import Retriever, shared_embedder
from deskhand.knowledge.words import SynonymsError, Vocabulary, read_vocabulary
from deskhand.knowledge.writing.endpoint import Endpoint
from deskhand.knowledge.writing.summary import SummaryWriter
from deskhand.knowledge.writing.writer import Writer
from deskhand.settings import Settings
from deskhand.store.database import Database
from deskhand.store.language_model_use import LanguageModelUse
from deskhand.store.passages import Passages
from deskhand.store.questions import Questions

logger = logging.getLogger(__name__)

FOLDER = Path("knowledge")


def open_knowledge(
    db: Database, settings: Settings, folder: Path = FOLDER, *, today: Callable[[], date] | None = None
) -> Knowledge:
    """What the database has of the articles. Opens no connection and loads no model: the first question does.

    `today`: the day on which articles must hold; the business's own when not given."""
    vocabulary = synonyms_of(folder)
    finder = Retriever(Passages(db), vocabulary, today=today)
    return Knowledge(finder, vocabulary=vocabulary, log=Questions(db), wording=open_writer(db, settings))


def open_writer(db: Database, settings: Settings) -> Writer | None:
    """The writer of the settings; None when they name no endpoint, which is the default."""
    if not settings.llm_url or not settings.llm_model:
        return None
    key = settings.llm_key.get_secret_value() if settings.llm_key else None
    return Writer(
        Endpoint(settings.llm_url, settings.llm_model, key or None, settings.llm_timeout_seconds),
        LanguageModelUse(db, settings.llm_tokens_per_day),
        business=settings.business_name,
        embed=lambda text: shared_embedder().embed_query(text),
    )


def open_summary_writer(db: Database, settings: Settings) -> SummaryWriter | None:
    """The writer of handoffs' summaries; None when the settings name no endpoint."""
    if not settings.llm_url or not settings.llm_model:
        return None
    key = settings.llm_key.get_secret_value() if settings.llm_key else None
    return SummaryWriter(
        Endpoint(settings.llm_url, settings.llm_model, key or None, settings.llm_timeout_seconds),
        LanguageModelUse(db, settings.llm_tokens_per_day),
        business=settings.business_name,
    )


async def load_ahead() -> None:
    """Loads the embedder in a thread, so that the first question needn't wait for it."""
    try:
        await asyncio.to_thread(shared_embedder)
    except DeskhandError as exc:
        logger.error("No question can be answered from the articles until this is mended: %s", exc)


def synonyms_of(folder: Path) -> Vocabulary:
    """With a mistake in the file, fewer words are known; every other job goes on."""
    try:
        return read_vocabulary(folder / "synonyms.yml")
    except SynonymsError as exc:
        logger.error("Articles are searched without synonyms until this is mended: %s", exc)
        return Vocabulary()
