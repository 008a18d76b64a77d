"""How long the main thread was ever kept from its events: the longest stall, and when it was.

A thread asks the main thread for an answer again and again and takes the time until it comes; that also sees what a
timer in the main thread cannot tell from an idle one. The time in which the main thread could have worked and other
programs had the cores is taken off where the system tells it (Linux). Knows nothing of what caused a stall.
"""

from __future__ import annotations

import sys
import threading
import time
import traceback
from pathlib import Path
from typing import Final, NamedTuple

from PySide6.QtCore import QObject, Qt, Signal, Slot

__all__ = ["Stall", "StallWatch"]

_PERIOD: Final = 0.02
_LOOK: Final = 0.08
"""After this long a stall's cause is looked at, while it lasts."""


class Stall(NamedTuple):
    seconds: float
    """How long the main thread did not answer, though it had a core or waited for something else than one."""
    after: float
    """When, in seconds after the watch was started."""
    where: str
    """What the main thread was doing, if the stall was long enough to look."""


class StallWatch(QObject):
    """Start it in the main thread. `longest` may be read from any thread."""

    _ask = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.longest = Stall(0.0, 0.0, "")
        self.rounds = 0
        """How often the main thread has answered."""
        self._main = threading.get_ident()
        self._schedule = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
        self._answered = threading.Event()
        self._answer_time = self._answer_queued = 0.0
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._begin = 0.0
        self._ask.connect(self._answer, Qt.ConnectionType.QueuedConnection)

    def start(self) -> None:
        """Begin to watch; the event loop must be running, or about to."""
        if self._thread is None:
            self._begin = time.monotonic()
            self._thread = threading.Thread(target=self._watch, name="stall-watch", daemon=True)
            self._thread.start()

    def reset(self) -> None:
        """Forget the stalls so far."""
        self.longest = Stall(0.0, 0.0, "")

    def stop(self) -> None:
        self._stopped.set()
        self._answered.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    @Slot()
    def _answer(self) -> None:
        self._answer_time, self._answer_queued = time.monotonic(), self._queued()
        self._answered.set()

    def _queued(self) -> float:
        """Seconds that the main thread ever waited for a core; 0 where the system does not tell."""
        try:
            return int(self._schedule.read_text().split()[1]) / 1e9
        except (OSError, ValueError, IndexError):
            return 0.0

    def _watch(self) -> None:
        self._round()  # the first answer comes with the first turn of the event loop and says nothing
        self.reset()
        while not self._stopped.wait(_PERIOD):
            seconds, where = self._round()
            if seconds > self.longest.seconds:
                self.longest = Stall(seconds, time.monotonic() - self._begin - seconds, where)

    def _round(self) -> tuple[float, str]:
        self._answered.clear()
        asked, queued = time.monotonic(), self._queued()
        where = ""
        self._ask.emit()
        if not self._answered.wait(_LOOK):
            frame = sys._current_frames().get(self._main)
            if frame is not None:
                where = "".join(traceback.format_stack(frame, limit=6))
            while not self._stopped.is_set() and not self._answered.wait(0.5):
                pass
        self.rounds += 1
        if self._stopped.is_set():
            return 0.0, ""
        return max(0.0, self._answer_time - asked - (self._answer_queued - queued)), where
