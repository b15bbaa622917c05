"""Rasa's trackers survive in PostgreSQL, whatever processes and loops they are used from."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import psycopg
import pytest
from rasa.core.tracker_store import TrackerStore, check_if_tracker_store_async
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    AllSlotsReset,
    BotUttered,
    Event,
    FollowupAction,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from deskhand.runtime.tracker_cache import TrackerCache
from deskhand.runtime.tracker_store import PostgresTrackerStore
from deskhand.settings import SettingsError
from deskhand.store.database import Database
from deskhand.store.errors import DatabaseUnavailable
from deskhand.store.tracker_events import StoredEvent, TrackerEvents

DOMAIN = Domain.from_yaml(
    """
    version: "3.1"
    intents: [greet]
    slots:
      order_number: {type: text, mappings: [{type: custom}]}
      item_ids: {type: list, mappings: [{type: custom}]}
    actions: [action_order_status]
    """
)
MakeStore = Callable[[], PostgresTrackerStore]


@pytest.fixture
async def process(database_url: str) -> AsyncIterator[MakeStore]:
    """Makes stores that share nothing but the database, as those of several processes do."""
    stores: list[PostgresTrackerStore] = []

    def make() -> PostgresTrackerStore:
        stores.append(PostgresTrackerStore(domain=DOMAIN, host=database_url))
        return stores[-1]

    yield make
    for store in stores:
        await store.close()


@pytest.fixture
def store(process: MakeStore) -> PostgresTrackerStore:
    return process()


def said(text: str) -> UserUttered:
    return UserUttered(text, intent={"name": "greet", "confidence": 1.0})


async def turn(store: PostgresTrackerStore, sender_id: str, *events: Event) -> DialogueStateTracker:
    tracker = await store.get_or_create_tracker(sender_id)
    for event in events:
        tracker.update(event, DOMAIN)
    await store.save(tracker)
    return tracker


async def texts(store: PostgresTrackerStore, sender_id: str) -> list[str]:
    tracker = await store.retrieve_full_tracker(sender_id)
    return [event.text for event in tracker.events if isinstance(event, UserUttered)] if tracker else []


class Reading:
    """Counts the rows that are read."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.rows = 0
        read = TrackerEvents._read

        async def counting(events: TrackerEvents, query: Any) -> list[StoredEvent]:
            found = await read(events, query)
            self.rows += len(found)
            return found

        monkeypatch.setattr(TrackerEvents, "_read", counting)


def test_rasa_takes_it_for_asynchronous_and_makes_it_from_endpoints() -> None:
    endpoint = EndpointConfig(type="deskhand.runtime.tracker_store.PostgresTrackerStore")
    store = TrackerStore.create(endpoint, DOMAIN)
    assert isinstance(store, PostgresTrackerStore)
    assert check_if_tracker_store_async(store)
    assert store.domain is DOMAIN


def test_an_unknown_option_stops_the_start() -> None:
    with pytest.raises(SettingsError, match="pool_sise"):
        PostgresTrackerStore(domain=DOMAIN, pool_sise=3)


async def test_events_of_every_kind_come_back_as_they_were(process: MakeStore) -> None:
    events = [
        ActionExecuted("action_session_start"),
        SessionStarted(),
        ActionExecuted("action_listen"),
        said('{"a": 1} \0 \ud83d 🏕️'),
        SlotSet("item_ids", ["1", "2"]),
        ActiveLoop("return_form"),
        BotUttered("Which one?", {"buttons": [{"title": "Tent", "payload": "/inform"}]}, {"utter_action": "x"}),
        UserUtteranceReverted(),
        FollowupAction("action_listen"),
        AllSlotsReset(),
        SlotSet("order_number", "FW-200101"),
    ]
    saved = await turn(process(), "a", *events)
    read = await process().retrieve("a")
    assert read is not None
    assert [event.as_dict() for event in read.events] == [event.as_dict() for event in events[1:]]
    assert read.current_slot_values() == saved.current_slot_values()
    assert read.get_slot("order_number") == "FW-200101"


async def test_an_unknown_sender_has_no_tracker(store: PostgresTrackerStore) -> None:
    assert await store.retrieve("nobody") is None
    assert await store.retrieve_full_tracker("nobody") is None
    assert not await store.exists("nobody")


