"""Starting the engine's process, keeping what it complains about, and telling why it ended.

The child gets one end of a two-way pipe and nothing else of ours; when either side ends, the other sees the pipe close.
Its standard error goes to a rotating log. Knows nothing of what is said over the pipe.
"""

from __future__ import annotations

import collections
import contextlib
import logging
import logging.handlers
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO, Any, Final

import platformdirs

from cslm_core.errors import EngineError

__all__ = ["EngineProcess", "default_log_folder"]

FROZEN_FLAG: Final = "--cslm-engine"
"""What the first argument of a frozen program is when it is to be the engine (see `worker.run_if_asked`)."""

_LOG_BYTES: Final = 512_000
_LOG_FILES: Final = 3
_LAST_LINES: Final = 40


def default_log_folder() -> Path:
    """Where the logs are; `CSLM_LOGS` names another folder, `CSLM_HOME` one for everything."""
    if override := os.environ.get("CSLM_LOGS"):
        return Path(override)
    if home := os.environ.get("CSLM_HOME"):
        return Path(home).expanduser().absolute() / "log"
    return Path(platformdirs.user_log_dir("cslm", appauthor=False))


class EngineProcess:
    """One run of the engine, from `__init__` (it is started) to `end` (it is gone) and `close`."""

    def __init__(self, *, imports: Sequence[str] = (), log_folder: Path | None = None) -> None:
        """`imports` are modules that the child imports first: they may register kinds of components."""
        self.log_path = (log_folder or default_log_folder()) / "engine.log"
        ours, theirs = multiprocessing.Pipe()
        try:
            self._child = _spawn(theirs, [part for name in imports for part in ("--import", name)])
        except OSError as error:
            ours.close()
            raise EngineError(f"The engine could not be started ({error.strerror}); restart the program.") from error
        finally:
            theirs.close()
        self.connection: Connection[Any, Any] = ours
        self.last_lines: collections.deque[str] = collections.deque(maxlen=_LAST_LINES)
        assert self._child.stderr is not None
        self._pump = threading.Thread(
            target=self._keep, args=(self._child.stderr,), name="cslm-engine-log", daemon=True
        )
        self._pump.start()

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def alive(self) -> bool:
        return self._child.poll() is None

    def wait(self, seconds: float) -> bool:
        """Wait until it has ended; False when it has not."""
        try:
            self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def end(self, patience: float = 2.0) -> None:
        """Make sure that it is gone and its memory is given back. Not an error when it is gone already."""
        if not self.wait(patience):
            self._child.kill()
            self._child.wait()

    def close(self) -> None:
        """Close our end of the pipe, once it has ended and nobody reads or writes any more: what is in the middle of
        writing would go on with whatever file is opened next under the same number."""
        self.connection.close()
        self._pump.join(1.0)

    def why(self) -> str:
        """One sentence on the end of a process that nobody asked to end."""
        code = self._child.poll()
        advice = f"start it again (its log is {self.log_path})"
        if code is None:
            return f"The engine does not answer any more; {advice}."
        if code == -getattr(signal, "SIGKILL", 9):
            return f"The engine was ended from outside, perhaps because memory ran out; {advice}."
        if code < 0:
            with contextlib.suppress(ValueError):
                return f"The engine crashed ({signal.Signals(-code).name}); {advice}."
        return f"The engine stopped unexpectedly (exit code {code}); {advice}."

    def _keep(self, stream: IO[str]) -> None:
        """Bring lines from the child's standard error to the log until the child is gone."""
        log: logging.Handler = logging.NullHandler()
        with contextlib.suppress(OSError):  # no log is no reason not to talk
            self.log_path.parent.mkdir(parents=True, exist_ok=True)
            log = logging.handlers.RotatingFileHandler(
                self.log_path, maxBytes=_LOG_BYTES, backupCount=_LOG_FILES, encoding="utf-8", delay=True
            )
            log.setFormatter(logging.Formatter("%(asctime)s [%(name)s] %(message)s"))
        with stream, contextlib.closing(log):
            for line in stream:
                self.last_lines.append(line.rstrip())
                log.handle(logging.makeLogRecord({"msg": line.rstrip(), "name": str(self._child.pid)}))


def _spawn(theirs: Connection[Any, Any], arguments: list[str]) -> subprocess.Popen[str]:
    handle = theirs.fileno()
    if getattr(sys, "frozen", False):
        command = [sys.executable, FROZEN_FLAG]
    else:
        command = [sys.executable, "-P", "-m", "cslm_core.engine.worker"]
    command += ["--pipe", str(handle), *arguments]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    environment["PYTHONIOENCODING"] = "utf-8"
    options: dict[str, Any] = {
        "stdin": subprocess.DEVNULL,
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.PIPE,
        "env": environment,
        "encoding": "utf-8",
        "errors": "replace",
    }
    if sys.platform == "win32":
        os.set_handle_inheritable(handle, True)
        options["startupinfo"] = subprocess.STARTUPINFO(lpAttributeList={"handle_list": [handle]})
        options["creationflags"] = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
    else:
        options["pass_fds"] = (handle,)
        options["process_group"] = 0  # Ctrl-C in the terminal is for the program, which then ends the engine
    return subprocess.Popen(command, **options)
