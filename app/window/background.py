"""Work beside the main thread as one line: what to do, what to do with its result, what to do if it fails.

Knows nothing of what is done. A CslmError is for the user; anything else that is raised is a bug and goes to the
program's exception hook.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.window.sentences import in_words
from cslm_core.errors import CslmError

__all__ = ["Background"]

T = TypeVar("T")


@dataclass(slots=True)
class _Task:
    """Kept by the main thread until the work is over: its thread must not be the last that holds what belongs to Qt, or
    that is destroyed there.
    """

    work: Callable[[], Any]
    done: Callable[[Any], None] | None
    failed: Callable[[str], None] | None
    result: Any = None
    error: BaseException | None = None

    def do(self) -> None:
        try:
            self.result = self.work()
        except BaseException as error:  # noqa: BLE001 - the main thread tells what it was
            self.error = error


class Background(QObject):
    """A few threads; results come back in the main thread."""

    failed = Signal(str)
    """A sentence for the user, when an operation failed for which nobody has said what to do then."""
    _finished = Signal(int)

    def __init__(self, parent: QObject | None = None, threads: int = 2) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="background")
        self._closed = False
        self._tasks: dict[int, _Task] = {}
        self._numbers = itertools.count()
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
        number = next(self._numbers)
        self._tasks[number] = _Task(work, done, failed)
        self._pool.submit(self._do, number)

    def _do(self, number: int) -> None:
        self._tasks[number].do()  # no name for the task here: it would outlive the signal
        if not self._closed:
            self._finished.emit(number)

    @Slot(int)
    def _deliver(self, number: int) -> None:
        task = self._tasks.pop(number, None)
        if task is None or self._closed:
            return
        error = task.error
        if error is None:
            if task.done is not None:
                task.done(task.result)
        elif isinstance(error, CslmError):
            (task.failed or self.failed.emit)(in_words(str(error)))
        else:
            sys.excepthook(type(error), error, error.__traceback__)

    def close(self) -> None:
        """Wait for what is being done, drop what waits; nothing comes back any more."""
        self._closed = True
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._tasks.clear()
