"""The figures of `knowledge.py` as Markdown tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.knowledge_sides import SIDES
from benchmarks.report import table

NAMES = {"wixqa": "WixQA sample", "project": "this project's questions"}
Figures = Mapping[str, Any]


def knowledge_tables(figures: Figures) -> str:
    """A table for each thing that was measured."""
    parts = [_finding(figures), _answers(figures), _speed(figures)]
    where = f"Measured on {figures.get('machine', '?')}, with the articles that hold on {figures.get('day', '?')}."
    return "\n\n".join([*(part for part in parts if part), where])


def _finding(figures: Figures) -> str:
    rows = [["right article found, %", "questions", "articles", "side", "first", "in the first 3", "in the first 5"]]
    for key, name in NAMES.items():
        if key in figures:
            found = figures[key]
            counts = [str(found["questions"]), str(found["articles"])]
            for side in SIDES:
                shares = [f"{found['hits'][side][first] * 100:.1f}" for first in ("1", "3", "5")]
                rows.append([name, *counts, side, *shares])
    return table(rows) if len(rows) > 1 else ""


def _answers(figures: Figures) -> str:
    if "answers" not in figures:
        return ""
    answerable, others = figures["answers"]["answerable"], figures["answers"]["unanswerable"]
    rows = [
        ["questions", "number", "right and cited, %", "wrong, %", "declined, %"],
        ["with an answer", *_shares(answerable, ("right", "wrong", "none"))],
        ["with none", *_shares({"right": 0, **others}, ("right", "wrong", "none"))],
    ]
    rows[2][2] = "–"
    return table(rows)


def _shares(counts: Mapping[str, int], names: tuple[str, ...]) -> list[str]:
    total = sum(counts.values())
    return [str(total), *(f"{counts[name] / total * 100:.1f}" if total else "–" for name in names)]


def _speed(figures: Figures) -> str:
    if "speed" not in figures:
        return ""
    found = figures["speed"]
    rows = [[f"at {found['passages']:,} passages", "median, ms", "95th, ms", "÷ embedding, 95th"]]
    for step, name in (("embedding", "embedding the question"), ("retrieval", "retrieval"), ("answer", "answer")):
        times = [f"{found[f'{step}_{label}_ms']:.2f}" for label in ("median", "p95")]
        rows.append([name, *times, f"{found[f'{step}_p95_ms'] / found['embedding_p95_ms']:.2f}"])
    shares = found["sync_per_second"] / found["encoder_per_second"]
    sync = [
        ["passages a second", "sync", "encoder alone", "sync ÷ encoder", "threads"],
        [
            "",
            f"{found['sync_per_second']:.1f}",
            f"{found['encoder_per_second']:.1f}",
            f"{shares:.2f}",
            str(found["threads"]),
        ],
    ]
    return f"{table(rows)}\n\n{table(sync)}"
