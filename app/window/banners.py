"""What the user must know above the conversation: problems with the button that mends them, and passing news.

Knows nothing of how a problem is mended; it asks the session or opens a page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.session.notices import DeviceNotice, Problem
from app.window.announce import announce
from app.window.buttons import IconButton
from app.window.context import Context
from app.window.pictures import Picture
from app.window.sentences import in_words

__all__ = ["Banners"]

_MOST: Final = 3
_NEWS_MS: Final = 7000


class _Banner(QFrame):
    def __init__(self, picture: str, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "banner")
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(14, 6, 8, 6)
        self.row.setSpacing(10)
        self.row.addWidget(Picture(picture, 18, ink="on_warning"))
        self.label = QLabel(sentence)
        self.label.setWordWrap(True)
        self.row.addWidget(self.label, 1)


class Banners(QWidget):
    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(20, 0, 20, 0)
        self._layout.setSpacing(6)
        self._shown: dict[str, tuple[Problem, _Banner]] = {}
        self._news = _Banner("info", "")
        close = IconButton("close", self.tr("Close"), size=14)
        close.clicked.connect(self._news.hide)
        self._news.row.addWidget(close)
        self._news.hide()
        self._layout.addWidget(self._news)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_NEWS_MS)
        self._timer.timeout.connect(self._news.hide)
        context.bridge.problems_changed.connect(self.refresh)
        context.bridge.device_changed.connect(self._device)
        context.background.failed.connect(self.tell)
        self.refresh()

    def tell(self, sentence: str) -> None:
        """Say something that needs no answer; it goes by itself."""
        self._news.label.setText(sentence)
        self._news.show()
        self._timer.start()
        announce(self, sentence)

    @property
    def news(self) -> str:
        """What is being told; empty if nothing is."""
        return "" if self._news.isHidden() else self._news.label.text()

    def _device(self, notice: DeviceNotice) -> None:
        if notice.sentence:
            self.tell(in_words(notice.sentence))

    def refresh(self) -> None:
        """Show the problems that stand, the newest ones."""
        problems = dict(list(self._context.bridge.problems.items())[-_MOST:])
        for key, (problem, banner) in list(self._shown.items()):
            if problems.get(key) != problem:
                banner.hide()
                banner.deleteLater()
                del self._shown[key]
        for key, problem in problems.items():
            if key not in self._shown:
                banner = self._make(problem)
                self._layout.insertWidget(0, banner)
                self._shown[key] = (problem, banner)
                announce(self, banner.label.text(), urgent=True)

    def _make(self, problem: Problem) -> _Banner:
        sentence = in_words(problem.sentence)
        banner = _Banner("warning", sentence)
        remedies: dict[str, tuple[str, Callable[[], None]]] = {
            "restart-engine": (self.tr("Restart the engine"), self._context.commands.restart_engine),
            "choose-pack": (self.tr("Choose a pack"), lambda: self._context.show_page("packs")),
            "choose-device": (self.tr("Choose a device"), lambda: self._context.show_page("settings")),
            "open-log": (self.tr("Open the log"), self._open_log),
            "retry": (self.tr("Try again"), self._context.commands.restart_engine),
        }
        if problem.remedy:
            text, do = remedies[problem.remedy]
            button = QPushButton(text)
            button.setAccessibleDescription(sentence)
            button.clicked.connect(do)
            banner.row.addWidget(button)
        close = IconButton("close", self.tr("Close"), size=14)
        close.setAccessibleDescription(sentence)
        close.clicked.connect(lambda: self._context.bridge.dismiss(problem.key))
        banner.row.addWidget(close)
        return banner

    def _open_log(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._context.log_folder)))
