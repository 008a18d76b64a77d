"""A step of the wizard: a card that says what it is for, how far it is, and what it found. Knows no step itself."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QPushButton, QTableWidget, QVBoxLayout, QWidget

from app.window.pages.parts import Card, label, wrapped
from app.window.pages.wizard.desk import Desk, Snapshot
from app.window.pictures import Picture
from app.window.sentences import in_words
from trainer.language.job import StepState

_COUNTED: Final = frozenset(
    {"usable", "rejected", "seconds", "speakers", "train", "dev", "test", "left-out", "translations", "types", "items",
     "done", "tokens", "rows"}
)  # fmt: skip

__all__ = [
    "StepWidget",
    "count_word",
    "described",
    "line_of",
    "phase_picture",
    "phase_word",
    "step_title",
    "table_of_rows",
]


def step_title(step: str) -> str:
    """The name of a step."""
    return {
        "language": QCoreApplication.translate("Steps", "Language"),
        "speech": QCoreApplication.translate("Steps", "Speech"),
        "texts": QCoreApplication.translate("Steps", "Translations"),
        "gate": QCoreApplication.translate("Steps", "Can it speak?"),
        "plan": QCoreApplication.translate("Steps", "Plan"),
        "training": QCoreApplication.translate("Steps", "Training"),
        "scorecard": QCoreApplication.translate("Steps", "Scorecard"),
        "install": QCoreApplication.translate("Steps", "Install"),
    }[step]


def phase_word(state: StepState | None, outdated: bool = False) -> str:
    """How far a step is, in words."""
    if outdated:
        return QCoreApplication.translate("Steps", "an earlier step has changed since")
    return {
        "pending": QCoreApplication.translate("Steps", "not begun"),
        "running": QCoreApplication.translate("Steps", "running"),
        "done": QCoreApplication.translate("Steps", "done"),
        "failed": QCoreApplication.translate("Steps", "failed"),
        "interrupted": QCoreApplication.translate("Steps", "interrupted"),
    }[state.phase if state is not None else "pending"]


def phase_picture(state: StepState | None, outdated: bool = False) -> tuple[str, str]:
    """The picture of `phase_word` and its ink."""
    if outdated:
        return "warning", "text"
    return {
        "pending": ("more", "faint"),
        "running": ("think", "accent"),
        "done": ("ready", "good"),
        "failed": ("warning", "danger"),
        "interrupted": ("pause", "text"),
    }[state.phase if state is not None else "pending"]


def count_word(name: str) -> str:
    """What a number of a step counts."""
    return {
        "usable": QCoreApplication.translate("Steps", "usable utterances"),
        "rejected": QCoreApplication.translate("Steps", "rejected rows"),
        "seconds": QCoreApplication.translate("Steps", "seconds of speech"),
        "speakers": QCoreApplication.translate("Steps", "speakers"),
        "train": QCoreApplication.translate("Steps", "for training"),
        "dev": QCoreApplication.translate("Steps", "for watching the training"),
        "test": QCoreApplication.translate("Steps", "kept for the test"),
        "left-out": QCoreApplication.translate("Steps", "left out"),
        "translations": QCoreApplication.translate("Steps", "translations"),
        "types": QCoreApplication.translate("Steps", "kinds of questions"),
        "items": QCoreApplication.translate("Steps", "judged"),
        "done": QCoreApplication.translate("Steps", "steps done"),
        "tokens": QCoreApplication.translate("Steps", "tokens"),
        "rows": QCoreApplication.translate("Steps", "rows read"),
    }[name]


def described(button: QPushButton, description: str) -> QPushButton:
    """The button with a sentence that says more than its text."""
    button.setAccessibleDescription(description)
    button.setToolTip(description)
    return button


def line_of(*widgets: QWidget) -> QHBoxLayout:
    """Controls beside one another."""
    line = QHBoxLayout()
    line.setSpacing(10)
    for widget in widgets:
        line.addWidget(widget)
    line.addStretch(1)
    return line


def table_of_rows(name: str, headings: list[str]) -> QTableWidget:
    """A table that is read: whole rows are selected, one at a time; `name` for screen readers."""
    table = QTableWidget(0, len(headings))
    table.setAccessibleName(name)
    table.setHorizontalHeaderLabels(headings)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setTabKeyNavigation(False)
    table.setWordWrap(False)
    table.setShowGrid(False)
    table.verticalHeader().hide()
    return table


class StepWidget(QWidget):
    """`show_snapshot` is called whenever something has changed; `controls` is where a step puts its own."""

    def __init__(self, desk: Desk, step: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.step = step
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(14)
        card = Card(step_title(step))
        layout.addWidget(card)
        self._lead = wrapped("", "faint")
        card.body.addWidget(self._lead)
        self._picture = Picture("more", 18, ink="faint")
        self.phase = wrapped("", selectable=True)
        line = QHBoxLayout()
        line.addWidget(self._picture)
        line.addWidget(self.phase, 1)
        card.body.addLayout(line)
        self.counts = wrapped("", "faint", selectable=True)
        card.body.addWidget(self.counts)
        self.remarks = wrapped("", selectable=True)
        card.body.addWidget(self.remarks)
        self.controls = QVBoxLayout()
        self.controls.setSpacing(10)
        card.body.addLayout(self.controls)
        self.below = layout
        self._buttons: list[QPushButton] = []

    def set_lead(self, lead: str) -> None:
        """What the step is for."""
        self._lead.setText(lead)

    def button(self, text: str, description: str, *, primary: bool = False) -> QPushButton:
        """A button that rests while somebody works on the job."""
        made = described(QPushButton(text), description)
        if primary:
            made.setProperty("role", "primary")
        self._buttons.append(made)
        return made

    def row(self, *widgets: QWidget) -> None:
        """Controls beside one another."""
        self.controls.addLayout(line_of(*widgets))

    def heading(self, text: str, lead: str = "") -> None:
        """Something of its own within the step."""
        self.controls.addWidget(label(text, "heading"))
        if lead:
            self.controls.addWidget(wrapped(lead, "faint"))

    def describe_state(self, state: StepState | None, outdated: bool) -> tuple[str, tuple[str, str]]:
        """How far it is: in words, and as a picture with its ink."""
        return phase_word(state, outdated), phase_picture(state, outdated)

    def show_snapshot(self, snapshot: Snapshot | None) -> None:
        """Show how far the step is."""
        state = snapshot.states[self.step] if snapshot is not None else None
        outdated = snapshot is not None and self.step in snapshot.outdated
        word, picture = self.describe_state(state, outdated)
        self._picture.show_picture(*picture)
        sentence = in_words(state.sentence) if state is not None else ""
        text = QCoreApplication.translate("Steps", "{0}: {1}").format(word, sentence) if sentence else word
        self.phase.setText(text[:1].upper() + text[1:])
        shown = _COUNTED if self.step == "speech" else _COUNTED - {"seconds"}  # those of a plan are not of speech
        counts = {name: count for name, count in (state.counts if state is not None else {}).items() if name in shown}
        counted = QCoreApplication.translate("Steps", "{0} {1}", "how many, and of what")
        self.counts.setText("  ·  ".join(counted.format(count, count_word(name)) for name, count in counts.items()))
        self.counts.setVisible(bool(counts))
        details = state.details if state is not None else {}
        said = [str(remark) for name in ("remarks", "sentences") for remark in details.get(name) or ()]
        said = [sentence for sentence in said if state is None or sentence != state.sentence]
        last = str(details.get("last", ""))
        self.remarks.setText("\n".join(in_words(sentence) for sentence in [*([last] if last else []), *said]))
        self.remarks.setVisible(bool(said or last))
        for button in self._buttons:
            button.setEnabled(snapshot is not None and not self.desk.busy)
