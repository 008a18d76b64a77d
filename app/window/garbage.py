"""The garbage collector runs in the main thread only.

Python collects cycles in whichever thread happens to allocate. A cycle with a Qt object in it that is collected in
another one is destroyed while the main thread may be at work on it: the program crashes. So the automatic collection
is off while this lives, and a timer does what it would have done. Knows nothing of what is collected.
"""

from __future__ import annotations

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer

__all__ = ["GarbageCollection", "collect_due"]

_LOOK_MS: Final = 500


def collect_due() -> None:
    """Collect the oldest generation whose time has come by Python's own thresholds, and with it the younger ones."""
    due = [number for number in range(3) if gc.get_count()[number] > gc.get_threshold()[number]]
    if due:
        gc.collect(due[-1])


class GarbageCollection(QObject):
    """Make it in the main thread; `stop` gives the collection back to Python."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_on = gc.isenabled()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(collect_due)
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()
        if self._was_on:
            gc.enable()
