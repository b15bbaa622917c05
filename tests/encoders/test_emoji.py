"""Emoji mean something, and what they stand for keeps its place in the text."""

from deskhand.encoders.encoder import SubwordTokenizer
from deskhand.encoders.weights import DEFAULT_WEIGHTS, find_weights


def test_a_thumb_up_is_not_a_thumb_down() -> None:
    tokenizer = SubwordTokenizer(find_weights(DEFAULT_WEIGHTS).folder, 64)
    up, down = tokenizer(["👍", "👎"])
    assert up.ids != down.ids


def test_offsets_count_in_the_original_text() -> None:
    tokenizer = SubwordTokenizer(find_weights(DEFAULT_WEIGHTS).folder, 64)
    text = "👍 cancel fw-204518"
    [row] = tokenizer([text])
    assert "cancel" in {text[start:end] for start, end in row.offsets}
