"""The third step: translations, and the everyday dialogues as a sheet to fill in. Knows no formats."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from app.window.pages.parts import Form
from app.window.pages.wizard.desk import Desk
from app.window.pages.wizard.step import StepWidget

__all__ = ["TextsStep"]


class TextsStep(StepWidget):
    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, "texts", parent)
        self.set_lead(
            self.tr(
                "Pairs of sentences in the new language and one that the pack knows: TSV, CSV, TMX, JSON lines, or two "
                "Moses files side by side (choose one of them)."
            )
        )
        self.columns = QLineEdit()
        self.columns.setPlaceholderText(self.tr("for a table without a header, such as es,en"))
        form = Form()
        form.row(self.tr("Columns"), self.columns)
        self.controls.addLayout(form)
        self.take = self.button(self.tr("Take in translations…"), self.tr("Choose a file of them"), primary=True)
        self.take.clicked.connect(self._choose)
        self.row(self.take)
        self.heading(
            self.tr("Everyday questions and answers"),
            self.tr("Optional, and what makes it a conversation: fill in the sheet, or a part of it, and take it in."),
        )
        self.sheet = self.button(self.tr("Save the sheet…"), self.tr("Write the dialogues as a sheet to fill in"))
        self.sheet.clicked.connect(self._save)
        self.filled = self.button(self.tr("Take in the filled sheet…"), self.tr("Read the translated dialogues back"))
        self.filled.clicked.connect(self._take_sheet)
        self.row(self.sheet, self.filled)

    def take_in(self, path: Path) -> None:
        """Import translations."""
        columns = self.columns.text().strip()
        options = ["--columns", columns] if columns else []
        self.desk.run("translations", path, *options, done=self._taken)

    def _taken(self, answer: dict[str, object]) -> None:
        rejected = answer.get("rejected")
        count = len(rejected) if isinstance(rejected, list) else rejected if isinstance(rejected, int) else 0
        self.desk.told.emit(
            self.tr("Taken in; {0} could not be used.").format(count) if count else self.tr("Taken in.")
        )

    def _choose(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, self.tr("Translations"))
        if path:
            self.take_in(Path(path))

    def _save(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, self.tr("Save the sheet"), "dialogues.csv", "CSV (*.csv)")
        if path:
            written = self.tr("Written: {0}").format(path)
            self.desk.run("dialogues", "--out", path, done=lambda _: self.desk.told.emit(written))

    def _take_sheet(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, self.tr("The filled sheet"), "", "CSV (*.csv)")
        if path:
            self.desk.run("dialogues", "--in", path, done=self._taken)
