from __future__ import annotations

from deskhand.knowledge.writing.patience import Patience


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_three_failures_in_a_row_are_a_pause_of_a_minute() -> None:
    clock = Clock()
    patience = Patience(clock)
    patience.failed()
    patience.failed()
    assert not patience.is_over
    patience.failed()
    assert patience.is_over
    clock.now += 61
    assert not patience.is_over


def test_after_a_pause_one_more_failure_is_the_next_one() -> None:
    clock = Clock()
    patience = Patience(clock)
    for _ in range(3):
        patience.failed()
    clock.now += 61
    patience.failed()
    assert patience.is_over


def test_a_success_starts_the_count_afresh() -> None:
    patience = Patience(Clock())
    patience.failed()
    patience.failed()
    patience.succeeded()
    patience.failed()
    assert not patience.is_over


def test_what_the_endpoint_asks_for_is_kept_to_within_an_hour() -> None:
    clock = Clock()
    patience = Patience(clock)
    patience.failed(retry_after_seconds=10**8)
    clock.now += 3599
    assert patience.is_over
    clock.now += 2
    assert not patience.is_over
