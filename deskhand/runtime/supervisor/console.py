"""What the person in front of the terminal sees, and the log file that keeps it."""

from __future__ import annotations

import logging
import os
import re
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TextIO

from deskhand.folders import make_private_folder

_COLOURS = ("\033[36m", "\033[35m", "\033[32m", "\033[33m", "\033[34m")
_BOLD, _DIM, _RED, _PLAIN = "\033[1m", "\033[2m", "\033[31m", "\033[0m"
_ESCAPES = re.compile(r"\033\[[0-9;]*[A-Za-z]")
_LOG_BYTES, _LOGS_KEPT = 10_000_000, 5


class Console:
    """Lines with the name of who said them in front: `assistant │ …`. Coloured on a terminal only.

    With `log_file` the same lines go there, with the time and without colours; the file rotates at 10 MB.
    """

    def __init__(
        self, names: tuple[str, ...] = (), *, stream: TextIO | None = None, log_file: Path | None = None
    ) -> None:
        self._stream = stream or sys.stdout
        self._colours = self._stream.isatty() and "NO_COLOR" not in os.environ
        self._names = names
        self._width = max((len(name) for name in (*names, "deskhand")), default=0)
        self._log = _log_to(log_file) if log_file else None

    @property
    def on_terminal(self) -> bool:
        return self._stream.isatty()

    def line(self, name: str, text: str, *, log_only: bool = False) -> None:
        """One line of a part's output."""
        self._keep(name, text)
        if log_only:
            return
        colour = _COLOURS[self._names.index(name) % len(_COLOURS)] if name in self._names else _BOLD
        shown = text if self._colours else plain(text)
        self._write(f"{self._paint(colour, f'{name:<{self._width}} │')} {shown}")

    def say(self, text: str) -> None:
        """Something the supervisor itself has to say."""
        self.line("deskhand", text)

    def problem(self, text: str) -> None:
        """Something that went wrong."""
        self.line("deskhand", self._paint(_RED, text))

    def plain(self, text: str = "") -> None:
        """Text without a name in front, for what should stand out. It is not kept: it may hold a secret."""
        self._write(text)

    def bold(self, text: str) -> str:
        return self._paint(_BOLD, text)

    def dim(self, text: str) -> str:
        return self._paint(_DIM, text)

    def _paint(self, colour: str, text: str) -> str:
        return f"{colour}{text}{_PLAIN}" if self._colours else text

    def _keep(self, name: str, text: str) -> None:
        if self._log and text:
            self._log.info("%-*s %s", self._width, name, plain(text))

    def _write(self, shown: str) -> None:
        try:
            self._stream.write(shown + "\n")
            self._stream.flush()
        except (BrokenPipeError, OSError):
            # The terminal is gone (a closed ssh session): the parts must be stopped all the same.
            self._stream = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - kept until the process ends


def plain(text: str) -> str:
    """The text without colours."""
    return _ESCAPES.sub("", text)


def _log_to(file: Path) -> logging.Logger:
    make_private_folder(file.parent)
    handler = RotatingFileHandler(file, maxBytes=_LOG_BYTES, backupCount=_LOGS_KEPT, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    logger = logging.Logger(f"deskhand.console.{file}", logging.INFO)  # not registered: nobody else may write here
    logger.addHandler(handler)
    return logger
