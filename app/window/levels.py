"""The level of the microphone as a bar. Knows nothing of devices."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from app.window.theme import tokens_of

__all__ = ["LevelMeter", "level_fraction"]

_LOWEST: Final = -60.0
_FALL: Final = 0.82


def level_fraction(dbfs: float) -> float:
    """Where a level stands between silence (0) and full scale (1)."""
    return max(0.0, min(1.0, (dbfs - _LOWEST) / -_LOWEST))


class LevelMeter(QWidget):
    """Falls slower than it rises. Speech is a full bar, other sound a hollow one, so that colour is not all."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Microphone level"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._fraction = 0.0
        self._speech = 0.0
        self._clipped = False

    @property
    def fraction(self) -> float:
        return self._fraction

    def show_level(self, dbfs: float, speech: float, clipped: bool) -> None:
        fraction = max(level_fraction(dbfs), self._fraction * _FALL)
        changed = abs(fraction - self._fraction) > 0.004 or clipped != self._clipped or abs(speech - self._speech) > 0.1
        self._fraction, self._speech, self._clipped = fraction, speech, clipped
        if changed:
            self.setAccessibleDescription(self.tr("too loud") if clipped else f"{dbfs:.0f} dBFS")
            self.update()

    def clear(self) -> None:
        """Nothing is listened to."""
        self._fraction = 0.0
        self.show_level(-100.0, 0.0, clipped=False)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, 10)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_of(QApplication.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        groove = QRectF(0.5, self.height() / 2 - 3, self.width() - 1, 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.hover))
        painter.drawRoundedRect(groove, 3, 3)
        width = groove.width() * self._fraction
        if width >= 2:
            colour = QColor(tokens.danger if self._clipped else tokens.wave)
            bar = QRectF(groove.left(), groove.top(), width, groove.height())
            if self._speech < 0.5 and not self._clipped:
                colour.setAlphaF(0.45)
                bar.adjust(0, 1.5, 0, -1.5)
            painter.setBrush(colour)
            painter.drawRoundedRect(bar, bar.height() / 2, bar.height() / 2)
        painter.end()
