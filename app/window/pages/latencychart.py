"""The waterfalls of turns as a picture: one row for each, one piece for each step, all on one scale of seconds.

The steps carry numbers as well as colours. Knows nothing of where the turns come from.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QSizePolicy, QToolTip, QWidget

from app.store.model import Turn
from app.window.pages.waterfalls import MARKS, Step, steps, total
from app.window.theme import tokens_of

__all__ = ["COLOURS", "Legend", "WaterfallChart", "mark_word", "step_word"]

COLOURS: Final = dict(
    zip(MARKS, ("#8a94a6", "#56b4e9", "#009e73", "#e69f00", "#d55e00", "#f0e442", "#cc79a7", "#4f7cff"), strict=True)
)
"""Told apart by people who see few colours as well."""
_INK: Final = "#10131a"
_LEFT: Final = 150
_RIGHT: Final = 66


def mark_word(mark: str) -> str:
    """A mark, as a moment."""
    return {
        "vad_hangover": QCoreApplication.translate("Latency", "Speech has ended for sure"),
        "tokenizer": QCoreApplication.translate("Latency", "Units of the question"),
        "heard": QCoreApplication.translate("Latency", "Question understood"),
        "first_text": QCoreApplication.translate("Latency", "First text"),
        "first_unit": QCoreApplication.translate("Latency", "First speech unit"),
        "first_mel": QCoreApplication.translate("Latency", "First frames of the spectrum"),
        "first_sound": QCoreApplication.translate("Latency", "First sound made"),
        "played": QCoreApplication.translate("Latency", "First sound heard"),
    }[mark]


def step_word(mark: str) -> str:
    """What is done in the step that ends with a mark."""
    return {
        "vad_hangover": QCoreApplication.translate("Latency", "Waiting for more speech"),
        "tokenizer": QCoreApplication.translate("Latency", "Tokenizer"),
        "heard": QCoreApplication.translate("Latency", "Understanding the question"),
        "first_text": QCoreApplication.translate("Latency", "Beginning the answer"),
        "first_unit": QCoreApplication.translate("Latency", "From text to speech units"),
        "first_mel": QCoreApplication.translate("Latency", "Units of the chunk and flow"),
        "first_sound": QCoreApplication.translate("Latency", "Vocoder"),
        "played": QCoreApplication.translate("Latency", "Loudspeaker"),
    }[mark]


class WaterfallChart(QWidget):
    """Rows for the given turns, the newest at the top."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.turns: list[Turn] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Where the time of each turn went"))

    def show_turns(self, turns: list[Turn]) -> None:
        self.turns = turns
        self.setAccessibleDescription(". ".join(self._spoken(turn) for turn in turns[:5]))
        self.updateGeometry()
        self.update()

    def _spoken(self, turn: Turn) -> str:
        assert turn.waterfall is not None
        parts = ", ".join(f"{step_word(step.mark)} {step.seconds:.2f} s" for step in steps(turn.waterfall))
        return f"{turn.asked:%H:%M:%S}: {parts}"

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange):
            self.updateGeometry()
            self.update()

    @property
    def _row(self) -> int:
        return self.fontMetrics().height() + 14

    def sizeHint(self) -> QSize:
        return QSize(520, self._row * max(1, len(self.turns)) + self.fontMetrics().height() + 12)

    def minimumSizeHint(self) -> QSize:
        return QSize(340, self.sizeHint().height())

    def _scale(self) -> float:
        """Seconds at the right end."""
        longest = max((total(turn.waterfall) for turn in self.turns if turn.waterfall is not None), default=1.0)
        for end in (0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0, 30.0, 60.0):
            if longest <= end:
                return end
        return longest

    def _pieces(self) -> list[tuple[QRectF, Turn, Step]]:
        width, end = self.width() - _LEFT - _RIGHT, self._scale()
        found = []
        for number, turn in enumerate(self.turns):
            assert turn.waterfall is not None
            for step in steps(turn.waterfall):
                left, right = (_LEFT + width * moment / end for moment in (step.start, step.end))
                found.append((QRectF(left, number * self._row + 5, right - left, self._row - 10), turn, step))
        return found

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            for rect, _, step in self._pieces():
                if rect.adjusted(-1, -5, 1, 5).contains(QPointF(event.pos())):
                    took = f"{step_word(step.mark)}: {step.seconds * 1000:.0f} ms"
                    text = f"{took}\n{mark_word(step.mark)}: {step.end:.2f} s"
                    QToolTip.showText(event.globalPos(), text, self)
                    return True
            QToolTip.hideText()
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_of(QApplication.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = self.fontMetrics()
        bottom = self._row * len(self.turns)
        self._axis(painter, bottom)
        for rect, _, step in self._pieces():
            if rect.width() < 0.5:
                continue
            painter.setPen(QPen(QColor(tokens.surface), 1))
            painter.setBrush(QColor(COLOURS[step.mark]))
            painter.drawRoundedRect(rect, 3, 3)
            number = str(MARKS.index(step.mark) + 1)
            if rect.width() > metrics.horizontalAdvance(number) + 6:
                painter.setPen(QColor(_INK))
                painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, number)
        for place, turn in enumerate(self.turns):
            assert turn.waterfall is not None
            row = QRectF(0, place * self._row, self.width(), self._row)
            painter.setPen(QColor(tokens.faint))
            when = f"{turn.asked:%H:%M:%S}"
            painter.drawText(row, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, when)
            left = metrics.horizontalAdvance(when) + 10
            question = metrics.elidedText(turn.question, Qt.TextElideMode.ElideRight, _LEFT - left - 10)
            painter.setPen(QColor(tokens.text))
            painter.drawText(
                row.adjusted(left, 0, 0, 0), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, question
            )
            painter.drawText(
                row,
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                f"{total(turn.waterfall):.2f} s",
            )
        painter.end()

    def _axis(self, painter: QPainter, bottom: float) -> None:
        tokens, end = tokens_of(QApplication.palette()), self._scale()
        width = self.width() - _LEFT - _RIGHT
        for part in range(5):
            x = _LEFT + width * part / 4
            painter.setPen(QPen(QColor(tokens.border), 1))
            painter.drawLine(QPointF(x, 0), QPointF(x, bottom + 3))
            painter.setPen(QColor(tokens.faint))
            label = QRectF(x - 40, bottom + 4, 80, self.fontMetrics().height())
            painter.drawText(label, Qt.AlignmentFlag.AlignCenter, f"{end * part / 4:g} s")


class Legend(QWidget):
    """A number and a colour for one step, before its word."""

    def __init__(self, mark: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mark = mark
        self.setFixedSize(22, 18)
        self.setAccessibleName(str(MARKS.index(mark) + 1))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(COLOURS[self._mark]))
        painter.drawRoundedRect(QRectF(self.rect()), 4, 4)
        painter.setPen(QColor(_INK))
        painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, str(MARKS.index(self._mark) + 1))
        painter.end()
