"""How long the encoder alone takes, beside a whole parse of the same text: Deskhand's side only.

Each text is parsed, and then read by the bare encoder twice over: as Hugging Face `transformers` runs it, and with
Deskhand's own code. All in one process, on one thread as in serving, one text after the other, so that whatever slows
the machine slows all of them.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
import yaml

from deskhand.encoders.encoder import SubwordTokenizer, load_encoder
from deskhand.encoders.threads import one_thread
from deskhand.encoders.weights import find_weights
from deskhand.nlu.training import Hyperparameters

MOST_TEXTS = 500
WARM_UP = 20


async def compare(agent: Any, project: Path, texts: Sequence[str]) -> dict[str, float]:
    """Medians in milliseconds: `parse_ms`, `transformers_ms` and `own_ms`."""
    folder = find_weights(weights_of(project / "config.yml")).folder
    bare = {"transformers_ms": with_transformers(folder), "own_ms": with_own_code(folder)}
    seconds: dict[str, list[float]] = {"parse_ms": [], **{name: [] for name in bare}}
    chosen = evenly(texts, MOST_TEXTS)
    for text in [*chosen[:WARM_UP], *chosen]:
        started = time.perf_counter()
        await agent.parse_message(text)
        seconds["parse_ms"].append(time.perf_counter() - started)
        for name, forward in bare.items():
            seconds[name].append(_timed(forward, text))
    warm = min(WARM_UP, len(chosen))
    return {name: statistics.median(each[warm:]) * 1000 for name, each in seconds.items()}


def weights_of(config: Path) -> str:
    """The encoder that a config.yml asks for."""
    components = yaml.safe_load(config.read_text(encoding="utf-8"))["pipeline"]
    named = [component["weights"] for component in components if "weights" in component]
    return str(named[0]) if named else Hyperparameters.weights


def evenly(texts: Sequence[str], most: int) -> list[str]:
    """At most `most` of the texts, from all over."""
    step = max(1, len(texts) // most)
    return list(texts[::step][:most])


def with_transformers(folder: Path) -> Callable[[str], object]:
    """Tokenises and runs all layers, as everybody would first write it."""
    from transformers import AutoModel, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    model = AutoModel.from_pretrained(folder, local_files_only=True).eval()
    return lambda text: model(**tokenizer(text, return_tensors="pt", truncation=True))


def with_own_code(folder: Path) -> Callable[[str], object]:
    """Tokenises and runs all layers with `deskhand.nlu`, without any head."""
    tokenizer = SubwordTokenizer(folder, Hyperparameters.max_tokens)
    encoder = load_encoder(folder, 0, 0.0)
    assert isinstance(encoder, torch.nn.Module)
    encoder.eval()

    def forward(text: str) -> object:
        ids = torch.tensor([tokenizer([text])[0].ids])
        mask = torch.ones_like(ids, dtype=torch.bool)
        return encoder.upper(encoder.lower(ids, mask), mask)

    return forward


@one_thread()
@torch.inference_mode()
def _timed(forward: Callable[[str], object], text: str) -> float:
    started = time.perf_counter()
    forward(text)
    return time.perf_counter() - started
