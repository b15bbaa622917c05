"""The command `deskhand`. Each module here is a command; heavy imports wait until one of them runs."""

from __future__ import annotations

import sys

from deskhand.errors import DeskhandError


def main() -> None:
    """The command line's entrance. A `DeskhandError` becomes one message; `--debug` shows where it came from."""
    try:
        from deskhand.cli.app import app, debug

        app()
    except KeyboardInterrupt:
        sys.exit(130)
    except DeskhandError as error:
        if debug():
            raise
        print(f"deskhand: {error}", file=sys.stderr)
        sys.exit(1)
