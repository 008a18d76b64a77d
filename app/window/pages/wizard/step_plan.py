"""The fifth step: what will be trained and what it takes here, from a short probe. Knows nothing of training."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QSpinBox, QWidget

from app.window.pages.parts import Form, shape_number
from app.window.pages.wizard.desk import Desk, Snapshot
from app.window.pages.wizard.step import StepWidget

__all__ = ["PlanStep"]


class PlanStep(StepWidget):
    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, "plan", parent)
        self.set_lead(
            self.tr(
                "Say how long the training may take. A few real steps are tried on this machine; then it is known "
                "how many there can be, and how much memory and disk they need."
            )
        )
        self.hours = QDoubleSpinBox()
        self.hours.setRange(0.1, 1_000.0)
        self.hours.setDecimals(1)
        self.hours.setValue(3.0)
        self.hours.setSuffix(self.tr(" hours"))
        self.method = QComboBox()
        self.method.addItem(self.tr("An adapter and new embedding rows (small, the default)"), "adapter")
        self.method.addItem(self.tr("All weights (needs much memory)"), "full")
        self.device = QComboBox()
        self.device.addItem(self.tr("The best there is"), "")
        self.device.addItem("CPU", "cpu")
        self.device.addItem(self.tr("GPU"), "cuda")
        self.threads = QSpinBox()
        self.threads.setRange(0, 256)
        self.threads.setSpecialValueText(self.tr("as many as serve"))
        for number in (self.hours, self.threads):
            shape_number(number)
        form = Form()
        form.row(self.tr("Time"), self.hours)
        form.row(self.tr("What is trained"), self.method)
        form.row(self.tr("Device"), self.device)
        form.row(self.tr("Cores"), self.threads, self.tr("Several GPUs or machines are used from the command line."))
        self.controls.addLayout(form)
        self.start = self.button(self.tr("Try and plan"), self.tr("Run a few steps and settle the plan"), primary=True)
        self.start.clicked.connect(lambda: self._run())
        self.again = self.button(
            self.tr("Train again"),
            self.tr("Set the training aside and plan another that goes on from what it has learnt"),
        )
        self.again.clicked.connect(lambda: self._run("--again"))
        self.again.hide()
        self.row(self.start, self.again)

    def show_snapshot(self, snapshot: Snapshot | None) -> None:
        super().show_snapshot(snapshot)
        phase = snapshot.states["training"].phase if snapshot is not None else "pending"
        self.again.setVisible(phase in ("done", "failed", "interrupted"))
        if phase == "done":
            self.start.setEnabled(False)  # its plan stands

    def _run(self, *more: str) -> None:
        options = ["--hours", str(round(self.hours.value(), 3)), "--method", str(self.method.currentData())]
        if self.device.currentData():
            options += ["--device", str(self.device.currentData())]
        if self.threads.value():
            options += ["--threads", str(self.threads.value())]
        self.desk.run("plan", *options, *more)
