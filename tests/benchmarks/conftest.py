"""A made-up data set in the layout of the public ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

# intent → sentences, an entity as word/type
SENTENCES = {
    "borrow_book": (
        "may i take home/place the novel/kind",
        "i would like to borrow a comic/kind",
        "lend me an atlas/kind please",
        "can i have that old/sort atlas/sort for a week",
    ),
    "opening_hours": (
        "when do you open on monday/day",
        "are you open on sunday/day morning/day",
        "what are your hours",
        "until when is the library open (today)/day",
    ),
    "pay_fine": ("how do i pay my fine", "i owe you 3/amount euros/amount", "a fine for being late", "let me pay"),
}
OUTSIDE = ("what is the weather like", "tell me a joke about cats")


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """BANKING77, CLINC150 and SNIPS by name, a library's messages by content."""
    folder = tmp_path_factory.mktemp("sets")
    for name in ("BANKING77", "CLINC150", "SNIPS"):
        for split in ("train", "train_10", "train_5", "test"):
            write_split(folder / name / split)
    (folder / "CLINC150" / "oos_test.json").write_text(json.dumps({"oos_test": OUTSIDE}))
    return folder


def write_split(folder: Path) -> None:
    folder.mkdir(parents=True)
    lines: dict[str, list[str]] = {"seq.in": [], "seq.out": [], "label": []}
    for intent, sentences in SENTENCES.items():
        for sentence in sentences:
            words, tags = zip(*(word_and_tag(part) for part in sentence.split()), strict=True)
            lines["seq.in"].append(" ".join(words) + " ")
            lines["seq.out"].append(" ".join(begun(tags)))
            lines["label"].append(intent)
    for name, content in lines.items():
        (folder / name).write_text("\n".join(content) + "\n")


def word_and_tag(part: str) -> tuple[str, str]:
    word, _, entity = part.partition("/")
    return word, entity


def begun(entities: tuple[str, ...]) -> list[str]:
    """Types → BIO tags; neighbours of one type belong together."""
    tags = []
    for position, entity in enumerate(entities):
        goes_on = position > 0 and entities[position - 1] == entity
        tags.append(f"{'I' if goes_on else 'B'}-{entity}" if entity else "O")
    return tags
