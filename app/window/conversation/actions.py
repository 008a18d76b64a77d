"""The small bar of what can be done with a turn; one for all turns, shown at the one that is looked at.

Knows nothing of the layout of turns.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from app.store.model import Turn
from app.window.buttons import IconButton
from app.window.context import Context
from app.window.conversation.wording import language_name

__all__ = ["TurnActions"]


class TurnActions(QWidget):
    edit_wanted = Signal()
    removal_wanted = Signal()
    copied = Signal()

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self.turn: Turn | None = None
        self.setAccessibleName(self.tr("What can be done with this turn"))
        self.replay = IconButton("replay", self.tr("Play the answer again"), size=16, ink="faint")
        self.hear = IconButton("speaker", self.tr("Play the question"), size=16, ink="faint")
        self.copy = IconButton("copy", self.tr("Copy question and answer"), size=16, ink="faint")
        self.edit = IconButton("pencil", self.tr("Correct the question and ask again"), size=16, ink="faint")
        self.again = IconButton("globe", self.tr("Ask again, also in another language"), size=16, ink="faint")
        self.delete = IconButton("trash", self.tr("Delete this turn"), size=16, ink="faint")
        self.again.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self.again)
        self._menu.setAccessibleName(self.tr("Languages of the answer"))
        self._menu.aboutToShow.connect(self._fill)
        self.again.setMenu(self._menu)
        self.replay.clicked.connect(self._replay)
        self.hear.clicked.connect(self._hear)
        self.copy.clicked.connect(self._copy)
        self.edit.clicked.connect(self.edit_wanted)
        self.delete.clicked.connect(self.removal_wanted)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for button in self.buttons:
            layout.addWidget(button)

    @property
    def buttons(self) -> tuple[IconButton, ...]:
        return (self.replay, self.hear, self.copy, self.edit, self.again, self.delete)

    def show_for(self, turn: Turn) -> None:
        """Offer what fits this turn."""
        self.turn = turn
        over = turn.state in ("done", "interrupted", "failed")
        self.replay.setEnabled(any(chunk.seconds for chunk in turn.chunks))
        self.hear.setVisible(turn.origin != "typed")
        self.edit.setEnabled(turn.state != "listening")
        self.again.setEnabled(over and bool(turn.question))
        self.delete.setEnabled(over)
        self.adjustSize()
        self.show()

    def menu(self) -> QMenu:
        """All of it as a menu, for the right mouse button and the menu key."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName(self.accessibleName())
        for button in self.buttons:
            if button is self.again:
                languages = menu.addMenu(button.icon(), button.accessibleName())
                languages.setEnabled(button.isEnabled())
                self._fill_languages(languages)
            elif not button.isHidden():
                action = menu.addAction(button.icon(), button.accessibleName())
                action.setEnabled(button.isEnabled())
                action.triggered.connect(button.click)
        return menu

    def _fill(self) -> None:
        self._menu.clear()
        self._fill_languages(self._menu)

    def _fill_languages(self, menu: QMenu) -> None:
        turn = self.turn
        if turn is None:
            return
        languages = self._context.bridge.pack.languages if self._context.bridge.pack is not None else []
        same = menu.addAction(self.tr("In the language of the question"))
        same.triggered.connect(lambda: self._context.commands.again(turn.id, "auto"))
        for code in languages:
            action = menu.addAction(self.tr("In {0}").format(language_name(code)))
            action.triggered.connect(lambda _=False, code=code: self._context.commands.again(turn.id, code))

    def _replay(self) -> None:
        if self.turn is not None:
            self._context.commands.replay(self.turn.id)

    def _hear(self) -> None:
        if self.turn is not None:
            self._context.commands.replay_question(self.turn.id)

    def _copy(self) -> None:
        if self.turn is not None:
            QGuiApplication.clipboard().setText(f"{self.turn.question}\n\n{self.turn.reply}".strip())
            self.copied.emit()
