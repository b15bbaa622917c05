from __future__ import annotations

import pytest

from deskhand.knowledge.writing.figures import Figure, figures


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It costs £3.95.", [Figure("3.95", "£")]),
        ("It costs 3.95 pounds.", [Figure("3.95", "£")]),
        ("Free from £1,000 on.", [Figure("1000", "£")]),
        ("£50.00 or more", [Figure("50", "£")]),
        ("within thirty days", [Figure("30", "", "day")]),
        ("a two-year warranty", [Figure("2", "", "year")]),
        ("five working days", [Figure("5", "", "day")]),
        ("twenty-four hours", [Figure("24", "", "hour")]),
        ("order before 2pm", [Figure("2", "pm")]),
        ("from 9 am to 5 pm", [Figure("9", "am"), Figure("5", "pm")]),
        ("20 per cent moisture", [Figure("20", "%")]),
        ("10% off", [Figure("10", "%")]),
        ("wrap it twice around", [Figure("2")]),
        ("one of them", []),
        ("one month", [Figure("1", "", "month")]),
        ("on 1 March 2026", [Figure("1"), Figure("2026")]),
        ("EN417", [Figure("417")]),
        ("no figures at all, not even someone's", []),
    ],
)
def test_figures_are_read_in_digits_and_in_words(text: str, expected: list[Figure]) -> None:
    assert figures(text) == expected


@pytest.mark.parametrize(
    ("claimed", "source", "said"),
    [
        ("£3.95", "£3.95", True),
        ("3.95", "£3.95", True),
        ("£3.95", "3.95", False),
        ("5 days", "five working days", True),
        ("5 days", "5 weeks", False),
        ("10%", "£10", False),
        ("2pm", "2am", False),
        ("30", "13", False),
    ],
)
def test_a_figure_is_said_by_the_same_figure_only(claimed: str, source: str, said: bool) -> None:
    (figure,), (other,) = figures(claimed), figures(source)
    assert figure.is_said_by(other) is said
