"""Returns at the edge of what is allowed: the last day, and another customer's order."""

from __future__ import annotations

from datetime import timedelta

import pytest

from actions.returns import StartReturnAction, ValidateReturnForm
from deskhand.settings import Settings
from tests.fakes.chat import Chat

JO, OLU = "C-900001", "C-900014"


@pytest.fixture
def chat(tmp_path):
    return Chat([(ValidateReturnForm(), StartReturnAction())], Settings(data_dir=tmp_path))


@pytest.mark.parametrize(("days", "said"), [(30, "utter_which_items"), (31, "utter_nothing_to_return")])
async def test_the_last_day_counts_to_its_end(chat, days, said):
    delivered_at = (await chat.crm.order(JO, "FW-200101")).parcels[0].delivered_at
    chat.now = (delivered_at + timedelta(days=days)).replace(hour=22)
    await chat.be(JO)
    assert await chat.say("i want to return something", "start_return") == [said]


async def test_a_number_that_is_not_theirs_is_said_to_be_so(chat):
    await chat.be(OLU)
    await chat.say("i want to return something", "start_return")
    assert chat.asked == "item_ids"
    said = await chat.say("FW-200101", order_number="FW-200101")
    assert said[0] == "utter_order_not_found"
