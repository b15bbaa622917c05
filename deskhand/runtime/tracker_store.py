"""Rasa's trackers in PostgreSQL.

Named in endpoints.yml:

    tracker_store:
      type: deskhand.runtime.tracker_store.PostgresTrackerStore

Unlike Rasa's own SQL tracker store it never blocks the event loop, reads only the events that this process has
not seen, and numbers events, so that processes that serve one sender neither lose nor repeat any.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker

from deskhand.runtime.tracker_cache import Remembered, TrackerCache, duplicate
from deskhand.settings import SettingsError
from deskhand.store.database import Database, open_database
from deskhand.store.tracker_events import StoredEvent, TrackerEvents

_STORED_FOR = "_deskhand_stored_for"
"""On an event: the sender in whose log it is. It moves with the event from tracker to tracker."""


class PostgresTrackerStore(TrackerStore):  # type: ignore[misc]  # Rasa has no types
    """Connects at the first use, in whichever event loop that happens.

    Without a `url` in endpoints.yml it uses the settings' `DATABASE_URL`, else the embedded server, whose
    tables it migrates if need be. Its methods raise `DatabaseUnavailable`.
    """

    def __init__(
        self,
        domain: Domain | None = None,
        event_broker: EventBroker | None = None,
        host: str | None = None,
        open_database: Callable[[], Awaitable[Database]] = open_database,
        cache: TrackerCache | None = None,
        **options: Any,
    ) -> None:
        if options:
            raise SettingsError(
                f"endpoints.yml gives the tracker store {', '.join(sorted(options))}, which it does not know. "
                "It takes `url` at most."
            )
        super().__init__(domain, event_broker)
        self._url = host
        self._open_database = open_database
        self._cache = cache or TrackerCache()
        self._database: Database | None = None

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The tracker of the last session; None if there are no events."""
        remembered = await self._up_to_date(sender_id)
        return self._tracker(sender_id, remembered.copies()) if remembered else None

    async def retrieve_full_tracker(self, conversation_id: str) -> DialogueStateTracker | None:
        """The tracker of all sessions; None if there are no events."""
        stored = await (await self._log()).since(conversation_id, 1)
        return self._tracker(conversation_id, _events(conversation_id, stored)) if stored else None

    async def exists(self, conversation_id: str) -> bool:
        return await (await self._log()).exists(conversation_id)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Adds the tracker's new events to the log."""
        sender_id = tracker.sender_id
        new = [event for event in tracker.events if getattr(event, _STORED_FOR, None) != sender_id]
        if not new:
            return
        if len(new) == len(tracker.events):
            await self._save_foreign(sender_id, new)
        else:
            self._remember(sender_id, new, await self._append(sender_id, new))
        for event in new:
            setattr(event, _STORED_FOR, sender_id)
        if self.event_broker is not None:
            await self._stream_new_events(self.event_broker, new, sender_id)

    async def keys(self) -> Iterable[str]:
        return await (await self._log()).senders()

    async def count(self, sender_id: str | None = None) -> int:
        """How many events there are, of one sender or in all."""
        return await (await self._log()).count(sender_id)

    async def delete(self, sender_id: str) -> None:
        """Forgets everything about a sender."""
        self._cache.forget(sender_id)
        await (await self._log()).delete(sender_id)

    async def close(self) -> None:
        """Closes the connections of this event loop."""
        if self._database is not None:
            await self._database.close()

    async def _append(self, sender_id: str, new: Sequence[Event]) -> int:
        """Returns the number of the first one."""
        log, data = await self._log(), [event.as_dict() for event in new]
        known = self._cache.get(sender_id)
        if known is not None and await log.append_after(sender_id, known.last_seq, data):
            return known.last_seq + 1
        return await log.append(sender_id, data)

    async def _save_foreign(self, sender_id: str, events: Sequence[Event]) -> None:
        """For a tracker that was not read from here: a new one, or one that somebody sent to the HTTP API."""
        self._cache.forget(sender_id)
        await (await self._log()).replace(sender_id, [event.as_dict() for event in events])

    def _remember(self, sender_id: str, new: Sequence[Event], first_seq: int) -> None:
        known = self._cache.get(sender_id)
        # Otherwise another process wrote in between: the next turn reads what.
        if known is not None and known.last_seq == first_seq - 1:
            copies = [duplicate(event) for event in new]
            for event in copies:
                setattr(event, _STORED_FOR, sender_id)
            self._cache.put(sender_id, known.extended(copies, first_seq + len(new) - 1))

    async def _up_to_date(self, sender_id: str) -> Remembered | None:
        log = await self._log()
        known = self._cache.get(sender_id)
        if known is not None:
            # The last one that we know is read again: is it still the same one?
            found = await log.since(sender_id, known.last_seq)
            if found and found[0].seq == known.last_seq and _is_same(found[0], known.events[-1]):
                if newer := found[1:]:
                    known = known.extended(_events(sender_id, newer), newer[-1].seq)
                    self._cache.put(sender_id, known)
                return known
            self._cache.forget(sender_id)
        stored = await log.last_session(sender_id)
        if not stored:
            return None
        known = Remembered(tuple(_events(sender_id, stored)), stored[-1].seq)
        self._cache.put(sender_id, known)
        return known

    def _tracker(self, sender_id: str, events: list[Event]) -> DialogueStateTracker:
        return DialogueStateTracker.from_events(
            sender_id, events, self.domain.slots, max_event_history=self.max_event_history
        )

    async def _log(self) -> TrackerEvents:
        if self._database is None:
            opened = Database(self._url) if self._url else await self._open_database()
            self._database = self._database or opened  # another turn may have been faster
        return TrackerEvents(self._database)


def _events(sender_id: str, stored: Sequence[StoredEvent]) -> list[Event]:
    events = [Event.from_parameters(one.data) for one in stored]
    known = [event for event in events if event is not None]
    for event in known:
        setattr(event, _STORED_FOR, sender_id)
    return known


def _is_same(stored: StoredEvent, event: Event) -> bool:
    return (stored.data["event"], stored.data["timestamp"]) == (event.type_name, event.timestamp)
