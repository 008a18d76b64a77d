"""The fourth step: can the pack hear and speak the language at all? Pairs to listen to. Knows nothing of judging."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLineEdit, QSpinBox, QWidget

from app.window.pages.operation import Operation
from app.window.pages.parts import Form, shape_number
from app.window.pages.wizard.desk import Desk, Snapshot
from app.window.pages.wizard.pairs import Sounds, SoundsRow
from app.window.pages.wizard.step import StepWidget
from cslm_core.errors import TrainingError

__all__ = ["GateStep"]


def read_gate(report: Path) -> list[dict[str, Any]]:
    """The pairs of `gate.json` in a job's folder of reports. Raises TrainingError when it is damaged."""
    try:
        pairs = json.loads((report / "gate.json").read_text("utf-8"))["pairs"]
        return [
            {"text": str(pair["text"]), "original": str(pair["original"]), "rebuilt": str(pair["rebuilt"]),
             "changed": float(pair["unit_error"]), "heard": str(pair.get("heard_rebuilt") or "")}
            for pair in pairs
        ]  # fmt: skip
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TrainingError(f"{report / 'gate.json'} cannot be read; run this step again.") from error


class GateStep(StepWidget):
    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, "gate", parent)
        self.set_lead(
            self.tr(
                "Before any training: the pack listens to recordings and repeats them. If the repeated sound cannot be "
                "understood, training would be in vain. Listen to the pairs."
            )
        )
        self.whisper = QLineEdit()
        self.whisper.setPlaceholderText(self.tr("none: the round trip and the aligner judge"))
        self.items = QSpinBox()
        self.items.setRange(2, 200)
        self.items.setValue(12)
        shape_number(self.items)
        form = Form()
        form.row(self.tr("Whisper as judge"), self.whisper, self.tr("A folder of a faster-whisper model, or its size."))
        form.row(self.tr("Utterances"), self.items)
        self.controls.addLayout(form)
        self.start = self.button(self.tr("Try it"), self.tr("Let the pack repeat recordings, and judge"), primary=True)
        self.start.clicked.connect(self._run)
        self.report = self.button(self.tr("Open the report"), self.tr("Show all figures and pairs in the browser"))
        self.report.clicked.connect(self._open)
        self.row(self.start, self.report)
        self.pairs = Sounds(desk, (self.tr("text"), self.tr("changed"), self.tr("original"), self.tr("repeated")))
        self.controls.addWidget(self.pairs)
        self._reading = Operation(desk.context.background, self)
        self._seen: tuple[Path, float] | None = None

    def _run(self) -> None:
        judge = self.whisper.text().strip()
        self.desk.run("gate", "--items", str(self.items.value()), *(["--whisper", judge] if judge else []))

    def _open(self) -> None:
        job = self.desk.job
        if job is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(job.report / "gate.html")))

    def show_snapshot(self, snapshot: Snapshot | None) -> None:
        super().show_snapshot(snapshot)
        done = snapshot is not None and snapshot.states["gate"].phase == "done"
        self.report.setEnabled(done)
        if snapshot is None:
            return
        now = (snapshot.job.folder, snapshot.states["gate"].finished)
        if now != self._seen:
            self._seen = now
            folder = snapshot.job.report
            self._reading.run(
                lambda report: read_gate(folder), lambda pairs: self._show(folder, pairs), self.desk.failed.emit
            )

    def _show(self, folder: Path, pairs: list[dict[str, Any]]) -> None:
        original, rebuilt = self.tr("Hear the original"), self.tr("Hear what was repeated")
        self.pairs.show_rows(
            [
                SoundsRow(
                    (
                        pair["text"] + (f"  →  {pair['heard']}" if pair["heard"] else ""),
                        f"{pair['changed'] * 100:.0f} %",
                    ),
                    ((original, folder / pair["original"]), (rebuilt, folder / pair["rebuilt"])),
                )
                for pair in pairs
            ]
        )
