"""What must be said under a reply, with the button that mends it: another language than wanted, a reply that failed.

Knows nothing of where it is shown.
"""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from app.store.model import Turn
from app.window.commands import Commands
from app.window.conversation.wording import language_name
from app.window.pictures import Picture
from app.window.sentences import in_words

__all__ = ["Note", "NoteRow", "notes_of"]


class Note(NamedTuple):
    sentence: str
    button: str
    turn: int
    language: str
    """The reply language to ask again for."""


def notes_of(turn: Turn) -> list[Note]:
    """The rows under a turn, most important first."""
    notes = []
    wanted = turn.wanted_language if turn.wanted_language not in ("", "auto") else turn.question_language
    if turn.problem:
        button = QCoreApplication.translate("Turn", "Try again") if turn.question else ""
        notes.append(Note(in_words(turn.problem), button, turn.id, turn.wanted_language or "auto"))
    if turn.off_target:
        sentence = QCoreApplication.translate("Turn", "Answered in {0}, wanted was {1}.")
        button = QCoreApplication.translate("Turn", "Ask again in {0}").format(language_name(wanted))
        notes.append(
            Note(sentence.format(language_name(turn.reply_language), language_name(wanted)), button, turn.id, wanted)
        )
    return notes


class NoteRow(QFrame):
    """An icon, a sentence, a button."""

    def __init__(self, note: Note, commands: Commands, parent: QWidget) -> None:
        super().__init__(parent)
        self.note = note
        self.setProperty("role", "banner")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 4, 6, 4)
        layout.addWidget(Picture("warning", 16, ink="on_warning"))
        label = QLabel(note.sentence)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout.addWidget(label, 1)
        if note.button:
            button = QPushButton(note.button)
            button.clicked.connect(lambda: commands.again(note.turn, note.language))
            layout.addWidget(button)
