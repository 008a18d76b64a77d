"""Where the user asks: a field to type in, a file, the big button to talk with, mute and stop.

Knows nothing of the conversation above it.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.session.notices import LevelChanged, StateChanged
from app.window.buttons import IconButton
from app.window.context import Context
from app.window.statusline import StatusLine
from app.window.talk import TalkButton

__all__ = ["Composer", "QuestionField"]

_COLUMN: Final = 880


class QuestionField(QPlainTextEdit):
    """Grows with its text up to five lines. Enter asks, Shift+Enter begins a new line."""

    asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "composer")
        self.setPlaceholderText(self.tr("Type a question…"))
        self.setAccessibleName(self.tr("Question"))
        self.setAccessibleDescription(self.tr("Enter asks, Shift and Enter begin a new line."))
        self.setTabChangesFocus(True)
        self.setAcceptDrops(False)  # a file that is dropped belongs to the window
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(2)
        self.document().documentLayout().documentSizeChanged.connect(self._grow)
        self._grow()

    def _grow(self) -> None:
        lines = max(1, min(5, round(self.document().size().height())))
        height = round(lines * self.fontMetrics().lineSpacing()) + 12
        if height != self.height():
            self.setFixedHeight(height)
        self.setVerticalScrollBarPolicy(
            Qt.ScrollBarPolicy.ScrollBarAsNeeded if lines == 5 else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        )

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._grow()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        shifted = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not shifted:
            self.asked.emit()
        else:
            super().keyPressEvent(event)


class Composer(QWidget):
    file_wanted = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        commands, bridge = context.commands, context.bridge
        self.status = StatusLine(context)
        self.file = IconButton("file", self.tr("Ask with a sound file"), ink="faint")
        self.file.clicked.connect(self.file_wanted)
        self.field = QuestionField()
        self.field.asked.connect(self.ask)
        self.field.textChanged.connect(self._update_ask)
        self.ask_button = QPushButton(self.tr("Ask"))
        self.ask_button.setProperty("role", "primary")
        self.ask_button.setAccessibleDescription(self.tr("Ask the typed question"))
        self.ask_button.clicked.connect(self.ask)
        frame = QFrame()
        frame.setProperty("role", "composer")
        inside = QHBoxLayout(frame)
        inside.setContentsMargins(8, 8, 8, 8)
        inside.addWidget(self.file, 0, Qt.AlignmentFlag.AlignBottom)
        inside.addWidget(self.field, 1, Qt.AlignmentFlag.AlignVCenter)
        inside.addWidget(self.ask_button, 0, Qt.AlignmentFlag.AlignBottom)

        self.mute = IconButton("mic-off", self.tr("Mute"), size=20)
        self.mute.setCheckable(True)
        self.mute.clicked.connect(commands.set_muted)
        self.talk = TalkButton()
        self.talk.talk.connect(commands.press)
        self.stop = IconButton("stop", self.tr("Stop"), size=20, description=self.tr("Stop speaking and thinking"))
        self.stop.clicked.connect(commands.stop)
        for button in (self.mute, self.stop):
            button.setFixedSize(QSize(42, 42))

        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(frame, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.mute)
        row.addWidget(self.talk)
        row.addWidget(self.stop)
        column = QWidget()  # no wider than the turns above it
        column.setMaximumWidth(_COLUMN)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addStretch(1)
        outer.addWidget(column, 1000)
        outer.addStretch(1)
        layout = QVBoxLayout(column)
        layout.setContentsMargins(20, 6, 20, 14)
        layout.setSpacing(6)
        layout.addWidget(self.status)
        layout.addLayout(row)
        bridge.state_changed.connect(self._show_state)
        bridge.level_changed.connect(self._show_level)
        self._show_state(bridge.state)
        self._update_ask()

    def ask(self) -> None:
        """Ask what is typed."""
        text = self.field.toPlainText().strip()
        if text:
            self._context.commands.ask_text(text)
            self.field.clear()
        self.field.setFocus()

    def _show_level(self, level: LevelChanged) -> None:
        self.talk.show_level(level.dbfs)

    def _update_ask(self) -> None:
        self.ask_button.setEnabled(bool(self.field.toPlainText().strip()))

    def _show_state(self, state: StateChanged) -> None:
        self.mute.setChecked(state.muted)
        self.mute.show_picture("mic-off" if state.muted else "mic")
        self.mute.rename(
            self.tr("Unmute") if state.muted else self.tr("Mute"),
            self.tr("The microphone is off; switch it on") if state.muted else self.tr("Switch the microphone off"),
        )
        self.stop.setEnabled(state.state in ("listening", "thinking", "speaking", "paused"))
        self.talk.setEnabled(state.mode != "off")
        self.talk.show_state(
            listening=state.state == "listening",
            muted=state.muted,
            hint=(
                self.tr("The microphone is muted; unmute it to talk.")
                if state.muted
                else self.tr("Hold to talk; or tap to begin, and again to end.")
            ),
        )
