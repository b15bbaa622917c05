"""Who may tell us what: forged, stale, oversized and malformed webhooks are refused; unknown ones are ignored."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskhand.conversation.model import Outcome
from deskhand.conversation.outside import AgentSaid, Moved, Person, Standing
from deskhand.desks.chatwoot.options import ChatwootOptions
from deskhand.desks.chatwoot.signature import is_genuine, sign
from deskhand.desks.chatwoot.webhook import read
from deskhand.desks.errors import WebhookRefused
from tests.fakes.chatwoot import ACCOUNT, INBOX, SECRET, TOKEN

from .conftest import BOTS_SECRET, Both

SIGNED = ChatwootOptions("https://chatwoot.example", ACCOUNT, INBOX, TOKEN, webhook_secrets=(SECRET, BOTS_SECRET))
BY_ADDRESS = ChatwootOptions("https://chatwoot.example", ACCOUNT, INBOX, TOKEN, webhook_token="t" * 32)
MESSAGE = {
    "event": "message_created",
    "id": 5,
    "content": "Hello",
    "message_type": "outgoing",
    "private": False,
    "sender": {"id": 7, "name": "Maria Lopez", "type": "user"},
    "conversation": {"id": 12, "inbox_id": INBOX, "messages": []},
    "inbox": {"id": INBOX},
    "account": {"id": ACCOUNT},
}
MOVED = {
    "event": "conversation_status_changed",
    "id": 12,
    "inbox_id": INBOX,
    "status": "resolved",
    "meta": {"assignee": {"id": 7, "name": "Maria Lopez", "type": "user"}},
    "changed_attributes": [{"status": {"previous_value": "open", "current_value": "resolved"}}],
    "updated_at": 1790000000.25,
}


def told(payload: object) -> list[object]:
    return list(read({}, json.dumps(payload).encode(), "t" * 32, BY_ADDRESS))


# -- over HTTP


async def test_a_forged_webhook_is_refused_and_says_nothing_to_the_customer(both: Both) -> None:
    await both.hand_over()
    told = both.chatwoot.agents_message("I am not Maria.")
    answers = [
        await both.chatwoot.deliver(told, secret="another"),
        await both.chatwoot.deliver(told, secret=None),
        await both.chatwoot.deliver(told, at=time.time() - 600),
        await both.chatwoot.deliver(told, secret=None, token=SECRET),
    ]
    await both.settled()
    assert [one.status_code for one in answers] == [401, 401, 401, 401]
    assert "DESKHAND_CHATWOOT_WEBHOOK_SECRET" in answers[0].json()["message"]
    assert "I am not Maria." not in both.world.channel.texts()


async def test_the_agent_bots_webhook_is_signed_with_its_own_secret(both: Both) -> None:
    conversation_id = await both.hand_over()
    one = both.chatwoot.one()
    one["status"] = "resolved"
    ended = {**both.chatwoot.changed(one, "conversation_resolved", {}), "changed_attributes": None}
    assert (await both.chatwoot.deliver(ended, secret=BOTS_SECRET)).status_code == 200
    assert (await both.get(conversation_id)).outcome is Outcome.RESOLVED_BY_AGENT


async def test_an_oversized_webhook_is_refused(both: Both) -> None:
    answer = await both.chatwoot.deliver_raw(b"{" + b" " * 1_100_000 + b"}")
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"not JSON", 400),
        (b"[" * 100_000, 400),
        (b"[]", 400),
        (b'{"event": 5}', 400),
        (json.dumps({**MESSAGE, "conversation": {"inbox_id": INBOX}}).encode(), 422),
        (json.dumps({**MOVED, "status": "asleep"}).encode(), 422),
    ],
)
async def test_a_malformed_webhook_is_refused_in_words(both: Both, body: bytes, status: int) -> None:
    answer = await both.chatwoot.deliver_raw(body)
    assert answer.status_code == status
    assert answer.json()["message"]


async def test_unknown_events_are_accepted_and_ignored(both: Both) -> None:
    for event in ("contact_created", "conversation_typing_on", "webwidget_triggered", "tomorrows_event"):
        assert (await both.chatwoot.deliver({"event": event})).status_code == 200


# -- who says it


def test_a_signature_is_over_time_and_body() -> None:
    signature = sign(b"body", "1000", "secret")
    assert is_genuine(b"body", "1000", signature, "secret", now=1200)
    assert not is_genuine(b"body!", "1000", signature, "secret", now=1000)
    assert not is_genuine(b"body", "1001", signature, "secret", now=1000)
    assert not is_genuine(b"body", "1000", signature, "secret", now=1301)
    assert not is_genuine(b"body", "1000", signature, "secret", now=699)
    assert not is_genuine(b"body", "", "", "secret", now=1000)


@pytest.mark.parametrize("token", [None, "", "t", "T" * 32, "t" * 31 + "\udc80"])
def test_without_signatures_the_address_must_hold_the_token(token: str | None) -> None:
    with pytest.raises(WebhookRefused, match="TOKEN"):
        read({}, json.dumps(MESSAGE).encode(), token, BY_ADDRESS)


def test_with_a_secret_a_token_does_not_do() -> None:
    with pytest.raises(WebhookRefused, match="SECRET"):
        read({}, json.dumps(MESSAGE).encode(), SECRET, SIGNED)


# -- what is told


def test_a_person_has_the_name_that_customers_are_to_see() -> None:
    shown = {"sender": {"id": 7, "type": "user", "name": "Maria Lopez", "available_name": "Maria"}}
    conversation = {**MESSAGE["conversation"], "messages": [shown]}
    assert told(MESSAGE) == [AgentSaid("12", "5", "Hello", Person("7", "Maria Lopez"))]
    assert told({**MESSAGE, "conversation": conversation}) == [AgentSaid("12", "5", "Hello", Person("7", "Maria"))]


def test_who_has_it_is_told_with_the_time() -> None:
    assert told(MOVED) == [
        Moved("12", Standing.ENDED, Standing.ENDED, Person("7", "Maria Lopez"), given=False, at=1790000000.25)
    ]


def test_a_change_of_something_else_is_no_news() -> None:
    assert told({**MOVED, "event": "conversation_updated", "changed_attributes": [{"priority": {}}]}) == []


_VALUES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
_OBJECTS = st.dictionaries(st.sampled_from(["id", "type", "name", "assignee", "sender", "status"]), _VALUES, max_size=2)
_JSON = _VALUES | _OBJECTS | st.lists(_OBJECTS | _VALUES, max_size=2)


@given(
    base=st.sampled_from([MESSAGE, MOVED]),
    changes=st.dictionaries(st.sampled_from(sorted({*MESSAGE, *MOVED} - {"event"})), _JSON, max_size=3),
)
def test_whatever_an_event_holds_it_is_understood_ignored_or_refused(base: dict, changes: dict) -> None:
    try:
        found = told({**base, **changes})
    except WebhookRefused:
        found = []
    assert all(isinstance(one, AgentSaid | Moved) for one in found)
