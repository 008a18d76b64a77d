"""A pack's scorecard as a picture: a bar for each figure, with what must be reached and what is aimed at.

The scorecard is what `cslm eval --into-pack` has written into the pack. Knows nothing of how it was measured.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from app.window.sentences import in_words
from app.window.theme import tokens_of
from cslm_core.errors import CslmError

__all__ = ["Scorecard", "ScorecardChart", "ScorecardFigure", "read_scorecard"]

SCORECARD: Final = "scorecard.json"
_MAX_BYTES: Final = 8 * 2**20
_UNITS: Final = {"WER", "CER", "share", "s", "ratio", "bytes", "MOS", "1/s", "cosine"}
Met = Literal["aim", "must", "no", ""]


@dataclass(frozen=True, slots=True)
class ScorecardFigure:
    """One measured value; `must` and `aim` are bounds where there are."""

    what: str
    value: float | None
    unit: str
    items: int
    must: float | None = None
    aim: float | None = None
    low: float | None = None
    high: float | None = None
    met: Met = ""

    def written(self, value: float | None) -> str:
        """A value of this figure with its unit; a dash for none."""
        if value is None:
            return "–"
        if self.unit in ("WER", "CER", "share"):
            return f"{value * 100:.1f} %"
        if self.unit == "bytes":
            return f"{value / 1e9:.2f} GB"
        return f"{value:.2f} s" if self.unit == "s" else f"{value:.2f}"

    @property
    def top(self) -> float:
        """Where its bar ends at the right: 1 for a share, else what shows the value and its bounds."""
        if self.unit in ("WER", "CER", "share", "cosine"):
            return max(1.0, self.value or 0.0)
        if self.unit == "MOS":
            return 5.0
        return max(self.value or 0.0, self.must or 0.0, self.aim or 0.0, 1e-9) * 1.15


@dataclass(frozen=True, slots=True)
class Scorecard:
    figures: tuple[ScorecardFigure, ...]
    date: str = ""

    @property
    def judged(self) -> tuple[ScorecardFigure, ...]:
        """Those that something is asked of."""
        return tuple(figure for figure in self.figures if figure.met)

    @property
    def measured(self) -> tuple[ScorecardFigure, ...]:
        return tuple(figure for figure in self.figures if figure.value is not None)


def read_scorecard(folder: Path) -> Scorecard | None:
    """The scorecard in a pack's folder, None if it has none. Raises CslmError when it cannot be understood."""
    path = folder / SCORECARD
    try:
        with path.open("rb") as stream:
            data = stream.read(_MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CslmError(f"The scorecard {path} cannot be read; check that you may read it.") from error
    try:
        if len(data) > _MAX_BYTES:
            raise ValueError("too large")
        written = json.loads(data)
        return Scorecard(tuple(_figure(entry) for entry in written["figures"]), str(written.get("date", "")))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise CslmError(
            f"The scorecard {path} is damaged or of a newer version; run cslm eval --into-pack again."
        ) from error


def _figure(entry: dict[str, Any]) -> ScorecardFigure:
    unit, met = str(entry["unit"]), str(entry.get("met", ""))
    return ScorecardFigure(
        what=str(entry["what"]).strip(),
        value=_number(entry["value"]),
        unit=unit if unit in _UNITS else "",
        items=int(entry["items"]),
        must=_number(entry.get("must")),
        aim=_number(entry.get("aim")),
        low=_number(entry.get("low")),
        high=_number(entry.get("high")),
        met=met if met in ("aim", "must", "no") else "",  # type: ignore[arg-type]
    )


def _number(value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("not a number")
    return float(value)


class ScorecardChart(QWidget):
    """The bars. What a figure's colour says is said by a mark and a word as well."""

    def __init__(self, figures: tuple[ScorecardFigure, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.figures = figures
        self._names = [in_words(figure.what) for figure in figures]
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Scorecard"))
        spoken = [self._spoken(name, figure) for name, figure in zip(self._names, figures, strict=True)]
        self.setAccessibleDescription(". ".join(spoken))
        self.setToolTip(self.tr("Bar: measured. Line: what must be reached. Triangle: what is aimed at."))

    def _spoken(self, name: str, figure: ScorecardFigure) -> str:
        words = [f"{name}: {figure.written(figure.value)}"]
        if figure.met:
            words.append(self._verdict(figure.met))
        return ", ".join(words)

    def _verdict(self, met: Met) -> str:
        return {
            "aim": self.tr("aim reached"),
            "must": self.tr("reached"),
            "no": self.tr("not reached"),
            "": "",
        }[met]

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange):
            self.updateGeometry()
            self.update()

    def _row_height(self) -> int:
        return self.fontMetrics().height() + 22

    def sizeHint(self) -> QSize:
        return QSize(480, max(1, len(self.figures)) * self._row_height() + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(260, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_of(QApplication.palette())
        inks = {"aim": tokens.good, "must": tokens.accent, "no": tokens.danger, "": tokens.wave}
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = self.fontMetrics()
        height = self._row_height()
        for number, (name, figure) in enumerate(zip(self._names, self.figures, strict=True)):
            top = number * height
            verdict = self._verdict(figure.met)
            value = figure.written(figure.value) + (f"  ·  {verdict}" if verdict else "")
            room = self.width() - metrics.horizontalAdvance(value) - 14
            line = QRectF(0, top, self.width(), metrics.height())
            painter.setPen(QColor(tokens.text))
            what = metrics.elidedText(name, Qt.TextElideMode.ElideRight, max(40, room))
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, what)
            painter.setPen(QColor(inks[figure.met] if figure.met else tokens.faint))
            painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, value)
            groove = QRectF(0.5, top + metrics.height() + 4, self.width() - 1, 8)
            self._bar(painter, groove, figure, QColor(inks[figure.met]))
        painter.end()

    def _bar(self, painter: QPainter, groove: QRectF, figure: ScorecardFigure, ink: QColor) -> None:
        tokens = tokens_of(QApplication.palette())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.hover))
        painter.drawRoundedRect(groove, 4, 4)

        def at(value: float) -> float:
            return groove.left() + groove.width() * min(1.0, max(0.0, value / figure.top))

        if figure.value is not None:
            painter.setBrush(ink)
            width = max(4.0, at(figure.value) - groove.left())
            painter.drawRoundedRect(QRectF(groove.left(), groove.top(), width, groove.height()), 4, 4)
        if figure.low is not None and figure.high is not None:
            painter.setPen(QPen(QColor(tokens.text), 1.2))
            middle = groove.center().y()
            painter.drawLine(QPointF(at(figure.low), middle), QPointF(at(figure.high), middle))
        if figure.must is not None:
            painter.setPen(QPen(QColor(tokens.text), 2))
            x = at(figure.must)
            painter.drawLine(QPointF(x, groove.top() - 2), QPointF(x, groove.bottom() + 2))
        if figure.aim is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.text))
            x, bottom = at(figure.aim), groove.bottom() + 1
            painter.drawPolygon(QPolygonF([QPointF(x, bottom), QPointF(x - 4, bottom + 6), QPointF(x + 4, bottom + 6)]))
