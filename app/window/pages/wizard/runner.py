"""Commands of the trainer as child processes: what they print, how they end, and stopping them.

The window loads nothing of what they do. Knows nothing of jobs.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from typing import Any, Final

from PySide6.QtCore import QCoreApplication, QObject, QProcess, QProcessEnvironment, QTimer, Signal
from shiboken6 import isValid

__all__ = ["Runner", "trainer_command"]

_running: Final[set[QProcess]] = set()
"""A process outlives the runner that started it: destroyed with it, it would end in the middle of being destroyed."""

_PATIENCE_MS: Final = 8_000
"""How long a command may take to end after it was told to."""


def trainer_command() -> list[str] | None:
    """How `cslm-trainer language` is started; None where this installation has no trainer."""
    if getattr(sys, "frozen", False) or importlib.util.find_spec("trainer") is None:
        return None
    return [sys.executable, "-m", "trainer.cli", "language"]


def _interrupt(process: QProcess) -> None:
    """As Ctrl-C does; by force if it does not end by that."""
    if process not in _running:
        return
    if os.name == "posix":
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.processId(), signal.SIGINT)
    else:
        process.terminate()
    QTimer.singleShot(_PATIENCE_MS, process, process.kill)


class Runner(QObject):
    """One command at a time."""

    started = Signal()
    ended = Signal()
    said = Signal(str)
    """A line that the command printed for people."""

    def __init__(self, parent: QObject, command: list[str] | None = None) -> None:
        super().__init__(parent)
        self._command = command if command is not None else trainer_command()
        self._process: QProcess | None = None
        self._stopped = False
        self._errors: list[str] = []
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self._quit)

    @classmethod
    def of(cls, owner: QObject) -> Runner:
        """The one that belongs to `owner`: a page that is made anew finds the command that is still running."""
        there = owner.findChild(cls)
        return there if isinstance(there, cls) else cls(owner)

    @property
    def running(self) -> bool:
        return self._process is not None

    def run(self, arguments: Sequence[str], done: Callable[[Any], None], failed: Callable[[str], None]) -> None:
        """Start `cslm-trainer language ARGUMENTS --json`; `done` gets what it printed, or `failed` a sentence.

        Nothing is started while a command is running. Neither is called when it was stopped.
        """
        if self._process is not None:
            return
        if self._command is None:
            failed(self.tr("This installation has no trainer; install the project from its source to teach languages."))
            return
        process = self._process = QProcess()
        _running.add(process)
        self.destroyed.connect(lambda: _interrupt(process))
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONUNBUFFERED", "1")
        environment.insert("PYTHONUTF8", "1")
        process.setProcessEnvironment(environment)
        if os.name == "posix":  # Ctrl-C must reach it, even where a shell had it ignored for this program
            process.setUnixProcessParameters(QProcess.UnixProcessFlag.ResetSignalHandlers)
        self._stopped, self._errors = False, []
        process.readyReadStandardError.connect(self._read_errors)
        process.finished.connect(lambda code, status: self._finished(process, code, done, failed))
        process.errorOccurred.connect(lambda error: self._not_started(process, error, failed))
        process.start(self._command[0], [*self._command[1:], *arguments, "--json"])
        self.started.emit()

    def stop(self) -> None:
        """Tell the command to end as Ctrl-C does: what it has done until then is kept. Force it if it does not."""
        process = self._process
        if process is None or self._stopped:
            return
        self._stopped = True
        _interrupt(process)

    def _quit(self) -> None:
        self.stop()
        if self._process is not None:
            self._process.waitForFinished(_PATIENCE_MS)

    def _read_errors(self) -> None:
        if self._process is None:
            return
        text = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace")
        for line in text.replace("\r", "\n").split("\n"):
            if line.strip():
                self._errors.append(line.strip())
                self.said.emit(line.strip())
        del self._errors[:-200]

    def _over(self, process: QProcess) -> bool:
        """The process has ended; whether it was the running command of a runner that is still there."""
        _running.discard(process)
        if isValid(process):
            process.deleteLater()
        if not isValid(self) or process is not self._process:
            return False
        self._read_errors()
        self._process = None
        return True

    def _not_started(self, process: QProcess, error: QProcess.ProcessError, failed: Callable[[str], None]) -> None:
        if error == QProcess.ProcessError.FailedToStart and self._over(process):
            self.ended.emit()
            failed(self.tr("The trainer could not be started; is the installation whole?"))

    def _finished(
        self, process: QProcess, code: int, done: Callable[[Any], None], failed: Callable[[str], None]
    ) -> None:
        if not self._over(process):
            return
        self.ended.emit()
        if self._stopped:
            return
        printed = bytes(process.readAllStandardOutput().data()).decode("utf-8", "replace")
        if code == 2 and self._errors:  # an error for the user is its last sentence
            failed(self._errors[-1])
            return
        try:
            answer = json.loads(printed) if printed.strip() else None
        except ValueError:
            code, answer = code or 1, None
        if code:
            last = self._errors[-1] if self._errors else self.tr("no reason was given")
            failed(self.tr("The trainer ended badly ({0}); try again.").format(last))
        else:
            done(answer)
