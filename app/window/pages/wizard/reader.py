"""Reading the sentences of a job aloud: who reads and agrees, what is to be read, and taking in what was read.

Knows nothing of microphones and of how a job takes recordings in.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QCheckBox, QPushButton, QWidget

from app.window.pages.operation import Operation
from app.window.pages.parts import Card, Outcome, label, wrapped
from app.window.pages.wizard.desk import Desk, Snapshot
from app.window.pages.wizard.prompter import Prompter
from app.window.pages.wizard.reading import Reading
from app.window.pages.wizard.step import described, line_of
from trainer.language.job import Job

__all__ = ["ReadAloud"]

_MOST: Final = 1_000
"""Sentences at one time: more is nobody's session, and they come when these are taken in."""
_PROMPTS: Final = "prompts.jsonl"


class ReadAloud(Card):
    def __init__(
        self,
        desk: Desk,
        speaker: Callable[[], str],
        taken: Callable[[dict[str, object]], None],
        parent: QWidget | None = None,
    ) -> None:
        """`speaker` says who speaks; `taken` gets the trainer's answer when the recordings have been taken in."""
        super().__init__(parent=parent)
        self._desk = desk
        self._speaker = speaker
        self._taken = taken
        self._work = Operation(desk.context.background, self)
        self._job: Job | None = None
        self._idle = False
        self.body.addWidget(label(self.tr("Read aloud"), "heading"))
        self.body.addWidget(
            wrapped(
                self.tr(
                    "Record the sentences of this job right here. Each take is kept at once in the job's folder, so "
                    "you can stop at any time and go on later. While it records, the conversation does not listen."
                ),
                "faint",
            )
        )
        self.consent = QCheckBox(self.tr("Who speaks agrees that this voice is recorded and learnt from"))
        self.consent.setAccessibleName(self.consent.text())
        self.body.addWidget(self.consent)
        self.begin = described(
            QPushButton(self.tr("Begin, or go on")), self.tr("Show the sentences that nobody has read yet")
        )
        self.begin.clicked.connect(self._begin)
        self.take = described(
            QPushButton(self.tr("Take in what was read")), self.tr("Add the recordings to the speech of the job")
        )
        self.take.clicked.connect(self._take_in)
        self.body.addLayout(line_of(self.begin, self.take))
        self.outcome = Outcome()
        self.body.addWidget(self.outcome)
        self.prompter = Prompter(desk.context)
        self.body.addWidget(self.prompter)
        self.consent.clicked.connect(self._update)
        self.prompter.changed.connect(self._update)
        self._work.ended.connect(self._update)
        self._update()

    def show_snapshot(self, snapshot: Snapshot | None, idle: bool) -> None:
        """Another state of the job; `idle` says whether commands can be run on it."""
        job = snapshot.job if snapshot is not None else None
        if _folder(job) != _folder(self._job):
            self.prompter.show_reading(None, None)
            self.outcome.tell("")
        self._job, self._idle = job, idle
        self._update()

    def _begin(self) -> None:
        job, speaker, consent = self._job, self._speaker(), self.consent.isChecked()
        if job is None:
            return
        if not speaker.strip():
            self.outcome.fail(self.tr("Nobody is named; say above who speaks, then begin."))
            return
        self.outcome.tell("")
        self.prompter.show_reading(None, None)
        prompts = job.folder / _PROMPTS

        def written(_: object) -> None:
            if _folder(self._job) == job.folder:
                self._work.run(
                    lambda report: Reading.begin(job.folder, speaker, prompts, consent=consent),
                    lambda reading: self.prompter.show_reading(reading, job.language),
                    self.outcome.fail,
                )

        self._desk.run("prompts", "--out", prompts, "--count", str(_MOST), done=written)

    def _take_in(self) -> None:
        reading = self.prompter.reading
        if reading is not None:
            self.prompter.show_reading(None, None)  # what was taken in is not to be read again: begin anew
            self._desk.run("speech", reading.folder.folder, "--speaker", reading.speaker, done=self._taken)

    def _update(self) -> None:
        reading, free = self.prompter.reading, not self._work.running and not self.prompter.busy
        self.consent.setEnabled(self._job is not None)
        self.begin.setEnabled(self._idle and free and self.consent.isChecked())
        self.take.setEnabled(self._idle and free and reading is not None and bool(reading.recorded))


def _folder(job: Job | None) -> Path | None:
    return job.folder if job is not None else None
