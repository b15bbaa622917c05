"""From words of an article to the sentence, step, row or heading that they stand in."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskhand.knowledge.asked.places import Found, Place, find
from deskhand.knowledge.passages import Passage, passages_of
from deskhand.knowledge.sources.markdown import read_article

ARTICLE = """\
---
title: Parcels by post
url: https://shop.example/delivery
audience: customer
valid_from: 2026-01-01
---

We post **every** day. See [our carriers](carriers.md).

## Prices

Standard delivery costs £3.95. It's free above £50. Don't pay the driver.

| Parcel | Price | Days |
|---|---|---|
| Small box | £3 | 2 |
| Large box | £9 | 5 |

## When it is late

1. Look at the *tracking*. It changes at night.
2. Write to us.

### Christmas

We don't pay for lateness. We post every day.
"""


@pytest.fixture
def passages(tmp_path: Path) -> list[Passage]:
    file = tmp_path / "delivery.md"
    file.write_text(ARTICLE, encoding="utf-8")
    return passages_of(read_article(file))


def place(position: int, first: int | None = None, last: int | None = None) -> Found:
    sentences = None if first is None else (first, first if last is None else last)
    return Found((Place(position, sentences),), 1)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Standard delivery costs £3.95", place(1, 0)),
        ("standard   DELIVERY\ncosts £3.95.", place(1, 0)),
        ("It’s free", place(1, 1)),
        ("costs £3.95. It's free above £50", place(1, 0, 1)),
        ("[our carriers](carriers.md)", place(0, 1)),
        ("our carriers", place(0, 1)),
        ("**Look** at the tracking", place(2, 0)),
        ("1. Look at the *tracking*", place(2, 0)),
        ("2. Write to us.", place(2, 1)),
        ("| Small box | £3 | 2 |", place(1, 3)),
        ("Large box | £9", place(1, 4)),
        ("Large box: price £9", place(1, 4)),
        ("Christmas", place(3)),
        ("### Christmas", place(3)),
        ("Prices", place(1)),
        ("Parcels by post", place(0)),
    ],
)
def test_words_lead_to_their_place(passages, words: str, found: Found) -> None:
    assert find(words, passages) == found


def test_all_below_a_heading_belongs_to_it(passages) -> None:
    assert find("When it is late", passages) == Found((Place(2), Place(3)), 1)


def test_of_words_that_are_there_twice_the_first_count(passages) -> None:
    assert find("We post every day", passages) == Found((Place(0, (0, 0)),), 2)


@pytest.mark.parametrize("words", ["delivery costs £4.95", "deliver", "", "—", "the driver pays", "Small box | £9"])
def test_what_is_not_there_is_not_found(passages, words: str) -> None:
    assert find(words, passages) == Found()
