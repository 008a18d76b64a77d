"""Curves of a training. Loads pyqtgraph, so it is imported when curves are first shown. Knows nothing of records."""

from __future__ import annotations

from typing import Any, Final

import pyqtgraph
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from app.window.theme import tokens_of

__all__ = ["Curves"]

_COLOURS: Final = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
_STYLES: Final = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine, Qt.PenStyle.DashDotLine)
_SMOOTH: Final = 0.9


class Curves(QWidget):
    """The loss of the steps, smoothed, and the losses on held-out speech by task; told apart by colour and by line."""

    def __init__(self, name: str, x_name: str, y_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._plot: Any = pyqtgraph.PlotWidget()
        self._plot.setMouseEnabled(x=True, y=False)
        self._plot.setMenuEnabled(False)
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._plot.hideButtons()
        self._plot.setLabel("bottom", x_name)
        self._plot.setLabel("left", y_name)
        self._plot.showGrid(x=False, y=True, alpha=0.25)
        self._legend: Any = self._plot.addLegend(offset=(-10, 10), colCount=2)
        self._curves: dict[str, Any] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._plot)
        self.setFixedHeight(280)
        self.paint()

    def paint(self) -> None:
        """Take on the colours of the theme."""
        tokens = tokens_of(QApplication.palette())
        self._plot.setBackground(tokens.surface)
        for side in ("bottom", "left"):
            axis = self._plot.getAxis(side)
            axis.setPen(tokens.border)
            axis.setTextPen(tokens.faint)
        ground = QColor(tokens.surface)
        ground.setAlphaF(0.85)
        self._legend.setBrush(pyqtgraph.mkBrush(ground))
        self._legend.setLabelTextColor(tokens.text)

    def show_curves(self, curves: dict[str, dict[int, float]], smooth: frozenset[str] = frozenset()) -> None:
        """By name, then by step; those in `smooth` are averaged over some steps."""
        for name in [name for name in self._curves if name not in curves]:
            self._plot.removeItem(self._curves.pop(name))
        for number, (name, values) in enumerate(curves.items()):
            if name not in self._curves:
                pen = pyqtgraph.mkPen(_COLOURS[number % len(_COLOURS)], width=2, style=_STYLES[number % len(_STYLES)])
                marks = (
                    {}
                    if name in smooth
                    else {"symbol": "o", "symbolSize": 5, "symbolBrush": pen.color(), "symbolPen": None}
                )
                self._curves[name] = self._plot.plot(name=name, pen=pen, **marks)
            steps = sorted(values)
            heights = [values[step] for step in steps]
            self._curves[name].setData(steps, _smoothed(heights) if name in smooth else heights)


def _smoothed(values: list[float]) -> list[float]:
    """A running mean that forgets, without the pull of its beginning."""
    smooth, mean, weight = [], 0.0, 0.0
    for value in values:
        mean, weight = _SMOOTH * mean + (1 - _SMOOTH) * value, _SMOOTH * weight + (1 - _SMOOTH)
        smooth.append(mean / weight)
    return smooth
