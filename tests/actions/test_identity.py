"""What counts as a try of the one-time code, and what does not."""

from __future__ import annotations

import pytest

from actions.subscriptions import PauseSubscriptionAction, ValidatePauseSubscriptionForm
from deskhand.settings import Settings
from tests.fakes.chat import Chat


@pytest.fixture
async def chat(tmp_path):
    chat = Chat([(ValidatePauseSubscriptionForm(), PauseSubscriptionAction())], Settings(data_dir=tmp_path))
    await chat.say("pause my subscription", "pause_subscription")
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
