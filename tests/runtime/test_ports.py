"""Free and busy ports."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest

from deskhand.runtime.ports import Port, PortBusy, is_free, require_free


@pytest.fixture
def busy() -> Iterator[Port]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield Port(listening.getsockname()[1], "127.0.0.1", "assistant", "DESKHAND_PORT")


def test_busy_port_is_named_with_its_holder_and_the_way_out(busy: Port) -> None:
    with pytest.raises(PortBusy) as raised:
        require_free(busy)
    message = str(raised.value)
    assert f"Port {busy.number}, which the assistant needs, is in use" in message
    assert f"process {os.getpid()}" in message
    assert "DESKHAND_PORT=" in message


def test_the_suggested_port_is_free(busy: Port) -> None:
    with pytest.raises(PortBusy) as raised:
        require_free(busy)
    suggested = int(str(raised.value).split("DESKHAND_PORT=")[1].split()[0])
    assert is_free(Port(suggested, "127.0.0.1", "assistant", "DESKHAND_PORT"))


def test_every_busy_port_is_named(busy: Port) -> None:
    other = Port(busy.number, "127.0.0.1", "action server", "DESKHAND_ACTIONS_PORT")
    with pytest.raises(PortBusy, match=r"(?s)DESKHAND_PORT=.*DESKHAND_ACTIONS_PORT="):
        require_free(busy, other)


def test_free_port_is_free(busy: Port) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number = probe.getsockname()[1]
    require_free(Port(number, "127.0.0.1", "assistant", "DESKHAND_PORT"))


def test_busy_on_all_addresses_counts_for_one(busy: Port) -> None:
    assert not is_free(Port(busy.number, "0.0.0.0", "assistant", "DESKHAND_PORT"))


def test_unknown_host_is_said() -> None:
    with pytest.raises(PortBusy, match="DESKHAND_HOST"):
        is_free(Port(5005, "no.such.host.invalid", "assistant", "DESKHAND_PORT"))
