"""What other threads say to a turn that is running: end, wait, go on.

Knows nothing of what the turn does; it looks here before every token.
"""

from __future__ import annotations

import threading
import time

__all__ = ["Halt"]


class Halt(threading.Event):
    """Once set, the turn ends within one token, also when it is paused. Any thread may use it."""

    def __init__(self) -> None:
        super().__init__()
        self.passed = time.monotonic()
        """When the turn last asked (`time.monotonic()`): a sign that it lives."""
        self._free = threading.Event()
        self._free.set()

    @property
    def paused(self) -> bool:
        return not self._free.is_set()

    def set(self) -> None:
        super().set()
        self._free.set()

    def pause(self) -> None:
        """The turn waits at its next token. A turn that has been ended does not."""
        self._free.clear()
        if self.is_set():
            self._free.set()

    def go_on(self) -> None:
        self._free.set()

    def gate(self) -> bool:
        """For the turn, before every token: waits while it is paused; whether it goes on."""
        self._free.wait()
        self.passed = time.monotonic()
        return not self.is_set()
