"""The key that stops works always: in a field that has a use for it itself, in a menu, in a dialogue.

A shortcut of the window is not heard there. While something is being said or thought about, the key stops that and
nothing else, so that a correction or a dialogue is still there; what it means in its place it means again afterwards.
Knows nothing of how a reply is stopped.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QWindow
from shiboken6 import isValid

__all__ = ["HardStop"]


class HardStop(QObject):
    """`busy` says whether there is something to stop; `key` is the shortcut now, perhaps none."""

    def __init__(
        self,
        app: QGuiApplication,
        key: Callable[[], QKeySequence],
        busy: Callable[[], bool],
        stop: Callable[[], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._key, self._busy, self._stop = key, busy, stop
        self._watched: QWindow | None = None
        app.focusWindowChanged.connect(self._watch)
        self._watch(app.focusWindow())

    def _watch(self, window: QWindow | None) -> None:
        # Windows get few events, widgets many: so what has the keyboard is watched, and not all of the application.
        if self._watched is not None and isValid(self._watched):
            self._watched.removeEventFilter(self)
        self._watched = window
        if window is not None:
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self._busy():
            key = self._key()
            if not key.isEmpty() and QKeySequence(event.keyCombination()) == key:
                if not event.isAutoRepeat():
                    self._stop()
                return True
        return super().eventFilter(watched, event)
