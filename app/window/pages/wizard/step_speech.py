"""The second step: speech with its texts, from corpora, recordings and corrections; what is not used.

Knows no formats.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QFileDialog, QLineEdit, QWidget

from app.window.pages.parts import Form
from app.window.pages.wizard.corrections import Corrections
from app.window.pages.wizard.desk import Desk, Snapshot
from app.window.pages.wizard.reader import ReadAloud
from app.window.pages.wizard.rejected import RejectedRows
from app.window.pages.wizard.step import StepWidget

__all__ = ["SpeechStep"]

_WHISPER: Final = "base"


class SpeechStep(StepWidget):
    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, "speech", parent)
        self.set_lead(
            self.tr(
                "Common Voice, LJSpeech, AudioFolder, JSON lines, or sound files with texts of the same names. "
                "More can be added at any time. No speaker and no recording is ever in both training and test."
            )
        )
        self.speaker = QLineEdit()
        self.speaker.setPlaceholderText(self.tr("where the source does not say"))
        self.many = QCheckBox(self.tr("Each recording without a speaker may be another person's"))
        self.many.setAccessibleName(self.many.text())
        form = Form()
        form.row(self.tr("Who speaks"), self.speaker)
        form.check(self.many)
        self.controls.addLayout(form)
        self.folder = self.button(self.tr("Take in a folder…"), self.tr("A corpus, or sounds with texts"), primary=True)
        self.folder.clicked.connect(self._choose_folder)
        self.file = self.button(self.tr("Take in a table…"), self.tr("A metadata file that names sound files"))
        self.file.clicked.connect(self._choose_file)
        self.again = self.button(self.tr("Check again"), self.tr("Look the whole corpus over and divide it anew"))
        self.again.clicked.connect(lambda: desk.run("check", done=self._taken))
        self.row(self.folder, self.file, self.again)
        self.one_voice = QCheckBox(self.tr("There is one voice only: test with the voice that is trained on"))
        self.one_voice.setAccessibleName(self.one_voice.text())
        self.one_voice.clicked.connect(self._set_one_voice)
        self.controls.addWidget(self.one_voice)

        self.heading(
            self.tr("Long recordings without text"),
            self.tr(
                "They are cut at their pauses and written down by Whisper as drafts, which you correct in a sheet."
            ),
        )
        self.whisper = QLineEdit(_WHISPER)
        drafts = Form()
        drafts.row(
            self.tr("Whisper"),
            self.whisper,
            self.tr("A folder of a faster-whisper model or its size; “none” only cuts, and you write the texts."),
        )
        self.controls.addLayout(drafts)
        self.recordings = self.button(self.tr("Cut and write down…"), self.tr("Choose the recordings"))
        self.recordings.clicked.connect(self._choose_recordings)
        self.sheet = self.button(self.tr("Save the drafts…"), self.tr("Write the drafts as a sheet to correct"))
        self.sheet.clicked.connect(self._save_drafts)
        self.corrected = self.button(self.tr("Take in the corrected sheet…"), self.tr("Read the texts back"))
        self.corrected.clicked.connect(self._take_drafts)
        self.accept = self.button(self.tr("Take all as they are"), self.tr("Use the drafts without correcting them"))
        self.accept.clicked.connect(lambda: desk.run("drafts", "--accept", done=self._taken))
        self.row(self.recordings, self.sheet)
        self.row(self.corrected, self.accept)

        self.reader = ReadAloud(desk, self.speaker.text, self._taken)
        self.below.addWidget(self.reader)
        self.corrections = Corrections(desk, self.speaker.text, self._taken)
        self.below.addWidget(self.corrections)
        self.rejected = RejectedRows(desk)
        self.below.addWidget(self.rejected)
        self._seen: tuple[Path, float] | None = None

    # taking in

    def _options(self) -> list[str]:
        options = ["--speaker", self.speaker.text().strip()] if self.speaker.text().strip() else []
        return [*options, "--many-speakers"] if self.many.isChecked() else options

    def _taken(self, answer: dict[str, object]) -> None:
        self.desk.told.emit(self.tr("Taken in."))

    def take_in(self, path: Path) -> None:
        """Import a corpus."""
        self.desk.run("speech", path, *self._options(), done=self._taken)

    def _choose_folder(self) -> None:
        path = QFileDialog.getExistingDirectory(self, self.tr("Speech with its texts"))
        if path:
            self.take_in(Path(path))

    def _choose_file(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, self.tr("A table that names sound files"))
        if path:
            self.take_in(Path(path))

    def _choose_recordings(self) -> None:
        path = QFileDialog.getExistingDirectory(self, self.tr("Recordings without text"))
        if path:
            model = self.whisper.text().strip() or "none"
            self.desk.run("speech", path, "--transcribe", model, *self._options(), done=self._taken)

    def _save_drafts(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, self.tr("Save the drafts"), "drafts.csv", "CSV (*.csv)")
        if path:
            written = self.tr("Written: {0}").format(path)
            self.desk.run("drafts", "--out", path, done=lambda _: self.desk.told.emit(written))

    def _take_drafts(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, self.tr("The corrected sheet"), "", "CSV (*.csv)")
        if path:
            self.desk.run("drafts", "--in", path, done=self._taken)

    def _set_one_voice(self, on: bool) -> None:
        self.desk.run("check", "--one-voice" if on else "--no-one-voice", done=self._taken)

    def show_snapshot(self, snapshot: Snapshot | None) -> None:
        super().show_snapshot(snapshot)
        idle = snapshot is not None and not self.desk.busy
        drafts = bool(snapshot and snapshot.states["speech"].details.get("drafts"))
        for button in (self.sheet, self.corrected, self.accept):
            button.setEnabled(idle and drafts)
        self.one_voice.setEnabled(idle)
        self.reader.show_snapshot(snapshot, idle)
        self.corrections.set_idle(idle)
        if snapshot is None:
            self.corrections.hide()
            return
        self.one_voice.setChecked(bool(snapshot.job.option("one_voice", False)))
        now = (snapshot.job.folder, snapshot.states["speech"].finished)
        if now != self._seen:
            self._seen = now
            self.rejected.read()
            self.corrections.read()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.corrections.read()  # some may have been made in the conversation meanwhile
