"""When a part is started again."""

from __future__ import annotations

from deskhand.runtime.supervisor import RestartPolicy
from deskhand.runtime.supervisor.restarts import Restarts

POLICY = RestartPolicy()


def test_delays_double_up_to_half_a_minute() -> None:
    restarts = Restarts(POLICY)
    delays = [restarts.delay_after(2, was_ready=True) for _ in range(8)]
    assert delays == [1, 2, 4, 8, 16, 30, 30, 30]


def test_delays_begin_anew_after_a_minute_of_running_well() -> None:
    restarts = Restarts(POLICY)
    for _ in range(4):
        restarts.delay_after(2, was_ready=True)
    assert restarts.delay_after(61, was_ready=True) == 1
    assert restarts.delay_after(2, was_ready=True) == 2


def test_gives_up_after_five_failures_of_what_never_worked() -> None:
    restarts = Restarts(POLICY)
    delays = [restarts.delay_after(90, was_ready=False) for _ in range(5)]
    assert delays == [1, 2, 4, 8, None]


def test_never_gives_up_on_what_worked_once() -> None:
    restarts = Restarts(POLICY)
    restarts.delay_after(5, was_ready=True)
    assert all(restarts.delay_after(1, was_ready=False) is not None for _ in range(100))
