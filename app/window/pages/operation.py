"""A piece of work in the background that tells how far it is and can be given up.

It belongs to a widget: when that is gone, nothing comes back to it and the work is given up. Knows nothing of what is
done.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final, TypeAlias, TypeVar

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal
from shiboken6 import isValid

from app.window.background import Background
from cslm_core.errors import CslmError

__all__ = ["Operation", "Report"]

T = TypeVar("T")
Report: TypeAlias = Callable[[str, float], None]
"""Called by the work in its thread: what is being done, and how much of all is done, 0 to 1. Ends the work when it has
been given up."""
_LOOK_MS: Final = 50


class _GivenUpError(CslmError):
    """Ends the work; nobody is shown it."""


class _Shared:
    """What the work and the main thread both see."""

    def __init__(self) -> None:
        self.given_up = threading.Event()
        self.progress = ("", 0.0)

    def report(self, what: str, fraction: float) -> None:
        if self.given_up.is_set():
            raise _GivenUpError("It was given up.")
        self.progress = (what, fraction)


class Operation(QObject):
    """One at a time; `run` while one is running gives the old one up."""

    progressed = Signal(str, float)
    started = Signal()
    ended = Signal()
    """It is over: done, failed, or given up."""

    def __init__(self, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._background = background
        self._now: _Shared | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.cancel)

    @property
    def running(self) -> bool:
        return self._now is not None

    def run(
        self,
        work: Callable[[Report], T],
        done: Callable[[T], None] | None = None,
        failed: Callable[[str], None] | None = None,
    ) -> None:
        """Do `work(report)` in another thread, then call `done` with its result or `failed` with a sentence."""
        self.cancel()
        now = self._now = _Shared()
        self.destroyed.connect(now.given_up.set)

        def guarded() -> T:
            orderly = False
            try:
                now.report("", 0.0)
                result = work(now.report)
                orderly = True
            except CslmError:
                orderly = True
                raise
            finally:
                if not orderly:  # a bug, which the exception hook is told; here it is just over
                    now.given_up.set()
            return result

        def deliver(tell: Callable[[], None]) -> None:
            if not isValid(self) or now is not self._now:
                return
            self._end()
            if not now.given_up.is_set():
                tell()

        def succeeded(result: T) -> None:
            deliver(lambda: done(result) if done is not None else None)

        def refused(sentence: str) -> None:
            deliver(lambda: (failed or self._background.failed.emit)(sentence))

        self._timer.start()
        self.started.emit()
        self._background.run(guarded, succeeded, refused)

    def cancel(self) -> None:
        """Give up what is running; it ends at its next report, and nothing of it is shown."""
        if self._now is not None:
            self._now.given_up.set()
            self._end()

    def _end(self) -> None:
        self._now = None
        self._timer.stop()
        self.ended.emit()

    def _look(self) -> None:
        if self._now is None:
            return
        if self._now.given_up.is_set():
            self._end()
        else:
            self.progressed.emit(*self._now.progress)
