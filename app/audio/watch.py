"""A thread that knows how a sound server is just now, so that nobody else has to wait for its answers.

Only the first look, and what is asked for with a number of seconds, is waited for. A server that goes away is looked
for again. Knows nothing of libpulse and of devices.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final

from app.audio.pulse import Connect, Endpoint, Picture, Server, Stream, UnreachableError, connect

__all__ = ["Watch"]

_FIRST_SECONDS: Final = 1.0
_AGAIN_SECONDS: Final = 2.0
"""How often to look for a server that is not there."""
_WAIT_SECONDS: Final = 0.5
_GATHER_SECONDS: Final = 0.03
"""Changes come in bursts."""
_NUDGE_SECONDS: Final = 0.02

_log = logging.getLogger(__name__)


class Watch:
    """`picture` may be asked for by any thread, all the time."""

    def __init__(self, connect: Connect = connect) -> None:
        self._connect = connect
        self._told = threading.Condition()
        self._picture: Picture | None = None
        self._server: Server | None = None
        self._orders: deque[Callable[[Server], None]] = deque()
        self._looks = 0
        """Looks that have ended, and attempts to find a server."""
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def picture(self) -> Picture | None:
        """How the server was at the last look; None while there is none. The first call waits a second at most."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="sound server", daemon=True)
            self._thread.start()
            with self._told:
                self._told.wait_for(lambda: self._looks > 0, _FIRST_SECONDS)
        return self._picture

    def look(self, seconds: float) -> bool:
        """Whether there was a look that began after this call, within so many seconds."""
        return self._order(lambda server: None, seconds)

    def move(self, stream: Stream, endpoint: Endpoint, seconds: float = 0.0) -> bool:
        """Ask the server to move a stream. Whether it has, as far as `picture` knows, within so many seconds."""
        return self._order(lambda server: server.move(stream, endpoint), seconds)

    def close(self) -> None:
        """May be called again. Does not wait for a server that hangs."""
        self._closing.set()
        self._nudge()
        if self._thread is not None:
            self._thread.join(_FIRST_SECONDS)

    def _order(self, order: Callable[[Server], None], seconds: float) -> bool:
        due: list[int] = []
        """The number of the look that shows what came of it."""

        def carry_out(server: Server) -> None:
            order(server)
            due.append(self._looks + 1)

        with self._told:
            if self._server is None:
                return False
            self._orders.append(carry_out)
        end = time.monotonic() + seconds
        while True:  # again and again: one that comes between two sleeps is missed
            self._nudge()
            left = end - time.monotonic()
            with self._told:
                if self._told.wait_for(
                    lambda: bool(due) and self._looks >= due[0], min(_NUDGE_SECONDS, max(0.0, left))
                ):
                    return True
            if left <= 0:
                return False

    def _nudge(self) -> None:
        with self._told:
            if self._server is not None:
                self._server.wake()

    def _run(self) -> None:
        reason = ""
        while not self._closing.is_set():
            try:
                self._attend(self._connect())
                reason = ""
            except UnreachableError as error:
                if str(error) != reason:
                    reason = str(error)
                    _log.info("no sound server: %s", reason)
                self._publish(None)
                if not error.ever:
                    return
            self._closing.wait(_AGAIN_SECONDS)

    def _attend(self, server: Server) -> None:
        """Until it goes away, which raises UnreachableError, or the watch is closed."""
        with self._told:
            self._orders.clear()
            self._server = server
        try:
            while not self._closing.is_set():
                while self._orders:
                    self._orders.popleft()(server)
                self._publish(server.look())
                while not (self._closing.is_set() or self._orders):
                    if server.wait(_WAIT_SECONDS):
                        self._closing.wait(_GATHER_SECONDS)
                        break
        finally:
            with self._told:
                self._server = None
            server.close()

    def _publish(self, picture: Picture | None) -> None:
        with self._told:
            if picture != self._picture:
                self._picture = picture
            self._looks += 1
            self._told.notify_all()
