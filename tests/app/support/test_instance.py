"""One program per user, and what others tell it."""

import os
import queue
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.support.instance import MESSAGES, InstanceServer, Message, send
from cslm_core.errors import CslmError


@pytest.fixture(params=["socket", "loopback"])
def local(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "socket" and os.name == "posix")


@pytest.fixture
def heard() -> "queue.Queue[Message]":
    return queue.Queue()


@pytest.fixture
def server(tmp_path: Path, local: bool, heard: "queue.Queue[Message]") -> Iterator[InstanceServer]:
    made = InstanceServer(heard.put, tmp_path, local=local)
    assert made.start()
    yield made
    made.close()


def test_messages_arrive(tmp_path: Path, server: InstanceServer, heard: "queue.Queue[Message]") -> None:
    for message in MESSAGES:
        assert send(message, tmp_path)
        assert heard.get(timeout=10) == message


def test_the_second_start_is_told_of_the_first(
    tmp_path: Path, local: bool, server: InstanceServer, heard: "queue.Queue[Message]"
) -> None:
    second = InstanceServer(heard.put, tmp_path, local=local)
    assert not second.start()
    second.close()
    assert send("raise", tmp_path)  # the second one has taken nothing away
    server.close()
    assert not send("raise", tmp_path)
    assert second.start()
    assert send("quit", tmp_path)
    second.close()
    second.close()


def test_nobody_is_there(tmp_path: Path) -> None:
    assert not send("raise", tmp_path)
    assert not send("raise", tmp_path / "missing")


_KILLED = """
import os, sys
from pathlib import Path
from app.support.instance import InstanceServer
server = InstanceServer(print, Path(sys.argv[1]), local=sys.argv[2] == "True")
print(server.start(), flush=True)
sys.stdin.read()
"""


def test_what_a_killed_program_left_is_no_obstacle(tmp_path: Path, local: bool, heard: "queue.Queue[Message]") -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", _KILLED, str(tmp_path), str(local)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdin is not None
    assert child.stdout.readline() == "True\n"
    server = InstanceServer(heard.put, tmp_path, local=local)
    assert not server.start()
    assert send("raise", tmp_path)
    child.kill()
    child.wait()
    child.stdout.close()
    child.stdin.close()
    assert len(list(tmp_path.iterdir())) == 2  # the lock, and the socket or key
    assert not send("raise", tmp_path)
    assert server.start()
    assert send("raise", tmp_path)
    assert heard.get(timeout=10) == "raise"
    server.close()


@pytest.mark.skipif(os.name != "posix", reason="local sockets")
def test_strangers_are_refused(tmp_path: Path, heard: "queue.Queue[Message]") -> None:
    server = InstanceServer(heard.put, tmp_path)
    assert server.start()
    for said in (b"- explode\n", b"wrong raise\n", b"\xff" * 1000, b"", b"\n", b"raise\n"):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(tmp_path / "instance.sock"))
            connection.sendall(said)
            connection.shutdown(socket.SHUT_WR)
            try:
                assert connection.recv(10) == b"no\n"
            except ConnectionResetError:
                assert len(said) > 256  # it did not even read all of it
    assert send("raise", tmp_path)
    assert heard.get(timeout=10) == "raise"
    assert heard.empty()
    server.close()
    assert tmp_path.stat().st_mode & 0o077 == 0


def test_the_loopback_needs_the_key(tmp_path: Path, heard: "queue.Queue[Message]") -> None:
    server = InstanceServer(heard.put, tmp_path, local=False)
    assert server.start()
    port = int((tmp_path / "instance.key").read_text().split()[0])
    if os.name == "posix":
        assert (tmp_path / "instance.key").stat().st_mode & 0o077 == 0
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"- raise\n")
        assert connection.recv(10) == b"no\n"
    assert heard.empty()
    server.close()


def test_a_long_path_takes_the_loopback(tmp_path: Path, heard: "queue.Queue[Message]") -> None:
    folder = tmp_path / ("long" * 30)
    server = InstanceServer(heard.put, folder)
    assert server.start()
    assert send("toggle-mute", folder)
    assert heard.get(timeout=10) == "toggle-mute"
    server.close()


def test_two_starts_at_once(tmp_path: Path, local: bool, heard: "queue.Queue[Message]") -> None:
    servers = [InstanceServer(heard.put, tmp_path, local=local) for _ in range(8)]
    started: list[bool] = []
    told: list[bool] = []

    def start(server: InstanceServer) -> None:
        if server.start():
            started.append(True)
        else:
            told.append(send("raise", tmp_path))

    threads = [threading.Thread(target=start, args=(server,)) for server in servers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert started == [True]
    assert told == [True] * 7
    for server in servers:
        server.close()


def test_a_folder_that_cannot_be_used(tmp_path: Path, heard: "queue.Queue[Message]") -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CslmError, match="CSLM_HOME"):
        InstanceServer(heard.put, tmp_path / "file" / "state").start()
