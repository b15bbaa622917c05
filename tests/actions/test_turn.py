"""What an action reads of a message."""

from __future__ import annotations

import time

import pytest

from actions.appointments import MoveAppointmentAction, ValidateMoveAppointmentForm
from deskhand.settings import Settings
from tests.fakes.chat import Chat

RAJ = "C-900011"


@pytest.fixture
def chat(tmp_path):
    return Chat([(ValidateMoveAppointmentForm(), MoveAppointmentAction())], Settings(data_dir=tmp_path))


async def test_a_long_message_holds_nobody_up(chat):
    await chat.be(RAJ)
    began = time.perf_counter()
    await chat.say(("1 " * 2_000), "move_appointment")
    assert time.perf_counter() - began < 0.5
