from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from deskhand.nlu.tags import OUTSIDE, Label, LabelledSpan, TagScheme

SCHEME = TagScheme([Label("product"), Label("city", role="from"), Label("city", role="to")])
WORDS = [(0, 3), (4, 7), (8, 12), (13, 15), (16, 20)]


def test_one_word_is_a_unit_and_many_have_begin_inside_last() -> None:
    spans = [LabelledSpan(0, 3, Label("product")), LabelledSpan(4, 15, Label("city", "to"))]
    assert SCHEME.encode(WORDS, spans) == [12, 5, 6, 7, 0]


def test_a_span_within_a_word_covers_the_word() -> None:
    assert SCHEME.encode([(0, 9)], [LabelledSpan(2, 5, Label("product"))]) != [OUTSIDE]


def test_of_overlapping_spans_the_first_counts() -> None:
    spans = [LabelledSpan(0, 7, Label("product")), LabelledSpan(4, 12, Label("city", "to"))]
    assert SCHEME.decode(SCHEME.encode(WORDS, spans)) == [(0, 1, Label("product"))]


def test_a_span_outside_all_words_is_left_out() -> None:
    assert SCHEME.encode(WORDS, [LabelledSpan(40, 44, Label("product"))]) == [OUTSIDE] * 5


def test_roles_are_different_labels() -> None:
    tags = SCHEME.encode(WORDS, [LabelledSpan(0, 3, Label("city", "from")), LabelledSpan(4, 7, Label("city", "to"))])
    assert [label.role for _, _, label in SCHEME.decode(tags)] == ["from", "to"]


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.sampled_from(SCHEME.labels)), max_size=4))
def test_what_is_encoded_is_valid_and_decodes_to_itself(chosen: list[tuple[int, int, Label]]) -> None:
    spans = [LabelledSpan(WORDS[min(a, b)][0], WORDS[max(a, b)][1], label) for a, b, label in sorted(chosen, key=str)]
    tags = SCHEME.encode(WORDS, spans)
    assert SCHEME.may_start(tags[0])
    assert SCHEME.may_end(tags[-1])
    assert all(SCHEME.may_follow(a, b) for a, b in pairwise(tags))
    again = [LabelledSpan(WORDS[a][0], WORDS[b][1], label) for a, b, label in SCHEME.decode(tags)]
    assert SCHEME.encode(WORDS, again) == tags