async def test_saving_again_adds_nothing(store: PostgresTrackerStore, process: MakeStore) -> None:
    tracker = await turn(store, "a", said("one"))
    await store.save(tracker)
    read = await store.retrieve("a")
    assert read is not None
    await store.save(read)
    await process().save(read)
    assert await store.count("a") == len(tracker.events)


async def test_processes_that_take_turns_see_each_others_events(process: MakeStore) -> None:
    stores = [process(), process(), process()]
    for number in range(12):
        await turn(stores[number % 3], "a", said(str(number)))
    expected = [str(number) for number in range(12)]
    for store in [*stores, process()]:
        assert await texts(store, "a") == expected
        tracker = await store.retrieve("a")
        assert tracker is not None
        assert tracker.latest_message.text == "11"


async def test_concurrent_saves_of_one_sender_lose_and_repeat_nothing(process: MakeStore) -> None:
    await turn(process(), "a", said("first"))
    stores = [process() for _ in range(8)]
    await asyncio.gather(
        *(turn(store, "a", said(f"{number}a"), said(f"{number}b")) for number, store in enumerate(stores))
    )
    everything = await texts(process(), "a")
    assert sorted(everything) == sorted(["first", *(f"{n}{c}" for n in range(8) for c in "ab")])
    for number in range(8):
        assert everything.index(f"{number}b") == everything.index(f"{number}a") + 1


async def test_only_the_last_session_is_retrieved_unless_all_are_asked_for(process: MakeStore) -> None:
    store = process()
    await turn(store, "a", SessionStarted(), said("old"), SlotSet("order_number", "FW-1"))
    await turn(store, "a", ActionExecuted("action_session_start"), SessionStarted(), said("new"))
    for one in (store, process()):
        tracker = await one.retrieve("a")
        assert tracker is not None
        assert isinstance(tracker.events[0], SessionStarted)
        assert [event.text for event in tracker.events if isinstance(event, UserUttered)] == ["new"]
        assert tracker.get_slot("order_number") is None
        assert await texts(one, "a") == ["old", "new"]


async def test_a_full_tracker_can_be_continued(process: MakeStore) -> None:
    await turn(process(), "a", SessionStarted(), said("old"))
    await turn(process(), "a", SessionStarted(), said("new"))
    store = process()
    tracker = await store.retrieve_full_tracker("a")
    assert tracker is not None
    tracker.update(said("newest"), DOMAIN)
    await store.save(tracker)
    assert await texts(process(), "a") == ["old", "new", "newest"]


