from __future__ import annotations

import pytest

from deskhand.knowledge.writing.draft import DraftSentence, sentences_of


@pytest.mark.parametrize(
    ("draft", "expected"),
    [
        ("It is free. [1]\nIt takes a day. [2]", [("It is free.", (1,)), ("It takes a day.", (2,))]),
        ("It is free [1]. It takes a day [1][3].", [("It is free.", (1,)), ("It takes a day.", (1, 3))]),
        ("It is free. It takes a day. [1, 2]", [("It is free.", (1, 2)), ("It takes a day.", (1, 2))]),
        ("It is free.", [("It is free.", ())]),
        ("It is free. [1] And more besides.", [("It is free.", (1,)), ("And more besides.", ())]),
        ("- **Free** delivery. [1]", [("Free delivery.", (1,))]),
        ("1. Free delivery. [1]", [("Free delivery.", (1,))]),
        ("Yes, it is free. [1]", [("It is free.", (1,))]),
        ("No. We don't. [1]", [("We don't.", (1,))]),
        ("<think>Let me see. [9]</think>\nIt is free. [1]", [("It is free.", (1,))]),
        ("It is\u200b free.\u00a0[1]", [("It is free.", (1,))]),
        ("NONE", []),
        (" none? ", [("None?", ())]),
        ("NONE.", []),
        ("", []),
        ("[1] [2]", []),
    ],
)
def test_a_draft_becomes_sentences_with_what_they_cite(draft: str, expected: list[tuple[str, tuple[int, ...]]]) -> None:
    assert sentences_of(draft) == [DraftSentence(*each) for each in expected]


def test_the_last_sentence_of_a_draft_that_was_cut_off_is_left_out() -> None:
    assert sentences_of("It is free. [1]\nIt takes a", cut_off=True) == [DraftSentence("It is free.", (1,))]
