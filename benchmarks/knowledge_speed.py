"""How long an answer takes beside the embedding of its question; how fast articles are synced beside the encoder."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import torch

from benchmarks.knowledge_data import Question
from deskhand.encoders.weights import DEFAULT_WEIGHTS, find_weights
from deskhand.knowledge.embedding import Embedder, PassageText
from deskhand.knowledge.sync import built_in, sync
from deskhand.store.database import Database

MOST_QUESTIONS = 300
WARM_UP = 20
BARE_BATCH = 32
BARE_PASSAGES = 640
SEED = 4


async def latency(
    embedder: Embedder, questions: Sequence[Question], steps: dict[str, Callable[[Question], Awaitable[object]]]
) -> dict[str, float]:
    """Milliseconds at the median and the 95th percentile: of embedding the question alone, and of each step.

    All take turns on one question after the other, so that whatever slows the machine slows all of them.
    """
    chosen = list(questions)
    random.Random(SEED).shuffle(chosen)  # noqa: S311  # no secret
    chosen = chosen[:MOST_QUESTIONS]
    seconds: dict[str, list[float]] = {"embedding": [], **{name: [] for name in steps}}
    for question in [*chosen[:WARM_UP], *chosen]:
        started = time.perf_counter()
        embedder.embed_query(question.text)
        seconds["embedding"].append(time.perf_counter() - started)
        for name, step in steps.items():
            started = time.perf_counter()
            await step(question)
            seconds[name].append(time.perf_counter() - started)
    warm = min(WARM_UP, len(chosen))
    return {
        f"{name}_{label}_ms": float(np.percentile(each[warm:], at) * 1000)
        for name, each in seconds.items()
        for label, at in (("median", 50), ("p95", 95))
    }


async def sync_speed(folder: Path, db: Database, day: date) -> dict[str, float]:
    """Passages a second of a first sync of the folder, reading files included."""
    started = time.perf_counter()
    report = await sync(folder, db, built_in(), day)
    seconds = time.perf_counter() - started
    return {"passages": report.passages, "seconds": seconds, "sync_per_second": report.passages / seconds}


def bare_speed(texts: Sequence[PassageText]) -> dict[str, float]:
    """Passages a second of the encoder alone, as everybody would first write it: Hugging Face `transformers`, batches
    of 32 in the order that they come. On as many threads as PyTorch is set to."""
    from transformers import AutoModel, AutoTokenizer

    folder = find_weights(DEFAULT_WEIGHTS).folder
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    model = AutoModel.from_pretrained(folder, local_files_only=True).eval()
    whole = [f"{text.head}\n{' '.join(text.sentences)}" for text in texts[: BARE_PASSAGES + BARE_BATCH]]
    batches = [whole[at : at + BARE_BATCH] for at in range(0, len(whole), BARE_BATCH)]
    seconds = []
    for batch in batches:
        started = time.perf_counter()
        with torch.inference_mode():
            model(**tokenizer(batch, return_tensors="pt", truncation=True, padding=True, max_length=512))
        seconds.append((time.perf_counter() - started) / len(batch))
    return {"encoder_per_second": 1 / statistics.fmean(seconds[1:] or seconds)}
