"""The corrections a user made, as speech to learn from: each offered, none chosen by itself.

Knows nothing of how they are stored and copied.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QHeaderView, QPushButton, QTableWidgetItem, QWidget

from app.store.model import Turn
from app.store.sounds import Sound
from app.window.pages.operation import Operation
from app.window.pages.parts import Card, Outcome, label, wrapped
from app.window.pages.wizard.corrected import copied, copy_corrections, offered
from app.window.pages.wizard.desk import Desk
from app.window.pages.wizard.listen import hear_sound
from app.window.pages.wizard.step import described, line_of, table_of_rows
from cslm_core.errors import CslmError

__all__ = ["Corrections"]


class Corrections(Card):
    def __init__(
        self,
        desk: Desk,
        speaker: Callable[[], str],
        taken: Callable[[dict[str, object]], None],
        parent: QWidget | None = None,
    ) -> None:
        """`speaker` says who spoke; `taken` gets the trainer's answer when the corrections have been taken in."""
        super().__init__(parent=parent)
        self._desk = desk
        self._speaker = speaker
        self._taken = taken
        self._turns: list[Turn] = []
        self._there: dict[str, str] = {}
        self._job: Path | None = None
        self._idle = False
        self._reading = Operation(desk.context.background, self)
        self._copying = Operation(desk.context.background, self)
        self.heading = label("", "heading")
        self.body.addWidget(self.heading)
        self.body.addWidget(
            wrapped(
                self.tr(
                    "What you tick is copied, sound and text, into the folder of this job. It stays on this computer, "
                    "but what was learnt from it goes into the language pack, and with that to whomever you give the "
                    "pack. Tick only what was spoken by the person named above, who agrees."
                ),
                "faint",
            )
        )
        self.table = table_of_rows(
            self.tr("Corrections"), [self.tr("heard"), self.tr("corrected"), self.tr("language"), self.tr("state")]
        )
        head = self.table.horizontalHeader()
        for column in range(4):
            stretched = column < 2
            head.setSectionResizeMode(
                column, QHeaderView.ResizeMode.Stretch if stretched else QHeaderView.ResizeMode.ResizeToContents
            )
        self.table.setFixedHeight(220)
        self.table.itemSelectionChanged.connect(self._update)
        self.table.itemChanged.connect(self._update)
        self.body.addWidget(self.table)
        self.play = described(QPushButton(self.tr("Hear it")), self.tr("Play the question of the selected row"))
        self.play.clicked.connect(self._hear)
        self.take = described(
            QPushButton(self.tr("Take in the chosen ones")), self.tr("Copy what is ticked into the job, and use it")
        )
        self.take.clicked.connect(self._take_in)
        self.body.addLayout(line_of(self.play, self.take))
        self.outcome = Outcome()
        self.body.addWidget(self.outcome)
        self._copying.started.connect(self._update)
        self._copying.ended.connect(self._update)
        self.hide()
        self._update()

    @property
    def chosen(self) -> list[int]:
        """The turns that are ticked."""
        items = ((turn, self.table.item(row, 0)) for row, turn in enumerate(self._turns))
        return [turn.id for turn, item in items if item is not None and item.checkState() == Qt.CheckState.Checked]

    def set_idle(self, idle: bool) -> None:
        """Whether commands can be run on the job."""
        self._idle = idle
        self._update()

    def read(self) -> None:
        """Look which corrections there are for the job."""
        job, store = self._desk.job, self._desk.context.store
        if job is None:
            self.hide()
            return
        folder, code = job.folder, job.language.code

        def found(answer: tuple[list[Turn], dict[str, str]]) -> None:
            if self._desk.job is not None and self._desk.job.folder == folder:
                self._show(folder, *answer)

        self._reading.run(lambda report: (offered(store, code), copied(folder)), found, self._desk.failed.emit)

    def _show(self, job: Path, turns: list[Turn], there: dict[str, str]) -> None:
        language = self._desk.job.language.name if self._desk.job is not None else ""
        self.heading.setText(self.tr("Corrections you made: {0}, in {1}").format(len(turns), language))
        self.setAccessibleName(self.heading.text())
        self.setVisible(bool(turns))
        if (job, turns, there) != (self._job, self._turns, self._there):
            ticked = frozenset(self.chosen) if job == self._job else frozenset()
            self._job, self._turns, self._there = job, turns, there
            with QSignalBlocker(self.table):
                self._fill(ticked)
        self._update()

    def _fill(self, ticked: frozenset[int]) -> None:
        self.table.setRowCount(len(self._turns))
        for row, turn in enumerate(self._turns):
            there = self._there.get(str(turn.id)) == turn.question
            texts = (
                turn.misheard,
                turn.question,
                turn.question_language or self.tr("unknown"),
                self.tr("in the job") if there else "",
            )
            for column, text in enumerate(texts):
                item = QTableWidgetItem(" ".join(text.split()))
                item.setToolTip(text)
                item.setFlags(Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled)
                if column == 0:
                    item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                    item.setCheckState(Qt.CheckState.Checked if turn.id in ticked else Qt.CheckState.Unchecked)
                self.table.setItem(row, column, item)

    def _update(self) -> None:
        self.play.setEnabled(bool(self.table.selectedItems()))
        self.take.setEnabled(self._idle and not self._copying.running and bool(self.chosen))

    def _hear(self) -> None:
        row, store = self.table.currentRow(), self._desk.context.store
        if not 0 <= row < len(self._turns):
            return
        number = self._turns[row].id
        gone = self.tr("The sound of this question is not there any more; choose another one.")

        def read() -> Sound:
            sound = store.sound(number, "question")
            if sound is None:
                raise CslmError(gone)
            return sound

        hear_sound(self._desk.context, read, self.outcome.fail)

    def _take_in(self) -> None:
        job, store, speaker, chosen = self._desk.job, self._desk.context.store, self._speaker().strip(), self.chosen
        if job is None:
            return
        if not speaker:
            self.outcome.fail(self.tr("Nobody is named; say above who speaks, then take them in."))
            return
        self.outcome.tell("")
        folder, code = job.folder, job.language.code

        def ready(corrections: Path | None) -> None:
            self.read()
            if corrections is None:
                self._desk.failed.emit(self.tr("None of these corrections is there any more; choose others."))
            elif self._desk.job is not None and self._desk.job.folder == folder:
                self._desk.run("speech", corrections, "--speaker", speaker, done=self._taken)

        self._copying.run(
            lambda report: copy_corrections(store, folder, code, speaker, chosen), ready, self.outcome.fail
        )
