"""The middle of the window: header, banners, the turns or a welcome, and the composer.

Knows nothing of other pages.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from app.session.notices import ConversationOpened, WordSpoken
from app.store.model import Turn
from app.window.announce import announce
from app.window.banners import Banners
from app.window.composer import Composer
from app.window.context import Context
from app.window.conversation.view import TurnsView
from app.window.header import Header
from app.window.sentences import in_words

__all__ = ["ConversationPanel"]

_QUESTIONS: Final = {
    "en": ("What is the capital of Brazil?", "Why is the sky blue?"),
    "zh": ("一分钟有多少秒？", "为什么会下雨？"),
}


class _Welcome(QWidget):
    """What a new conversation shows: how to begin, and questions to begin with."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        title = QLabel(self.tr("Ask me something"))
        title.setProperty("role", "title")
        self._private = QLabel(self.tr("This conversation is private: nothing of it is stored."))
        text = QLabel(self.tr("Speak, type, or drop a sound file here. You can interrupt me at any time."))
        text.setWordWrap(True)
        for label in (title, self._private, text):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        for label in (self._private, text):
            label.setProperty("role", "faint")
        self._examples = QVBoxLayout()
        self._examples.setSpacing(8)
        layout = QVBoxLayout(self)
        layout.addStretch(3)
        layout.addWidget(title)
        layout.addWidget(text)
        layout.addWidget(self._private)
        layout.addSpacing(14)
        layout.addLayout(self._examples)
        layout.addStretch(4)
        context.bridge.pack_ready.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        conversation, pack = self._context.bridge.conversation, self._context.bridge.pack
        self._private.setVisible(conversation is not None and conversation.private)
        while (item := self._examples.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for code in pack.languages if pack is not None else ():
            for question in _QUESTIONS.get(code, ()):
                button = QPushButton(question)
                button.setAccessibleDescription(self.tr("Ask this question"))
                button.clicked.connect(partial(self._ask, question))
                self._examples.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)

    def _ask(self, question: str) -> None:
        self._context.commands.ask_text(question)


class ConversationPanel(QWidget):
    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        bridge = context.bridge
        self.header = Header(context)
        self.banners = Banners(context)
        self.view = TurnsView(context)
        self.welcome = _Welcome(context)
        self.composer = Composer(context)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.welcome)
        self._stack.addWidget(self.view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.header)
        layout.addWidget(self.banners)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self.composer)
        bridge.conversation_opened.connect(self._show)
        bridge.turn_changed.connect(self._turn)
        bridge.turn_removed.connect(self._removed)
        bridge.word_spoken.connect(self._spoken)
        self.view.copied.connect(lambda: self.banners.tell(self.tr("Copied.")))
        if bridge.conversation is not None:
            self._show(ConversationOpened(bridge.conversation, tuple(bridge.turns.values())))

    def _show(self, opened: ConversationOpened) -> None:
        self.view.show_turns(opened.turns)
        self.welcome.refresh()
        self._stack.setCurrentWidget(self.view if opened.turns else self.welcome)

    def _turn(self, turn: Turn) -> None:
        if self._stack.currentWidget() is not self.view:
            self._stack.setCurrentWidget(self.view)
        self.view.show_turn(turn)
        if turn.state == "done" and not any(chunk.seconds for chunk in turn.chunks):
            announce(self, turn.reply)  # it is not spoken: the screen reader does it
        elif turn.problem:
            announce(self, in_words(turn.problem))

    def _removed(self, turn: int) -> None:
        self.view.remove_turn(turn)
        if not self.view.turns:
            self._stack.setCurrentWidget(self.welcome)

    def _spoken(self, spoken: WordSpoken) -> None:
        self.view.show_spoken(spoken.turn, spoken.chunk, spoken.word)