async def test_a_turn_of_a_long_conversation_reads_only_what_is_new(
    process: MakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, other = process(), process()
    await turn(mine, "a", SessionStarted(), *(said(str(number)) for number in range(5_000)))
    reading = Reading(monkeypatch)
    await turn(mine, "a", said("x"))
    assert reading.rows >= 5_000  # the first time in this process

    reading.rows = 0
    await turn(mine, "a", said("y"), BotUttered("z"))
    assert reading.rows == 1  # the last known event, to see that it is still the last

    await turn(other, "a", said("from elsewhere"))
    reading.rows = 0
    tracker = await turn(mine, "a", said("z"))
    assert reading.rows == 2
    assert [event.text for event in tracker.events if isinstance(event, UserUttered)][-2:] == ["from elsewhere", "z"]


async def test_an_unsaved_turn_leaves_no_trace(store: PostgresTrackerStore) -> None:
    await turn(store, "a", said("one"))
    for _ in range(2):
        tracker = await store.retrieve("a")
        assert tracker is not None
        tracker.update(said("lost"), DOMAIN)
    assert await texts(store, "a") == ["one"]
    tracker = await store.retrieve("a")
    assert tracker is not None
    assert tracker.latest_message.text == "one"


async def test_an_undo_through_the_http_api_rewrites_the_log(process: MakeStore) -> None:
    store, other = process(), process()
    await turn(store, "a", SessionStarted(), said("one"), said("two"), said("three"))
    await other.retrieve("a")
    sent = (await store.retrieve("a")).current_state(verbosity_all())["events"][:2]
    undone = DialogueStateTracker.from_dict("a", [*json.loads(json.dumps(sent)), said("other").as_dict()], DOMAIN.slots)
    await store.save(undone)
    for one in (store, other, process()):
        assert await texts(one, "a") == ["one", "other"]
        tracker = await one.retrieve("a")
        assert tracker is not None
        assert tracker.latest_message.text == "other"


def verbosity_all() -> Any:
    from rasa.shared.core.trackers import EventVerbosity

    return EventVerbosity.ALL


async def test_a_new_tracker_made_while_the_database_was_away_is_added(process: MakeStore) -> None:
    await turn(process(), "a", said("before"))
    fresh = DialogueStateTracker("a", DOMAIN.slots)
    fresh.update(SessionStarted(), DOMAIN)
    fresh.update(said("after"), DOMAIN)
    await process().save(fresh)
    assert await texts(process(), "a") == ["before", "after"]


async def test_a_restart_typed_by_nobody_is_an_event_like_others(store: PostgresTrackerStore) -> None:
    await turn(store, "a", SlotSet("order_number", "FW-1"), Restarted())
    tracker = await store.retrieve("a")
    assert tracker is not None
    assert tracker.get_slot("order_number") is None


async def test_keys_count_and_delete(store: PostgresTrackerStore, process: MakeStore) -> None:
    other = process()
    for sender_id in ("a", "b"):
        await turn(store, sender_id, said("hello"))
        await turn(other, sender_id, said("hello"))
    assert sorted(await store.keys()) == ["a", "b"]
    assert await store.count() == 2 * await store.count("a")
    await store.delete("a")
    assert sorted(await store.keys()) == ["b"]
    assert await other.retrieve("a") is None  # although it remembers it
    await turn(other, "a", said("again"))
    assert await texts(store, "a") == ["again"]


async def test_broken_connections_are_replaced(store: PostgresTrackerStore, database_url: str) -> None:
    await turn(store, "a", said("one"))
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    await turn(store, "a", said("two"))
    assert await texts(store, "a") == ["one", "two"]


async def test_an_absent_database_is_said_to_be_away() -> None:
    store = PostgresTrackerStore(domain=DOMAIN, host="postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(DatabaseUnavailable):
        await store.retrieve("a")


def test_one_store_works_in_one_event_loop_after_another(database_url: str) -> None:
    store = PostgresTrackerStore(domain=DOMAIN, host=database_url)

    async def talk(text: str) -> list[str]:
        await turn(store, "a", said(text))
        found = await texts(store, "a")
        await store.close()
        return found

    asyncio.run(talk("one"))
    assert asyncio.run(talk("two")) == ["one", "two"]


async def test_the_event_loop_goes_on_while_a_save_waits(store: PostgresTrackerStore, database_url: str) -> None:
    await turn(store, "a", said("one"))
    with psycopg.connect(database_url) as blocker:
        blocker.execute("LOCK TABLE deskhand.tracker_events")
        saving = asyncio.create_task(turn(store, "a", said("two")))
        started = time.monotonic()
        for _ in range(20):
            await asyncio.sleep(0.005)
        assert time.monotonic() - started < 1
        assert not saving.done()
        blocker.rollback()
        await saving
    assert await texts(store, "a") == ["one", "two"]


async def test_the_database_is_opened_at_the_first_use(database_url: str) -> None:
    opened: list[Database] = []

    async def opener() -> Database:
        opened.append(Database(database_url))
        return opened[-1]

    store = PostgresTrackerStore(domain=DOMAIN, open_database=opener)
    assert opened == []
    await turn(store, "a", said("one"))
    await turn(store, "a", said("two"))
    assert len(opened) == 1
    await store.close()


async def test_new_events_are_streamed_once(database_url: str) -> None:
    published: list[dict[str, Any]] = []

    class Broker:
        def publish(self, event: dict[str, Any]) -> None:
            published.append(event)

    store = PostgresTrackerStore(domain=DOMAIN, event_broker=Broker(), host=database_url)  # type: ignore[arg-type]
    await turn(store, "a", said("one"))
    await turn(store, "a", said("two"))
    assert [event["text"] for event in published if event["event"] == "user"] == ["one", "two"]
    await store.close()


def test_the_cache_forgets_what_was_used_longest_ago() -> None:
    from deskhand.runtime.tracker_cache import Remembered

    cache = TrackerCache(max_events=3)
    for sender_id in ("a", "b", "c"):
        cache.put(sender_id, Remembered((said("x"),), 1))
    cache.get("a")
    cache.put("d", Remembered((said("x"),), 1))
    assert cache.get("b") is None
    assert cache.get("a") is not None
    cache.put("a", Remembered((said("x"), said("y"), said("z")), 3))
    assert cache.get("d") is None
