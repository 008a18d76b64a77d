"""The seventh step: what was learnt and what was forgotten, measured. Knows nothing of how it is measured."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLineEdit, QSpinBox, QVBoxLayout, QWidget

from app.window.pages.operation import Operation
from app.window.pages.parts import Form, clear_layout, shape_number
from app.window.pages.scorecard import Scorecard, ScorecardChart, read_scorecard
from app.window.pages.wizard.desk import Desk, Snapshot
from app.window.pages.wizard.step import StepWidget

__all__ = ["ScorecardStep"]


class ScorecardStep(StepWidget):
    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, "scorecard", parent)
        self.set_lead(
            self.tr(
                "The new language on speech that was kept for the test, and the old languages before and after, "
                "so that you see whether something was forgotten."
            )
        )
        self.whisper = QLineEdit()
        self.whisper.setPlaceholderText(self.tr("none: the speech is not judged"))
        self.limit = QSpinBox()
        self.limit.setRange(2, 1_000)
        self.limit.setValue(24)
        shape_number(self.limit)
        form = Form()
        form.row(self.tr("Whisper as judge"), self.whisper, self.tr("A folder of a faster-whisper model, or its size."))
        form.row(self.tr("Items of each kind"), self.limit)
        self.controls.addLayout(form)
        self.start = self.button(self.tr("Measure"), self.tr("Measure what was learnt and forgotten"), primary=True)
        self.start.clicked.connect(self._run)
        self.report = self.button(self.tr("Open the report"), self.tr("Show everything, with sounds, in the browser"))
        self.report.clicked.connect(self._open)
        self.row(self.start, self.report)
        self._chart = QVBoxLayout()
        self.controls.addLayout(self._chart)
        self.chart: ScorecardChart | None = None
        self._reading = Operation(desk.context.background, self)
        self._seen: tuple[Path, float] | None = None

    def _run(self) -> None:
        judge = self.whisper.text().strip()
        self.desk.run("scorecard", "--limit", str(self.limit.value()), *(["--whisper", judge] if judge else []))

    def _open(self) -> None:
        job = self.desk.job
        if job is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(job.report / "scorecard.html")))

    def show_snapshot(self, snapshot: Snapshot | None) -> None:
        super().show_snapshot(snapshot)
        if snapshot is None:
            return
        self.report.setEnabled(snapshot.states["scorecard"].phase == "done")
        now = (snapshot.job.folder, snapshot.states["scorecard"].finished)
        if now != self._seen:
            self._seen = now
            folder = snapshot.job.report
            self._reading.run(lambda report: read_scorecard(folder), self._show, self.desk.failed.emit)

    def _show(self, card: Scorecard | None) -> None:
        clear_layout(self._chart)
        self.chart = None
        if card is not None and card.measured:
            self.chart = ScorecardChart(card.judged or card.measured)
            self._chart.addWidget(self.chart)
