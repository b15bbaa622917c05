"""The embedded server: shared by processes, any of which may be killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from deskhand.store import embedded
from deskhand.store.embedded import EmbeddedServer
from deskhand.store.errors import DatabaseUnavailable
from tests.conftest import FAST, server_folder

pytestmark = pytest.mark.slow

USE_IT = """
import signal
import sys
from pathlib import Path
import psycopg
from deskhand.store import embedded

# Tests may run in the background of a shell, which has its children ignore Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)
server = embedded.start(Path(sys.argv[1]), {"fsync": "off"})
with psycopg.connect(server.url) as connection:
    connection.execute("SELECT 1")
print("ready", flush=True)
if len(sys.argv) > 2:
    sys.stdin.read()
"""
StartUser = Callable[[], "subprocess.Popen[str]"]


@pytest.fixture
def place() -> Iterator[Path]:
    with server_folder() as place:
        yield place


@pytest.fixture
def folder(place: Path) -> Iterator[Path]:
    folder = place / "postgres"
    yield folder
    postmaster = embedded._postmaster(folder)
    if postmaster is not None:
        postmaster.kill()
        postmaster.wait(10)


@pytest.fixture
def start_user(folder: Path) -> Iterator[StartUser]:
    """Starts processes that use the server until their input ends."""
    users: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        command = [sys.executable, "-c", USE_IT, str(folder), "stay"]
        users.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        return users[-1]

    yield start
    for user in users:
        user.kill()
        user.communicate()


def ready(user: subprocess.Popen[str]) -> bool:
    assert user.stdout is not None
    return user.stdout.readline() == "ready\n"


def end(user: subprocess.Popen[str]) -> None:
    user.communicate("", timeout=30)
    assert user.returncode == 0


def answers(server: EmbeddedServer) -> bool:
    with psycopg.connect(server.url) as connection:
        return connection.execute("SELECT 1").fetchone() == (1,)


def postmaster_pid(folder: Path) -> int:
    return int((folder / "postmaster.pid").read_text().splitlines()[0])


def test_it_starts_answers_and_stops(folder: Path) -> None:
    server = embedded.start(folder, FAST)
    assert answers(server)
    assert embedded.is_running(folder)
    assert server.stop()
    assert not embedded.is_running(folder)
    assert not (folder / "postmaster.pid").exists()


def test_data_outlives_a_stop(folder: Path) -> None:
    server = embedded.start(folder, FAST)
    with psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE kept (number int)")
    server.stop()
    server = embedded.start(folder, FAST)
    with psycopg.connect(server.url) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)
    server.stop()


def test_holds_of_one_process_count(folder: Path) -> None:
    first, second = embedded.start(folder, FAST), embedded.start(folder, FAST)
    assert not first.stop()
    assert answers(second)
    assert second.stop()


def test_processes_that_start_together_share_one_server(folder: Path, start_user: StartUser) -> None:
    users = [start_user() for _ in range(5)]
    assert all(ready(user) for user in users)
    pid = postmaster_pid(folder)
    for user in users[:-1]:
        end(user)
        assert embedded.is_running(folder)
    assert postmaster_pid(folder) == pid
    end(users[-1])
    assert not embedded.is_running(folder)


def test_a_killed_user_does_not_keep_the_server_up(folder: Path, start_user: StartUser) -> None:
    killed, other = start_user(), start_user()
    assert ready(killed)
    assert ready(other)
    killed.kill()
    killed.wait()
    assert embedded.is_running(folder)
    end(other)
    assert not embedded.is_running(folder)


def test_ctrl_c_for_its_starter_does_not_stop_the_server(folder: Path, start_user: StartUser) -> None:
    starter = start_user()
    assert ready(starter)
    postmaster = psutil.Process(postmaster_pid(folder))
    assert os.getsid(postmaster.pid) != os.getsid(starter.pid)
    other = start_user()
    assert ready(other)
    starter.send_signal(signal.SIGINT)
    starter.wait(30)
    assert postmaster.is_running()
    end(other)


def test_it_recovers_after_the_server_was_killed(folder: Path, start_user: StartUser) -> None:
    first = start_user()
    assert ready(first)
    os.kill(postmaster_pid(folder), signal.SIGKILL)
    server = embedded.start(folder, FAST)  # while the file of the dead one is there and a user is left over
    assert answers(server)
    assert not server.stop()  # the first one still counts as a user
    end(first)
    assert not embedded.is_running(folder)


def test_a_pid_file_that_names_another_process_is_no_server(folder: Path) -> None:
    embedded.start(folder, FAST).stop()
    content = [str(os.getpid()), str(folder), "1700000000", "5432", str(folder), "", "  1 2", "ready"]
    (folder / "postmaster.pid").write_text("\n".join(content) + "\n")
    assert not embedded.is_running(folder)
    server = embedded.start(folder, FAST)
    assert answers(server)
    assert server.stop()


@pytest.mark.parametrize("content", ["", "garbage\n", "12"])
def test_a_broken_pid_file_is_no_server(folder: Path, content: str) -> None:
    embedded.start(folder, FAST).stop()
    (folder / "postmaster.pid").write_text(content)
    server = embedded.start(folder, FAST)
    assert answers(server)
    server.stop()


def test_a_first_start_that_was_interrupted_is_forgotten(folder: Path) -> None:
    draft = folder.with_name(folder.name + ".new")
    (draft / "base").mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18\n")
    folder.mkdir()
    server = embedded.start(folder, FAST)
    assert answers(server)
    assert server.stop()


def test_a_folder_with_other_things_is_left_alone(folder: Path) -> None:
    folder.mkdir()
    (folder / "diary.txt").write_text("mine")
    with pytest.raises(DatabaseUnavailable):
        embedded.start(folder, FAST)
    assert (folder / "diary.txt").read_text() == "mine"


def test_a_long_path_gets_its_socket_elsewhere(place: Path) -> None:
    folder = place / ("long" * 20) / ("er" * 20) / "postgres"
    server = embedded.start(folder, FAST)
    assert embedded.socket_folder(folder) != folder
    assert answers(server)
    assert oct(embedded.socket_folder(folder).stat().st_mode)[-3:] == "700"
    assert server.stop()
    assert not embedded.socket_folder(folder).exists()


def test_spaces_and_quotes_in_the_path_do_no_harm(place: Path) -> None:
    server = embedded.start(place / "it's a ü folder" / "postgres", FAST)
    assert answers(server)
    assert server.stop()


def test_a_link_to_the_folder_is_the_same_server(folder: Path, place: Path) -> None:
    server = embedded.start(folder, FAST)
    (place / "link").symlink_to(place)
    again = embedded.start(place / "link" / "postgres", FAST)
    assert again is server
    again.stop()
    assert server.stop()


def test_nobody_else_may_enter(folder: Path) -> None:
    server = embedded.start(folder, FAST)
    assert oct(folder.stat().st_mode)[-3:] == "700"
    with psycopg.connect(server.url) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    server.stop()


def test_what_cannot_start_says_where_its_log_is(folder: Path) -> None:
    embedded.start(folder, FAST).stop()
    (folder / "postgresql.conf").write_text("nonsense = 1\n")
    with pytest.raises(DatabaseUnavailable, match=r"postgres\.log.*DATABASE_URL"):
        embedded.start(folder, FAST)
    assert "nonsense" in embedded.log_file(folder).read_text()
