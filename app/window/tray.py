"""The icon in the tray, where there is one: mute, show the window, quit. Knows nothing of sessions."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from app.session.notices import StateChanged
from app.window.context import Context
from app.window.icons import icon
from app.window.statusline import state_word

__all__ = ["Tray"]


class Tray(QObject):
    raise_wanted = Signal()
    quit_wanted = Signal()

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._icon = QSystemTrayIcon(self)
        self._menu = QMenu()
        self._menu.setAccessibleName("CSLM")
        self._menu.addAction(self.tr("Show the window")).triggered.connect(self.raise_wanted)
        self._mute = self._menu.addAction(self.tr("Mute"))
        self._mute.setCheckable(True)
        self._mute.triggered.connect(context.commands.set_muted)
        self._menu.addSeparator()
        self._menu.addAction(self.tr("Quit")).triggered.connect(self.quit_wanted)
        self._icon.setContextMenu(self._menu)
        self._icon.activated.connect(self._clicked)
        context.bridge.state_changed.connect(self._show_state)
        self._show_state(context.bridge.state)
        self._icon.show()

    @staticmethod
    def available() -> bool:
        """Whether this desktop has a tray."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    def hide(self) -> None:
        self._icon.hide()
        self._menu.deleteLater()

    def _clicked(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason == QSystemTrayIcon.ActivationReason.Trigger:
            self.raise_wanted.emit()

    def _show_state(self, state: StateChanged) -> None:
        self._mute.setChecked(state.muted)
        self._icon.setIcon(icon("mic-off" if state.muted else "mic", "#5b8def", 22))
        self._icon.setToolTip(f"CSLM: {state_word(state)}")
