"""What all steps share: the open job, how far each of its steps is, and who works on it.

Looks at the job folder in the background, so that what the command line does is seen here, too. Knows nothing of what a
step does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer, Signal
from shiboken6 import isValid

from app.settings.places import Places
from app.window.context import Context
from app.window.pages.operation import Operation
from app.window.pages.wizard.runner import Runner
from app.window.sentences import in_words
from trainer.language.job import STEPS, Job, StepState, jobs_in

__all__ = ["Desk", "Snapshot"]

_LOOK_MS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The job as it was a moment ago."""

    job: Job
    states: dict[str, StepState]
    outdated: frozenset[str]
    busy: str

    @classmethod
    def of(cls, job: Job) -> Snapshot:
        """Reads a few small files."""
        states = {state.step: state for state in job.states()}
        outdated = frozenset(step for step in STEPS if job.outdated(step))
        return cls(job, states, outdated, job.busy() or "")


class Desk(QObject):
    """One for the page."""

    changed = Signal()
    """The job, or how far it is, is another one."""
    told = Signal(str)
    """Something went well: a sentence"""
    failed = Signal(str)
    """A sentence"""

    def __init__(self, context: Context, parent: QObject, runner: Runner | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.runner = runner if runner is not None else Runner.of(context)
        self.operation = Operation(context.background, self)
        self._looking = Operation(context.background, self)
        self.folder = Places.find().data / "languages"
        """Where new jobs go."""
        self.snapshot: Snapshot | None = None
        self.jobs: list[Job] = []
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.look)
        self.runner.started.connect(self.changed)
        self.runner.ended.connect(self.look)

    @property
    def job(self) -> Job | None:
        return self.snapshot.job if self.snapshot is not None else None

    @property
    def busy(self) -> bool:
        """Whether this window or another process works on the job."""
        return self.runner.running or self.operation.running or bool(self.snapshot and self.snapshot.busy)

    def watch(self, on: bool) -> None:
        """Look at the folder again and again, while the page is seen."""
        if on:
            self.look()
            self._timer.start()
        else:
            self._timer.stop()

    def list_jobs(self) -> None:
        """Look which jobs there are."""
        folder = self.folder
        self.context.background.run(lambda: jobs_in(folder), self._listed)

    def _listed(self, jobs: list[Job]) -> None:
        self.jobs = jobs
        self.changed.emit()

    def open(self, folder: Path) -> None:
        """Take up a job that is there."""
        self.operation.run(lambda report: Snapshot.of(Job.open(folder)), self.take, self.failed.emit)

    def take(self, snapshot: Snapshot | None) -> None:
        """Show this one from now on."""
        self.snapshot = snapshot
        self.changed.emit()

    def look(self) -> None:
        """See how far the job is."""
        job = self.job
        if job is not None and not self._looking.running:
            self._looking.run(lambda report: Snapshot.of(Job.open(job.folder)), self._seen, self.failed.emit)
        elif job is None:
            self.changed.emit()

    def _seen(self, snapshot: Snapshot) -> None:
        before = self.snapshot
        if before is None or before.job.folder != snapshot.job.folder:
            return
        if (before.states, before.outdated, before.busy) != (snapshot.states, snapshot.outdated, snapshot.busy):
            self.take(snapshot)
        else:
            self.changed.emit()

    def run(self, *arguments: str | Path, done: Callable[[Any], None] | None = None) -> None:
        """Run a command of the trainer on the job: `arguments[0]` is its name, the job's folder comes after it."""
        job = self.job
        if job is None:
            return
        command, *rest = [str(argument) for argument in arguments]
        self.told.emit("")
        self.start([command, str(job.folder), *rest], done)

    def start(self, arguments: Sequence[str], done: Callable[[Any], None] | None = None) -> None:
        """Run any command of the trainer; nothing is told when this desk is gone by then."""

        def ended(answer: Any) -> None:
            if isValid(self):
                if done is not None:
                    done(answer)
                self.look()

        def failed(sentence: str) -> None:
            if isValid(self):
                self.failed.emit(in_words(sentence))

        self.runner.run(arguments, ended, failed)
