"""What a load is measured by: times, errors, and the processors and the memory of everything that worked."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

import psutil

SAMPLE_SECONDS = 1.0


@dataclass
class Measured:
    turn_seconds: list[float] = field(default_factory=list)
    acknowledged_seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    seconds: float = 0.0
    megabytes: dict[str, list[int]] = field(default_factory=dict)
    """By the kind of process, sampled over the run."""
    cpu_seconds: dict[str, float] = field(default_factory=dict)
    """By the kind of process."""

    def figures(self) -> dict[str, object]:
        turns = len(self.turn_seconds)
        used = {kind: round(1000 * seconds / max(1, turns), 1) for kind, seconds in self.cpu_seconds.items()}
        return {
            "turns": turns,
            "turns per second": round(turns / self.seconds, 1) if self.seconds else 0.0,
            "turn seconds, median": _percentile(self.turn_seconds, 50),
            "turn seconds, 95th": _percentile(self.turn_seconds, 95),
            "acknowledged seconds, median": _percentile(self.acknowledged_seconds, 50),
            "acknowledged seconds, 95th": _percentile(self.acknowledged_seconds, 95),
            "errors": len(self.errors),
            "first errors": self.errors[:5],
            "CPU milliseconds a turn": used | {"all": round(sum(used.values()), 1)},
            "MB at each quarter": {kind: _at_each_quarter(samples) for kind, samples in self.megabytes.items()},
        }


class Meter:
    """Looks at processes, and at all that they start, while a load runs."""

    def __init__(self, processes: Mapping[str, list[int]], weighed: tuple[str, ...]) -> None:
        """The ids of processes by their kind; `weighed` are the kinds whose memory counts."""
        self._processes = processes
        self._weighed = weighed
        self._before = self._cpu_seconds()

    async def sample(self, measured: Measured) -> None:
        """Until cancelled."""
        while True:
            self._weigh(measured)
            await asyncio.sleep(SAMPLE_SECONDS)

    def finish(self, measured: Measured) -> None:
        self._weigh(measured)
        measured.cpu_seconds = {kind: used - self._before[kind] for kind, used in self._cpu_seconds().items()}

    def _cpu_seconds(self) -> dict[str, float]:
        return {kind: sum(_tree_seconds(pid) for pid in pids) for kind, pids in self._processes.items()}

    def _weigh(self, measured: Measured) -> None:
        for kind in self._weighed:
            if pids := self._processes[kind]:
                weight = sum(psutil.Process(pid).memory_info().rss for pid in pids)
                measured.megabytes.setdefault(kind, []).append(round(weight / 1e6))


def _tree_seconds(pid: int) -> float:
    """Of a process, of those that it started, and of those of them that have ended."""
    process = psutil.Process(pid)
    times = process.cpu_times()
    ended = float(times.children_user + times.children_system)
    return float(times.user + times.system) + ended + sum(_tree_seconds(child.pid) for child in process.children())


def _at_each_quarter(samples: list[int]) -> list[int]:
    """The first and the last sample, and three between."""
    return [samples[(len(samples) - 1) * quarter // 4] for quarter in range(5)]


def _percentile(values: list[float], percent: int) -> float:
    return round(sorted(values)[min(len(values) - 1, len(values) * percent // 100)], 4) if values else 0.0
