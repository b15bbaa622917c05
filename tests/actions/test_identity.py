"""What counts as a try of the one-time code, and what does not; how often facts may be tried."""

from __future__ import annotations

import pytest

from actions.subscriptions import PauseSubscriptionAction, ValidatePauseSubscriptionForm
from deskhand.conversation.identity import MAX_FAILURES_PER_EMAIL
from deskhand.settings import Settings
from tests.fakes.chat import Chat


@pytest.fixture
async def asked(tmp_path):
    """A chat that has just asked who it is with."""
    chat = Chat([(ValidatePauseSubscriptionForm(), PauseSubscriptionAction())], Settings(data_dir=tmp_path))
    await chat.say("pause my subscription", "pause_subscription")
    return chat


@pytest.fixture
async def chat(asked):
    chat = asked
    await chat.say("marta.kowalska@example.com YO10 5DD")
    assert chat.asked == "one_time_code"
    return chat


@pytest.mark.parametrize(
    "said",
    ["14 High Street, Edinburgh EH1 1AA", "EH9 1PR", "hmm 10", "ok 3pm then", "flat 2, 9 oak road", "it is FW-200110"],
)
async def test_other_numbers_are_no_try_of_the_code(chat, said):
    for _ in range(3):
        assert "utter_code_wrong" not in await chat.say(said)
    assert (await chat.verifications.get("c1")).failures == 0
    assert chat.asked == "one_time_code"
    assert await chat.say("100001") == ["utter_pause_how_long"]


@pytest.mark.parametrize("said", ["1234", "12 34 5", "99 99 99", "it says 9999999"])
async def test_digits_like_those_of_a_code_are_a_try(chat, said):
    assert await chat.say(said) == ["utter_code_wrong"]


async def failed_elsewhere(chat, email, times):
    for _ in range(times):
        await chat.verifications.claim_try(email)


async def test_the_last_try_of_an_email_may_be_right(asked):
    await failed_elsewhere(asked, "marta.kowalska@example.com", MAX_FAILURES_PER_EMAIL - 1)
    assert await asked.say("marta.kowalska@example.com YO10 5DD") == ["utter_code_sent"]


@pytest.mark.parametrize("email", ["marta.kowalska@example.com", "nobody@example.com"])
async def test_after_many_failures_elsewhere_right_facts_are_answered_like_wrong_ones(asked, email):
    await failed_elsewhere(asked, email.upper(), MAX_FAILURES_PER_EMAIL)
    assert await asked.say(f"{email} YO10 5DD") == ["utter_identity_mismatch"]
    assert asked.asked == "email"
    assert "find_customer" not in asked.crm.calls
    assert (await asked.verifications.get("c1")).failures == 1
    await asked.say(f"{email} YO10 5DD")
    assert await asked.say(f"{email} YO10 5DD") == ["utter_identity_locked"]


async def test_wrong_facts_count_for_the_email_and_refused_ones_do_not_prolong_its_limit(asked):
    await failed_elsewhere(asked, "marta.kowalska@example.com", MAX_FAILURES_PER_EMAIL - 1)
    assert await asked.say("marta.kowalska@example.com LS6 2AB") == ["utter_identity_mismatch"]
    assert not await asked.verifications.may_try("marta.kowalska@example.com")
    asked.later(hours=23)
    assert await asked.say("marta.kowalska@example.com YO10 5DD") == ["utter_identity_mismatch"]
    asked.later(hours=1)
    assert await asked.say("marta.kowalska@example.com YO10 5DD") == ["utter_code_sent"]
