"""What Prometheus is told. No ids and no texts: only channels, states and causes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from deskhand.store.backlog import Backlog

SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800)


class Metrics:
    """Of this process, except for the queue's, which are those of the database that all share."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._turn_seconds = self._histogram(
            "deskhand_turn_seconds", "From the arrival of a message to its stored answer.", "channel", "state"
        )
        self._turn_failures = self._counter("deskhand_turn_failures", "Tries of turns that failed.", "channel", "cause")
        self._send_seconds = self._histogram(
            "deskhand_send_seconds", "From the storing of a message to the channel's word that it has it.", "channel"
        )
        self._call_seconds = self._histogram("deskhand_channel_call_seconds", "Calls of channels' APIs.", "channel")
        self._send_failures = self._counter(
            "deskhand_send_failures", "Calls of channels' APIs that did not send.", "channel", "cause", "final"
        )
        self._repeats = self._counter(
            "deskhand_sends_repeated", "Calls made again because a process ended during one.", "channel"
        )
        self._depth = self._gauge("deskhand_queue_depth", "What waits or is being worked on.", "queue")
        self._age = self._gauge("deskhand_queue_age_seconds", "For how long the oldest of it has waited.", "queue")
        self._stuck = self._gauge("deskhand_sends", "Parts of messages in a state to look at.", "channel", "state")

    def turn_ended(self, channel: str, state: str, arrived_at: datetime) -> None:
        self._turn_seconds.labels(channel, state).observe(_seconds_since(arrived_at))

    def turn_failed(self, channel: str, cause: str) -> None:
        """`cause` is a sentence of `TurnFailed`, of which there are few."""
        self._turn_failures.labels(channel, cause).inc()

    def sent(self, channel: str, queued_at: datetime) -> None:
        self._send_seconds.labels(channel).observe(_seconds_since(queued_at))

    def call_took(self, channel: str, seconds: float) -> None:
        self._call_seconds.labels(channel).observe(seconds)

    def send_failed(self, channel: str, cause: str, *, final: bool) -> None:
        self._send_failures.labels(channel, str(cause), str(final).lower()).inc()

    def send_repeated(self, channel: str) -> None:
        self._repeats.labels(channel).inc()

    def page(self, backlog: Backlog) -> bytes:
        """Everything, in Prometheus's text format."""
        for queue, depth in backlog.depths.items():
            self._depth.labels(queue).set(depth)
            self._age.labels(queue).set(backlog.ages_seconds.get(queue, 0.0))
        self._stuck.clear()
        for (channel, state), count in backlog.stuck.items():
            self._stuck.labels(channel, state).set(count)
        return generate_latest(self._registry)

    def _counter(self, name: str, help_text: str, *labels: str) -> Counter:
        return Counter(name, help_text, labels, registry=self._registry)

    def _gauge(self, name: str, help_text: str, *labels: str) -> Gauge:
        return Gauge(name, help_text, labels, registry=self._registry)

    def _histogram(self, name: str, help_text: str, *labels: str) -> Histogram:
        return Histogram(name, help_text, labels, registry=self._registry, buckets=SECONDS)


def _seconds_since(moment: datetime) -> float:
    return max(0.0, (datetime.now(UTC) - moment).total_seconds())


CONTENT_TYPE: Mapping[str, str] = {"content-type": "text/plain; version=0.0.4; charset=utf-8"}
