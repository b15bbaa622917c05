"""`python -m deskhand.cli`, for where the command `deskhand` is not on the path."""

from __future__ import annotations

from deskhand.cli import main

main()
