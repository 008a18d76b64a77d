"""What the program died of, kept for its next start: crashes of the process (faulthandler) and errors nobody caught.

A file in the state folder is open while the program runs. What is in it at the next start is shown once and kept under
another name. Of errors the place and the type are kept, not the message (`logs.py` says why).
"""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import platform
import sys
import threading
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Final

from app.support.logs import without_message
from cslm_core import __version__

__all__ = ["CRASH_NAME", "PREVIOUS_NAME", "CrashLog"]

CRASH_NAME: Final = "crash.log"
PREVIOUS_NAME: Final = "crash-previous.log"
_MAX_BYTES: Final = 256_000
_MAX_ERRORS: Final = 20
"""An error that comes with every frame that is drawn must not fill the disk."""

_log = logging.getLogger(__name__)


class CrashLog:
    """Make one when this program is the only one that runs (`instance.py`); `start` it before the rest."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / CRASH_NAME
        self._kept = folder / PREVIOUS_NAME
        self._previous: str | None = None
        self._file: IO[str] | None = None
        self._errors = 0
        self._lock = threading.Lock()
        self._system_hook = sys.excepthook
        self._thread_hook = threading.excepthook

    def start(self) -> None:
        """Keep what the last run left, and record from now on. A folder that cannot be written to is no error."""
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self._path.exists() and self._path.stat().st_size:
                with self._path.open(encoding="utf-8", errors="replace") as stream:
                    text = stream.read(_MAX_BYTES)
                self._path.replace(self._kept)
                self._previous = text.strip() or None
            self._file = self._path.open("w", encoding="utf-8", errors="replace")
        if self._file is not None:
            faulthandler.enable(self._file, all_threads=True)
        sys.excepthook = self._uncaught
        threading.excepthook = self._uncaught_in_thread

    def previous_crash(self) -> str | None:
        """What the last run died of, at the first call after `start`; None when it ended well, and afterwards."""
        text, self._previous = self._previous, None
        return text

    def close(self) -> None:
        """The program ends well: errors that did not end it stay to be shown at the next start."""
        sys.excepthook = self._system_hook
        threading.excepthook = self._thread_hook
        if self._file is not None:
            faulthandler.disable()
            self._file.close()
            self._file = None
            with contextlib.suppress(OSError):
                if not self._path.stat().st_size:
                    self._path.unlink()

    def record(self, error: BaseException, where: str) -> None:
        """Keep an error that nobody caught."""
        with self._lock:
            if self._file is None or self._errors >= _MAX_ERRORS:
                return
            self._errors += 1
            self._file.write(
                f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S %z}, cslm {__version__}, "
                f"Python {platform.python_version()}, {where}\n{without_message(error)}\n\n"
            )
            self._file.flush()

    def _uncaught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if not issubclass(kind, KeyboardInterrupt | SystemExit):
            self.record(error.with_traceback(trace), "main thread")
            _log.critical("an error that nobody caught", exc_info=error)
        self._system_hook(kind, error, trace)

    def _uncaught_in_thread(self, args: threading.ExceptHookArgs) -> None:
        error = args.exc_value
        if error is not None and not isinstance(error, SystemExit):
            name = args.thread.name if args.thread is not None else "unknown"
            self.record(error, f"thread {name}")
            _log.critical("an error that nobody caught in thread %s", name, exc_info=error)
        self._thread_hook(args)
