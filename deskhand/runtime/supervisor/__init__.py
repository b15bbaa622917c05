"""Keeps the parts of Deskhand running: starts them, shows their logs, restarts what crashes, stops all of them.

Why our own and not honcho or supervisord: docs/decisions/0003-supervisor.md.
"""

from __future__ import annotations

from deskhand.runtime.supervisor.console import Console
from deskhand.runtime.supervisor.part import Part
from deskhand.runtime.supervisor.restarts import RestartPolicy
from deskhand.runtime.supervisor.signals import EXIT_INTERRUPTED, Signals
from deskhand.runtime.supervisor.supervise import PartKeepsFailing, Supervisor

__all__ = ["EXIT_INTERRUPTED", "Console", "Part", "PartKeepsFailing", "RestartPolicy", "Signals", "Supervisor"]
