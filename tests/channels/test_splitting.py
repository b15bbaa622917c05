"""Long texts are cut where a reader would pause, on every channel alike."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from deskhand.channels.splitting import clipped, size, split


def seen(text: str) -> str:
    """Without blanks and what nobody sees."""
    return "".join(text.split()).replace("\u200b", "").strip("\u200c\u200d\u2060\ufeff")


def test_blank_text_has_no_parts() -> None:
    assert split(" \n\u200b\ufeff ", 10) == []


def test_a_long_text_is_cut_between_paragraphs_rather_than_within_them() -> None:
    paragraph = "A sentence of some words. " * 60
    made = split("\n\n".join([paragraph.strip()] * 4), 4096)
    assert [part.count("\n\n") for part in made] == [1, 1]


def test_an_abbreviation_ends_no_sentence() -> None:
    text = f"{'word ' * 30}ends here. Ask for e.g. {'more ' * 30}"
    assert split(text, 190)[0].endswith("ends here.")


@given(
    st.lists(
        st.sampled_from(
            [
                "Yes. ",
                "word ",
                "\n\n",
                "https://x.example/" + "a" * 60,
                "👩‍👩‍👧",
                "e\u0301",
                "ß",
                "ا",
                " ",
                ".",
                "\u200b",
            ]
        ),
        max_size=80,
    ),
    st.integers(8, 64),
)
def test_splitting_keeps_every_character_and_every_limit(pieces: list[str], limit: int) -> None:
    text = "".join(pieces)
    parts = split(text, limit)
    assert seen("".join(parts)) == seen(text)
    assert all(part.strip() == part and seen(part) and size(part) <= limit for part in parts)


@given(st.text(max_size=200), st.integers(2, 40))
def test_splitting_whatever_somebody_types(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert seen("".join(parts)) == seen(text)
    assert all(seen(part) and size(part) <= limit for part in parts)


def test_an_emoji_is_not_cut_in_two() -> None:
    family = "👩‍👩‍👧"
    assert all(set(part) == {"👩", "\u200d", "👧"} and len(part) % 5 == 0 for part in split(family * 20, 30))


@given(st.text(max_size=60), st.integers(8, 30))
def test_clipping_stays_within_its_limit(text: str, limit: int) -> None:
    assert size(clipped(text, limit)) <= limit
    assert clipped(text, limit) == text or clipped(text, limit).endswith("…")
