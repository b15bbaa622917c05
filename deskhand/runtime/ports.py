"""Whether the ports that Deskhand needs are free, and who holds them if not."""

from __future__ import annotations

import socket
from dataclasses import dataclass

import psutil  # type: ignore[import-untyped] # it ships without types

from deskhand.errors import DeskhandError


class PortBusy(DeskhandError):
    """Another program listens on a port that Deskhand needs."""


@dataclass(frozen=True)
class Port:
    """A port that something of ours is about to listen on. `variable` changes it."""

    number: int
    host: str
    used_by: str
    variable: str


def require_free(*ports: Port) -> None:
    """Raises `PortBusy`, which names every busy port, who holds it and how to change it."""
    problems = [_problem(port) for port in ports if not is_free(port)]
    if problems:
        raise PortBusy("\n".join(problems))


def is_free(port: Port) -> bool:
    """Whether one can listen there at this moment. Raises `PortBusy` for a host that this machine does not have."""
    family = socket.AF_INET6 if ":" in port.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As servers do: connections of a server that has just ended do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((port.host, port.number))
        except PermissionError as exc:
            raise PortBusy(
                f"Port {port.number} (the {port.used_by}) may only be used by root. "
                f"Choose one above 1023: {port.variable}={port.number + 8000}"
            ) from exc
        except socket.gaierror as exc:
            raise PortBusy(
                f"{port.host!r} is not an address of this machine. Change it: DESKHAND_HOST=127.0.0.1"
            ) from exc
        except OSError:
            return False
    return True


def _problem(port: Port) -> str:
    holder = _holder(port.number)
    held = f"by {holder}" if holder else "by another program"
    return (
        f"Port {port.number}, which the {port.used_by} needs, is in use {held}.\n"
        f"  Stop that program, or choose another port:  {port.variable}={_suggestion(port)} make run"
    )


def _suggestion(port: Port) -> int:
    """A port nearby that is free now."""
    nearby = range(port.number + 1, min(port.number + 50, 65_535))
    return next((n for n in nearby if is_free(Port(n, port.host, port.used_by, port.variable))), port.number + 1)


def _holder(number: int) -> str | None:
    """`python (process 4711, started as: python -m rasa run)`; None when the system does not tell."""
    try:
        listening = [c for c in psutil.net_connections("tcp") if c.status == psutil.CONN_LISTEN]
        pid = next((c.pid for c in listening if c.laddr.port == number and c.pid), None)
        return _described(psutil.Process(pid)) if pid else None
    except (psutil.Error, PermissionError):  # macOS shows other people's sockets to root only
        return None


def _described(process: psutil.Process) -> str:
    command = " ".join(process.cmdline()[:5])  # the first words tell; later ones may be secrets
    return f"{process.name()} (process {process.pid}: {command[:120]})"
