from __future__ import annotations

import pytest

from deskhand.knowledge.tables import sentences_of


@pytest.mark.parametrize(
    ("header", "row", "sentence"),
    [
        (["Size", "Chest"], ["M", "96–101 cm"], "Size M: chest 96–101 cm."),
        (["Size", "Chest"], ["XXL", "112 cm"], "Size XXL: chest 112 cm."),
        (["Service", "Price"], ["Tent repair", "£35"], "Tent repair: price £35."),
        (["Size", "EU", "UK size"], ["5", "38", "5"], "Size 5: EU 38, UK size 5."),
        (["", "Mon–Fri", "Sat"], ["Shop", "9–17", "–"], "Shop: mon–Fri 9–17."),
        ([], ["Weight", "2 kg"], "Weight: 2 kg."),
        ([], ["Weight"], "Weight."),
        (["A"], ["Tents", "more", "cells"], "Tents: more, cells."),
        (["A", "B"], ["Tents"], "Tents."),
        (["Way", "When"], ["Post", "In 3 days."], "Post: when In 3 days."),
        (["A", "B"], ["", " – "], ""),
    ],
)
def test_a_row_becomes_a_sentence(header: list[str], row: list[str], sentence: str) -> None:
    assert sentences_of(header, [row]) == ([sentence] if sentence else [])
