"""The thread that looks at a sound server: what is waited for, and for how long; a server of values that may hang."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from app.audio.pulse import Endpoint, Picture, Stream, UnreachableError
from app.audio.watch import Watch

DESK = Endpoint("loudspeaker", 3, "pci", "Desk", 48_000, 2)
STREAM = Stream("loudspeaker", 7, 3)


class Fake:
    """A `Server`, and what connects to it."""

    def __init__(self) -> None:
        self.picture = Picture((DESK,), {"loudspeaker": "pci"}, (STREAM,))
        self.moved: list[tuple[int, int]] = []
        self.gone = threading.Event()
        self.changed = threading.Event()
        self.hangs = False
        self.freed = threading.Event()
        self.connections = 0

    def connect(self) -> Fake:
        self.connections += 1
        if self.hangs:
            self.freed.wait(30)
        if self.gone.is_set():
            raise UnreachableError("nobody is there")
        return self

    def look(self) -> Picture:
        if self.gone.is_set():
            raise UnreachableError("it went away")
        return self.picture

    def move(self, stream: Stream, endpoint: Endpoint) -> None:
        self.moved.append((stream.index, endpoint.index))
        self.picture = Picture((DESK,), {"loudspeaker": "pci"}, (Stream(stream.kind, stream.index, endpoint.index),))

    def wait(self, seconds: float) -> bool:
        came = self.changed.wait(seconds)
        self.changed.clear()
        return came

    def wake(self) -> None:
        self.changed.set()

    def close(self) -> None:
        pass


@pytest.fixture
def server() -> Fake:
    return Fake()


@pytest.fixture
def watch(server: Fake) -> Iterator[Watch]:
    made = Watch(server.connect)
    yield made
    server.freed.set()
    made.close()


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_the_first_look_is_waited_for_and_changes_are_seen(server: Fake, watch: Watch) -> None:
    first = watch.picture()
    assert first == server.picture
    assert watch.look(20.0)
    assert watch.picture() is first  # nothing has changed
    server.picture = Picture()
    server.changed.set()
    until(lambda: watch.picture() == server.picture)


def test_a_move_is_carried_out_and_seen(server: Fake, watch: Watch) -> None:
    assert not watch.move(STREAM, DESK, 0.0)  # nobody has looked yet
    watch.picture()
    assert watch.move(STREAM, Endpoint("loudspeaker", 4, "usb", "USB", 48_000, 2), 20.0)
    picture = watch.picture()
    assert picture is not None
    assert picture.streams[0].at == 4
    watch.move(STREAM, DESK)
    until(lambda: server.moved == [(7, 4), (7, 3)])


def test_a_server_that_does_not_answer_is_waited_for_once(server: Fake, watch: Watch) -> None:
    server.hangs = True
    began = time.monotonic()
    assert watch.picture() is None
    assert time.monotonic() - began >= 1.0
    began = time.monotonic()
    assert watch.picture() is None
    assert not watch.move(STREAM, DESK, 60.0)
    assert time.monotonic() - began < 30.0
    server.freed.set()
    until(lambda: watch.picture() is not None)


def test_one_that_goes_away_is_looked_for_again(server: Fake, watch: Watch) -> None:
    assert watch.picture() is not None
    server.gone.set()
    server.changed.set()
    until(lambda: watch.picture() is None)
    server.gone.clear()
    until(lambda: watch.picture() is not None)


def test_without_the_library_nobody_is_asked_again(server: Fake) -> None:
    def missing() -> Fake:
        server.connections += 1
        raise UnreachableError("no libpulse", ever=False)

    watch = Watch(missing)
    assert watch.picture() is None
    thread = watch._thread
    assert thread is not None
    thread.join(20)
    assert not thread.is_alive()
    assert (watch.picture(), server.connections) == (None, 1)
    watch.close()
    watch.close()
