"""Sounds in a table, each with buttons to hear it: pairs of original and rebuilt speech, samples of a training.

Knows nothing of where they come from.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtWidgets import QGridLayout, QWidget

from app.window.buttons import IconButton
from app.window.pages.parts import clear_layout, label, wrapped
from app.window.pages.wizard.desk import Desk
from app.window.pages.wizard.listen import hear

__all__ = ["Sounds", "SoundsRow"]


class SoundsRow(NamedTuple):
    texts: tuple[str, ...]
    sounds: tuple[tuple[str, Path], ...]
    """What a button is called, and what it plays."""


class Sounds(QWidget):
    def __init__(self, desk: Desk, heads: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._heads = heads
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(4)
        self._rows: list[SoundsRow] = []
        self.buttons: list[IconButton] = []
        self.hide()

    def show_rows(self, rows: list[SoundsRow]) -> None:
        """Show these in place of those before."""
        if rows == self._rows:
            return
        self._rows = rows
        clear_layout(self._grid)
        self.buttons = []
        self.setVisible(bool(rows))
        for column, head in enumerate(self._heads):
            self._grid.addWidget(label(head, "faint"), 0, column)
        self._grid.setColumnStretch(0, 1)
        for number, row in enumerate(rows, 1):
            for column, text in enumerate(row.texts):
                self._grid.addWidget(wrapped(text) if column == 0 else label(text), number, column)
            for place, (name, path) in enumerate(row.sounds, len(row.texts)):
                button = IconButton("play", name, description=f"{name}: {row.texts[0]}", size=16)
                button.clicked.connect(partial(hear, self._desk.context, path, self._desk.failed.emit))
                self._grid.addWidget(button, number, place)
                self.buttons.append(button)
