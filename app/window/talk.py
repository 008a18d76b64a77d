"""The big button to talk with: hold it, or tap it once to begin and once more to end. A ring shows the level.

Knows nothing of sessions.
"""

from __future__ import annotations

import time
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from app.window.icons import pixmap
from app.window.levels import level_fraction
from app.window.theme import tokens_of

__all__ = ["TalkButton"]

_TAP: Final = 0.3
"""Seconds; whoever lets go sooner wants to talk without holding."""


class TalkButton(QAbstractButton):
    talk = Signal(bool)
    """True: the user begins to talk; False: ends."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedSize(64, 64)
        self._talking = False
        self._latched = False
        self._since = 0.0
        self._level = 0.0
        self._listening = False
        self._muted = False
        self.pressed.connect(self._down)
        self.released.connect(self._up)
        self._name()

    @property
    def talking(self) -> bool:
        return self._talking

    def show_state(self, *, listening: bool, muted: bool, hint: str) -> None:
        if muted or (self._listening and not listening):
            self._let_go()
        self._listening, self._muted = listening, muted
        if muted:
            self._level = 0.0
        self.setAccessibleDescription(hint)
        self.setToolTip(hint)
        self.update()

    def show_level(self, dbfs: float) -> None:
        level = max(level_fraction(dbfs), self._level * 0.8)
        if abs(level - self._level) > 0.01:
            self._level = level
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(64, 64)

    def _let_go(self) -> None:
        """The question is over, whoever ended it (Stop, a typed one): the next tap begins another."""
        self._talking = self._latched = False
        self._name()

    def _down(self) -> None:
        if self._latched:
            return
        if self._muted:
            self.talk.emit(True)  # whoever hears it says why nothing is heard
            self.talk.emit(False)
            return
        self._since = time.monotonic()
        self._set(True)

    def _up(self) -> None:
        if self._latched:
            self._latched = False
            self._set(False)
        elif not self._talking:
            return
        elif time.monotonic() - self._since < _TAP:
            self._latched = True
            self._name()
        else:
            self._set(False)

    def _set(self, talking: bool) -> None:
        if talking != self._talking:
            self._talking = talking
            self._name()
            self.talk.emit(talking)
            self.update()

    def _name(self) -> None:
        self.setAccessibleName(self.tr("End the question") if self._latched else self.tr("Talk"))

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_of(QApplication.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        centre = QPointF(self.width() / 2, self.height() / 2)
        active = self._talking or self._listening
        painter.setPen(Qt.PenStyle.NoPen)
        if self._level > 0.05:
            ring = QColor(tokens.accent)
            ring.setAlphaF(0.28)
            painter.setBrush(ring)
            painter.drawEllipse(centre, 24 + 8 * self._level, 24 + 8 * self._level)
        ready = self.isEnabled() and not self._muted
        painter.setBrush(QColor(tokens.accent if ready else tokens.border))
        painter.drawEllipse(centre, 24.0, 24.0)
        if active:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.on_accent), 2))
            painter.drawEllipse(centre, 20.0, 20.0)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.text), 2))
            painter.drawEllipse(centre, 27.0, 27.0)
        name = "stop" if self._latched else "mic-off" if self._muted else "mic"
        picture = pixmap(name, tokens.on_accent if ready else tokens.faint, 24, self.devicePixelRatioF())
        painter.drawPixmap(QRectF(centre.x() - 12, centre.y() - 12, 24, 24), picture, QRectF(picture.rect()))
        painter.end()
