"""The rows of speech that are not used: each with its reason, and to be heard. Knows nothing of how they are judged."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidgetItem,
    QWidget,
)

from app.window.pages.operation import Operation
from app.window.pages.parts import Card, label, wrapped
from app.window.pages.wizard.desk import Desk
from app.window.pages.wizard.listen import hear
from app.window.pages.wizard.step import table_of_rows
from app.window.sentences import in_words
from trainer.language.reasons import REASONS
from trainer.language.records import Row, read_rows

__all__ = ["RejectedRows"]

_MOST: Final = 1_000


class RejectedRows(Card):
    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desk = desk
        self._rows: list[Row] = []
        self._reading = Operation(desk.context.background, self)
        self.body.addWidget(label(self.tr("What is not used, and why"), "heading"))
        self.reasons = wrapped("", "faint", selectable=True)
        self.body.addWidget(self.reasons)
        self.table = table_of_rows(self.tr("Rejected rows"), [self.tr("where"), self.tr("why"), self.tr("text")])
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.setColumnWidth(0, 200)
        self.table.setColumnWidth(1, 300)
        self.table.setFixedHeight(240)
        self.table.itemSelectionChanged.connect(self._update)
        self.table.itemActivated.connect(lambda item: self._hear())
        self.body.addWidget(self.table)
        self.play = QPushButton(self.tr("Hear it"))
        self.play.setAccessibleDescription(self.tr("Play the sound of the selected row"))
        self.play.clicked.connect(self._hear)
        line = QHBoxLayout()
        line.addWidget(self.play)
        line.addStretch(1)
        self.body.addLayout(line)
        self.hide()
        self._update()

    def read(self) -> None:
        """Read the list of the job anew."""
        job = self._desk.job
        if job is not None:
            path = job.rejected
            self._reading.run(lambda report: read_rows(path), self.show_rows, self._desk.failed.emit)

    def show_rows(self, rows: list[Row]) -> None:
        """`rows` as in `rejected.jsonl`."""
        self.setVisible(bool(rows))
        counts = Counter(str(row["reason"]) for row in rows)
        lines = [in_words(f"{count}: {REASONS.get(reason, reason)}") for reason, count in counts.most_common()]
        if len(rows) > _MOST:
            lines.append(self.tr("The first {0} of {1} are listed.").format(_MOST, len(rows)))
        self.reasons.setText("\n".join(lines))
        self._rows = rows[:_MOST]
        self.table.setRowCount(len(self._rows))
        for number, row in enumerate(self._rows):
            where = self.tr("{0}, {1}", "source and place in it").format(row["source"], in_words(str(row["place"])))
            for column, text in enumerate((where, in_words(str(row["sentence"])), row["text"])):
                item = QTableWidgetItem(str(text))
                item.setToolTip(str(text))
                item.setFlags(Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled)
                self.table.setItem(number, column, item)
        self._update()

    @property
    def chosen(self) -> dict[str, Any] | None:
        """The selected row."""
        row = self.table.currentRow()
        return self._rows[row] if 0 <= row < len(self._rows) and self.table.selectedItems() else None

    def _update(self) -> None:
        self.play.setEnabled(bool(self.chosen and self.chosen["audio"]))

    def _hear(self) -> None:
        row, job = self.chosen, self._desk.job
        if row and row["audio"] and job is not None:
            path = job.folder / row["audio"]  # what was taken in first is in there; the rest has its own place
            hear(self._desk.context, path, self._desk.failed.emit, row["start"], row["end"])
