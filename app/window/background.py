"""Work beside the main thread as one line: what to do, what to do with its result, what to do if it fails.

Knows nothing of what is done. A CslmError is for the user; anything else that is raised is a bug and goes to the
program's exception hook.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeAlias, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.window.sentences import in_words
from cslm_core.errors import CslmError

__all__ = ["Background"]

T = TypeVar("T")
_Finished: TypeAlias = tuple[Future[Any], Callable[[Any], None] | None, Callable[[str], None] | None]


class Background(QObject):
    """A few threads; results come back in the main thread."""

    failed = Signal(str)
    """A sentence for the user, when an operation failed for which nobody has said what to do then."""
    _finished = Signal(object)

    def __init__(self, parent: QObject | None = None, threads: int = 2) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="background")
        self._closed = False
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        work: Callable[[], T],
        done: Callable[[T], None] | None = None,
        failed: Callable[[str], None] | None = None,
    ) -> None:
        """Do `work` in another thread, then call `done` with its result, or `failed` with a sentence, in this one."""
        if self._closed:
            return

        def finished(future: Future[T]) -> None:
            if not future.cancelled() and not self._closed:
                self._finished.emit((future, done, failed))

        self._pool.submit(work).add_done_callback(finished)

    @Slot(object)
    def _deliver(self, finished: _Finished) -> None:
        future, done, failed = finished
        if self._closed:
            return
        error = future.exception()
        if error is None:
            if done is not None:
                done(future.result())
        elif isinstance(error, CslmError):
            (failed or self.failed.emit)(in_words(str(error)))
        else:
            sys.excepthook(type(error), error, error.__traceback__)

    def close(self) -> None:
        """Wait for what is being done, drop what waits; nothing comes back any more."""
        self._closed = True
        self._pool.shutdown(wait=True, cancel_futures=True)
