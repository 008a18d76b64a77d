"""An icon that is only looked at: beside a sentence or a state, in the colours of the theme. Knows no meaning."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.window import theme
from app.window.icons import pixmap

__all__ = ["Picture"]


class Picture(QWidget):
    """`ink` is the name of a colour in the theme's tokens. What it means is said by the text beside it."""

    def __init__(self, name: str, size: int = 18, *, ink: str = "text", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._ink = ink
        self._size = size
        self.setFixedSize(size, size)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_picture(self, name: str, ink: str | None = None) -> None:
        if (name, ink or self._ink) != (self._name, self._ink):
            self._name, self._ink = name, ink or self._ink
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._size, self._size)

    def paintEvent(self, event: QPaintEvent) -> None:
        colour = getattr(theme.tokens_of(QApplication.palette()), self._ink)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, pixmap(self._name, colour, self._size, self.devicePixelRatioF()))
        painter.end()
