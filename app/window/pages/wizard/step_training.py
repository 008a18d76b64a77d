"""The sixth step: the training in a process of its own, which outlives the window; its curves and samples.

Knows nothing of how it is trained: it reads the records that the training appends, and leaves it a word.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtWidgets import QProgressBar, QWidget

from app.window.pages.operation import Operation
from app.window.pages.parts import human_size, label, wrapped
from app.window.pages.wizard.desk import Desk, Snapshot
from app.window.pages.wizard.pairs import Sounds, SoundsRow
from app.window.pages.wizard.runner import trainer_command
from app.window.pages.wizard.step import StepWidget
from app.window.pages.wizard.training_log import TrainingLog
from app.window.sentences import in_words
from cslm_core.errors import TrainingError
from trainer.language.control import Wish, write_wish
from trainer.language.job import Job, StepState
from trainer.language.records import Row, Tail

if TYPE_CHECKING:
    from app.window.pages.wizard.curves import Curves

__all__ = ["TrainingStep", "start_training"]

_LOG: Final = "training.log"
_FOR_THE_USER: Final = 2
"""The exit code with which a sentence for the user was said."""


def start_training(job: Job, command: list[str] | None = None) -> subprocess.Popen[bytes]:
    """Start or resume the training as a process that does not end with this one. TrainingError if it cannot be."""
    command = command if command is not None else trainer_command()
    if command is None:
        raise TrainingError("This installation has no trainer; install the project from its source.")
    options: dict[str, Any] = {"start_new_session": True}
    if os.name == "nt":
        options = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.DETACHED_PROCESS}  # type: ignore[attr-defined]
    try:
        with (job.folder / _LOG).open("ab") as log:
            return subprocess.Popen(
                [*command, "train", str(job.folder)], stdin=subprocess.DEVNULL, stdout=log, stderr=log, **options
            )
    except OSError as error:
        raise TrainingError(f"The training could not be started ({error.strerror}); try again.") from error


class TrainingStep(StepWidget):
    def __init__(self, desk: Desk, parent: QWidget | None = None, *, command: list[str] | None = None) -> None:
        super().__init__(desk, "training", parent)
        self.set_lead(
            self.tr(
                "The training runs by itself: this window may be closed, and it goes on. It can be paused, stopped and "
                "resumed at any time without losing anything."
            )
        )
        self._command = command
        self.start = self.button(
            self.tr("Start"), self.tr("Begin the training, or resume it where it was"), primary=True
        )
        self.start.clicked.connect(self._start)
        self.pause = self.button(self.tr("Pause"), self.tr("Let the training wait, or go on"))
        self.pause.clicked.connect(self._pause)
        self.stop = self.button(self.tr("Stop and save"), self.tr("Save the training and end it; it can be resumed"))
        self.stop.clicked.connect(lambda: self._wish("stop"))
        self.row(self.start, self.pause, self.stop)
        self.bar = QProgressBar()
        self.bar.setAccessibleName(self.tr("Progress of the training"))
        self.controls.addWidget(self.bar)
        self.figures = wrapped("", "faint", selectable=True)
        self.controls.addWidget(self.figures)
        self.notes = wrapped("", selectable=True)
        self.notes.hide()
        self.controls.addWidget(self.notes)
        self.curves: Curves | None = None
        self._samples_head = label(self.tr("How it sounds"), "heading")
        self._samples_head.hide()
        self.samples = Sounds(desk, (self.tr("sentence"), self.tr("step"), ""))
        self.log = TrainingLog()
        self._tail: Tail | None = None
        self._folder: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._reading = Operation(desk.context.background, self)
        self._starting = Operation(desk.context.background, self)
        desk.context.theme.changed.connect(self._paint)

    # commands

    def _start(self) -> None:
        job, command = self.desk.job, self._command
        if job is not None:
            self.start.setEnabled(False)
            self._starting.run(lambda report: start_training(job, command), self._started, self.desk.failed.emit)

    def _started(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self.desk.look()

    def _watch_process(self) -> None:
        """What it said if it has ended without noting why in the job (somebody else was at work there)."""
        job = self.desk.job
        if self._process is None or self._process.poll() is None or job is None:
            return
        code, self._process = self._process.returncode, None
        if code == _FOR_THE_USER:
            path = job.folder / _LOG
            failed = self.desk.failed.emit
            self._starting.run(lambda report: _last_line(path), lambda line: failed(in_words(line)), failed)

    def _pause(self) -> None:
        self._wish("run" if self.log.paused else "pause")

    def _wish(self, wish: Wish) -> None:
        job = self.desk.job
        if job is not None:
            self._starting.run(lambda report: write_wish(job, wish), lambda _: self.desk.look(), self.desk.failed.emit)

    # what it tells

    def show_snapshot(self, snapshot: Snapshot | None) -> None:
        super().show_snapshot(snapshot)
        if snapshot is None:
            return
        folder = snapshot.job.folder
        if folder != self._folder:
            self._folder, self._tail, self.log = folder, Tail(snapshot.job.progress), TrainingLog()
        running = snapshot.states["training"].phase == "running" and bool(snapshot.busy)
        self._watch_process()
        begun = bool(self.log.losses)
        done = snapshot.states["training"].phase == "done" or self.log.ended == "done"
        self.start.setText(self.tr("Resume") if begun and not done else self.tr("Start"))
        starting = self._starting.running or self._process is not None
        self.start.setEnabled(not self.desk.busy and not starting and not done)
        self.pause.setEnabled(running)
        self.pause.setText(self.tr("Go on") if self.log.paused else self.tr("Pause"))
        self.stop.setEnabled(running)
        tail = self._tail
        if tail is not None and not self._reading.running:
            self._reading.run(lambda report: (tail.read(), tail.restarted), self._take, self.desk.failed.emit)

    def _take(self, read: tuple[list[Row], bool]) -> None:
        records, restarted = read
        if restarted:
            self.log = TrainingLog()
        if records or restarted:
            self.log.add(records)
            self._draw()

    def _draw(self) -> None:
        log = self.log
        self.bar.setRange(0, max(1, log.steps))
        self.bar.setValue(log.step)
        parts = [self.tr("step {0} of {1}").format(log.step, log.steps)]
        if log.stage:
            parts.append(self._stage(log.stage))
        if log.tokens_per_second is not None:
            parts.append(self.tr("{0} tokens a second").format(round(log.tokens_per_second)))
        if log.eta is not None:
            parts.append(self.tr("{0} left").format(_duration(log.eta)))
        if log.memory is not None:
            parts.append(human_size(round(log.memory)))
        self.figures.setText("  ·  ".join(parts))
        self.bar.setAccessibleDescription(parts[0])
        self.notes.setText("\n".join(map(in_words, log.notes[-5:])))
        self.notes.setVisible(bool(log.notes))
        self._draw_curves()
        job = self.desk.job
        if job is not None:
            rows = [
                SoundsRow((sample.text, str(sample.step)), ((self.tr("Hear it"), job.folder / sample.audio),))
                for sample in log.newest_samples[:8]
            ]
            self.samples.show_rows(rows)
            self._samples_head.setVisible(bool(rows))

    def _draw_curves(self) -> None:
        if self.curves is None:
            from app.window.pages.wizard.curves import Curves

            self.curves = Curves(self.tr("Curves of the training"), self.tr("step"), self.tr("loss"))
            self.controls.addWidget(self.curves)
            self.controls.addWidget(self._samples_head)
            self.controls.addWidget(self.samples)
        trained, aside = self.tr("training"), self.tr("{0} (held out)")
        held_out = {aside.format(self._task(task)): curve for task, curve in self.log.held_out.items()}
        self.curves.show_curves({trained: self.log.losses, **held_out}, frozenset({trained}))
        newest = ", ".join(f"{name} {curve[max(curve)]:.2f}" for name, curve in held_out.items() if curve)
        self.curves.setAccessibleDescription(newest)

    def _stage(self, stage: str) -> str:
        return {"cpt": self.tr("listening, speaking, translating"), "sft": self.tr("answering")}.get(stage, stage)

    def describe_state(self, state: StepState | None, outdated: bool) -> tuple[str, tuple[str, str]]:
        """Stopped and saved is no failure."""
        if state is not None and state.phase == "failed" and self.log.ended == "stopped":
            return self.tr("stopped"), ("pause", "text")
        return super().describe_state(state, outdated)

    def _task(self, task: str) -> str:
        return {
            "recognition": self.tr("recognition"),
            "reading": self.tr("reading aloud"),
            "translation": self.tr("translation"),
            "replay": self.tr("what it knew before"),
        }.get(task, task)

    def _paint(self) -> None:
        if self.curves is not None:
            self.curves.paint()


def _last_line(path: Path) -> str:
    lines = path.read_text("utf-8", errors="replace").split("\n") if path.is_file() else []
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def _duration(seconds: float) -> str:
    """Hours and minutes, or seconds where there are few."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
