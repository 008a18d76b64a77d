"""The page of the latencies: where the time of each turn went, percentiles over this session, the longest stall.

Turns come from the store (those since the program was started) and live from the session. Knows nothing of how times
are taken.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import psutil
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QWidget

from app.store.model import Turn
from app.store.store import Store
from app.window.context import Context
from app.window.pages.latencychart import Legend, WaterfallChart, mark_word, step_word
from app.window.pages.operation import Operation
from app.window.pages.parts import Outcome, Page, label, wrapped
from app.window.pages.waterfalls import MARKS, percentile, timed, to_csv, to_json
from cslm_core.files import atomic_write_text

__all__ = ["LatencyPage", "turns_since"]

_ROWS = 30


def turns_since(store: Store, begin: datetime) -> list[Turn]:
    """All turns that were asked since then, of all conversations."""
    return [
        turn
        for conversation in store.conversations()
        if conversation.updated >= begin
        for turn in store.turns(conversation.id)
        if turn.asked >= begin
    ]


class LatencyPage(Page):
    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.set_lead(self.tr("From the end of your question until you hear the answer: where the time goes."))
        self._begin = datetime.fromtimestamp(psutil.Process().create_time()).astimezone()
        self._turns: dict[int, Turn] = {}
        self._reading = Operation(context.background, self)
        self._writing = Operation(context.background, self)

        self._chart_card = self.card(self.tr("Turns of this session"))
        self.nothing = wrapped(
            self.tr("No turn yet. Ask something by voice, and see here where the time went."), "faint"
        )
        self._chart_card.body.addWidget(self.nothing)
        self.chart = WaterfallChart()
        self._chart_card.body.addWidget(self.chart)

        self._table_card = self.card(
            self.tr("Over the session"),
            self.tr("From the end of the question; the numbers are those of the bars."),
        )
        self.table = QGridLayout()
        self.table.setHorizontalSpacing(22)
        self.table.setVerticalSpacing(6)
        self.table.setColumnStretch(1, 1)
        self.table.setColumnStretch(2, 1)
        self._table_card.body.addLayout(self.table)
        self._cells: dict[tuple[str, int], QLabel] = {}
        self._make_table()

        card = self.card(self.tr("The window itself"))
        self.stall = wrapped("", selectable=True)
        card.body.addWidget(self.stall)
        self.csv = QPushButton(self.tr("Export as CSV…"))
        self.csv.clicked.connect(lambda: self._export("csv"))
        self.json = QPushButton(self.tr("Export as JSON…"))
        self.json.clicked.connect(lambda: self._export("json"))
        line = QHBoxLayout()
        for button in (self.csv, self.json):
            button.setAccessibleDescription(self.tr("Write the times into a file; nothing of what was said is in it"))
            line.addWidget(button)
        line.addStretch(1)
        self.body.addLayout(line)
        self.outcome = Outcome()
        self.body.addWidget(self.outcome)

        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self._show_stall)
        context.bridge.turn_changed.connect(self._turn_changed)
        context.bridge.turn_removed.connect(self._turn_removed)
        self._refresh()

    @property
    def turns(self) -> list[Turn]:
        """Those that are shown, the newest first."""
        return timed(self._turns.values())

    def _make_table(self) -> None:
        heads = ("", self.tr("step"), self.tr("what is there then"), self.tr("median"), "p95")
        for column, head in enumerate(heads):
            self.table.addWidget(label(head, "faint"), 0, column)
        for row, mark in enumerate(MARKS, 1):
            self.table.addWidget(Legend(mark), row, 0)
            self.table.addWidget(wrapped(step_word(mark)), row, 1)
            self.table.addWidget(wrapped(mark_word(mark), "faint"), row, 2)
            for column, percent in ((3, 50), (4, 95)):
                cell = label("–", selectable=True)
                cell.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.addWidget(cell, row, column)
                self._cells[mark, percent] = cell

    # what comes in

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        store, begin = self.context.store, self._begin
        self._reading.run(lambda report: turns_since(store, begin), self._read, self.outcome.fail)
        self._show_stall()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def _read(self, turns: list[Turn]) -> None:
        self._turns = {turn.id: turn for turn in turns} | {
            number: turn for number, turn in self._turns.items() if turn.asked >= self._begin
        }
        self._refresh()

    def _turn_changed(self, turn: Turn) -> None:
        if turn.asked >= self._begin:
            self._turns[turn.id] = turn
            if turn.waterfall is not None:
                self._refresh()

    def _turn_removed(self, number: int) -> None:
        if self._turns.pop(number, None) is not None:
            self._refresh()

    def _refresh(self) -> None:
        turns = self.turns
        self.nothing.setVisible(not turns)
        self.chart.setVisible(bool(turns))
        self._table_card.setVisible(bool(turns))
        self.csv.setEnabled(bool(turns))
        self.json.setEnabled(bool(turns))
        self.chart.show_turns(turns[:_ROWS])
        for (mark, percent), cell in self._cells.items():
            value = percentile(turns, mark, percent)
            cell.setText("–" if value is None else f"{value:.2f} s")
            cell.setAccessibleName(f"{mark_word(mark)}, p{percent}: {cell.text()}")

    def _show_stall(self) -> None:
        stall = self.context.stalls.longest
        sentence = self.tr("The longest time in which the window did not answer: {0} ms.")
        self.stall.setText(sentence.format(round(stall.seconds * 1000)))

    # files

    def _export(self, form: str) -> None:
        name = f"cslm-latencies-{datetime.now():%Y%m%d-%H%M%S}.{form}"
        path, _ = QFileDialog.getSaveFileName(self, self.tr("Export the latencies"), name, f"{form.upper()} (*.{form})")
        if path:
            self.write(Path(path), form)

    def write(self, path: Path, form: str) -> None:
        """Write the times of this session as "csv" or "json"."""
        turns, stall = self.turns, self.context.stalls.longest.seconds
        text = to_csv(turns) if form == "csv" else to_json(turns, stall)
        self._writing.run(
            lambda report: atomic_write_text(path, text),
            lambda _: self.outcome.tell(self.tr("Written: {0}").format(path), "good"),
            self.outcome.fail,
        )
