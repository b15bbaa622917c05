"""Whole conversations: a customer on a channel, the trained assistant, a handoff, an agent in the desk's pages in
Chromium, the customer again, and an end. Nothing is played but WhatsApp's and Telegram's own APIs."""

from __future__ import annotations

import pytest

from tests.channels.page.visits import CHROMIUM
from tests.desk.e2e import in_webchat, on_telegram, on_whatsapp
from tests.desk.e2e.running import Conversation, Whole

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's chromium"),
    pytest.mark.asyncio(loop_scope="module"),
]

CONVERSATIONS = [
    pytest.param(one, id=f"{name}-{one.__name__}")
    for name, module in (("whatsapp", on_whatsapp), ("telegram", on_telegram), ("webchat", in_webchat))
    for one in module.CONVERSATIONS
]


@pytest.mark.parametrize("held", CONVERSATIONS)
async def test_a_conversation(whole: Whole, held: Conversation):
    await held(whole)


async def test_there_are_fifteen_and_five_on_each_channel():
    assert min(len(module.CONVERSATIONS) for module in (on_whatsapp, on_telegram, in_webchat)) >= 5
    assert len(CONVERSATIONS) >= 15
