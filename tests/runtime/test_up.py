"""Which processes `deskhand up` keeps running, and where they listen."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskhand.runtime.training import Model
from deskhand.runtime.up import has_channels_apart, parts, ports
from deskhand.settings import Settings

SETTINGS = Settings(host="0.0.0.0", port=5005, assistant_port=5056)


@pytest.mark.parametrize(
    ("credentials", "apart"),
    [
        ("deskhand.channels.webchat.WebChat:\n", True),
        ("deskhand.channels.webchat.WebChat:\nrest:\n", False),
        ("my_shop.Fax:\n", False),
        ("", False),
    ],
)
def test_channels_have_a_process_of_their_own_if_all_are_ours(tmp_path: Path, credentials: str, apart: bool) -> None:
    (tmp_path / "credentials.yml").write_text(credentials, encoding="utf-8")
    assert has_channels_apart(tmp_path) is apart


def test_customers_reach_the_channels_and_the_assistant_takes_turns_behind_them() -> None:
    assistant, channels, *others = parts(SETTINGS, _model(), apart=True)
    assert [part.name for part in others] == ["actions", "desk"]
    assert list(assistant.command)[-4:] == ["--interface", "127.0.0.1", "--port", "5056"]
    assert assistant.environment["DESKHAND_ASSISTANT_DUTIES"] == "turns"
    assert assistant.command[0] == "nice"
    assert list(channels.command)[-1] == "deskhand.channels.server"
    assert {port.number for port in ports(SETTINGS, apart=True)} == {
        5005,
        5056,
        SETTINGS.actions_port,
        SETTINGS.desk_port,
    }


def test_an_assistant_that_serves_other_channels_does_everything() -> None:
    running = parts(SETTINGS, _model(), apart=False)
    assert [part.name for part in running] == ["assistant", "actions", "desk"]
    assert list(running[0].command)[-4:] == ["--interface", "0.0.0.0", "--port", "5005"]
    assert "DESKHAND_ASSISTANT_DUTIES" not in running[0].environment
    assert {port.number for port in ports(SETTINGS, apart=False)} == {5005, SETTINGS.actions_port, SETTINGS.desk_port}


def _model() -> Model:
    return Model(Path("models/some.tar.gz"))
