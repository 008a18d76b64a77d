"""The small editor in which a misheard question is corrected. Knows nothing of turns."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

__all__ = ["QuestionEditor"]


class QuestionEditor(QWidget):
    """Enter asks again, Esc gives up, Shift+Enter begins a new line."""

    accepted = Signal(str)
    cancelled = Signal()

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field = QPlainTextEdit(text)
        self._field.setAccessibleName(self.tr("Corrected question"))
        self._field.setAccessibleDescription(self.tr("Enter asks again, Escape keeps the question as it was."))
        self._field.setTabChangesFocus(True)
        lines = max(2, min(5, 1 + len(text) // 50))
        self._field.setFixedHeight(lines * self._field.fontMetrics().lineSpacing() + 22)
        self._field.installEventFilter(self)
        ask = QPushButton(self.tr("Ask again"))
        ask.setProperty("role", "primary")
        ask.clicked.connect(self._accept)
        cancel = QPushButton(self.tr("Cancel"))
        cancel.clicked.connect(self.cancelled)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(cancel)
        buttons.addWidget(ask)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addWidget(self._field)
        layout.addLayout(buttons)

    def begin(self) -> None:
        """Put the caret at the end of the text."""
        self._field.setFocus()
        self._field.moveCursor(QTextCursor.MoveOperation.End)

    def _accept(self) -> None:
        self.accepted.emit(self._field.toPlainText().strip())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            if event.key() == Qt.Key.Key_Escape:  # here it is no shortcut to stop
                event.accept()
                return True
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
                self._accept()
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.cancelled.emit()
                return True
        return super().eventFilter(watched, event)
