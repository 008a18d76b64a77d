"""The running program: context, window, tray and session, and what ties them together.

The window is shown first; then devices, engine and pack are opened in the background. Knows nothing of the
command line.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, QSettings, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication, QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout

from app.audio.room import Room
from app.session.notices import Problem, StateChanged
from app.settings.model import Settings
from app.store.store import Store
from app.window.commands import SessionCommands
from app.window.context import Context
from app.window.garbage import GarbageCollection
from app.window.mainwindow import MainWindow
from app.window.theme import Theme
from app.window.translate import Translations
from app.window.tray import Tray
from cslm_core.errors import CslmError

__all__ = ["OpenSession", "Opened", "Program", "RunningSession"]

_log = logging.getLogger(__name__)


class RunningSession(SessionCommands, Protocol):
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Opened:
    """What was opened in the background."""

    session: RunningSession
    room: Room | None


OpenSession = Callable[[Context], Opened]
"""Called in a background thread; raises CslmError when nothing can be opened."""


class Program(QObject):
    message = Signal(str)
    """A message of another start of the program (`app/support/instance.py`), from any thread."""

    def __init__(
        self,
        app: QApplication,
        *,
        settings: Settings,
        save: Callable[[Settings], None],
        store: Store,
        log_folder: Path,
        remembered: QSettings,
        open_session: OpenSession,
    ) -> None:
        super().__init__(app)
        self._app = app
        self._remembered = remembered
        self._open_session = open_session
        self._opened: Opened | None = None
        self._ended = False
        self._push_to_talk = self._listening = False
        self._coming: MainWindow | None = None
        """A window in another language, until it takes the place of the one that is shown."""
        self._garbage = GarbageCollection(self)
        self._translations = Translations(app)
        self._translations.use(settings.appearance.language)
        theme = Theme(app, settings.appearance.theme, settings.appearance.font_size)
        self.context = Context(
            settings=settings, save=save, store=store, theme=theme, log_folder=log_folder, parent=self
        )
        self.window = self._make_window()
        self.window.restore(remembered)
        self.tray: Tray | None = None
        self.message.connect(self._hear, Qt.ConnectionType.QueuedConnection)
        self.context.settings_changed.connect(self._settings_changed)
        self.context.bridge.state_changed.connect(self._state_changed)
        app.setQuitOnLastWindowClosed(False)

    @property
    def opened(self) -> Opened | None:
        """What has been opened in the background; None while nothing has."""
        return self._opened

    def start(self) -> None:
        """Show the window, then open everything else."""
        self.window.show()
        self.context.stalls.start()
        # The first picture of the window comes before anything that takes time.
        QTimer.singleShot(0, self._open)

    def _open(self) -> None:
        self._update_tray()
        self.context.background.run(self._open_all, self._attach, self._not_opened)

    def _open_all(self) -> Opened:
        """In the background. Kept here at once: the program may be ended before the main thread hears of it."""
        self._opened = self._open_session(self.context)
        return self._opened

    def _attach(self, opened: Opened) -> None:
        self.context.commands.attach(opened.session)
        self.context.open_pack()
        if opened.room is not None:
            self.context.open_room(opened.room)

    def _not_opened(self, sentence: str) -> None:
        self.context.bridge.post(Problem("session", sentence, "open-log"))

    # the window

    def _make_window(self) -> MainWindow:
        window = MainWindow(self.context)
        window.closing.connect(self._closing)
        return window

    def _rebuild(self) -> None:
        """Another language: the window is made anew from what the context knows.

        In three pieces, between which the old window answers; a language that is chosen meanwhile begins anew.
        """
        if self._coming is not None:
            self._coming.retire()
        self._coming = self._make_window()
        QTimer.singleShot(0, self._rebuild_page)

    def _rebuild_page(self) -> None:
        if self._coming is not None:
            self._coming.show_page(self.window.page)
            QTimer.singleShot(0, self._exchange)

    def _exchange(self) -> None:
        if self._coming is None:
            return
        old, self.window, self._coming = self.window, self._coming, None
        old.remember(self._remembered)
        self.window.restore(self._remembered)
        self.window.show_page(old.page)
        if old.isVisible():
            self.window.show()
        old.closing.disconnect(self._closing)
        old.retire()
        if self.tray is not None:
            self.tray.hide()
            self.tray = None
        self._update_tray()

    def _settings_changed(self, settings: Settings) -> None:
        appearance = settings.appearance
        self.context.theme.choose(appearance.theme, appearance.font_size)
        if self._translations.use(appearance.language):
            QTimer.singleShot(0, self._rebuild)  # whoever has changed the settings is in the old window
        self._update_tray()

    def _update_tray(self) -> None:
        wanted = self.context.settings.appearance.tray and Tray.available()
        if wanted and self.tray is None:
            self.tray = Tray(self.context, self)
            self.tray.raise_wanted.connect(self._raise)
            self.tray.quit_wanted.connect(self.quit)
        elif not wanted and self.tray is not None:
            self.tray.hide()
            self.tray = None

    def _raise(self) -> None:
        self.window.bring_up()

    def _closing(self) -> None:
        if self.tray is None:
            self.quit()

    # messages of another start

    @Slot(str)
    def _hear(self, message: str) -> None:
        commands = self.context.commands
        if message == "raise":
            self._raise()
        elif message == "toggle-mute":
            commands.toggle_muted()
        elif message == "stop":
            commands.stop()
        elif message == "quit":
            self.quit()
        elif message.startswith("push-to-talk-"):
            how = message.removeprefix("push-to-talk-")
            down = not self._push_to_talk if how == "toggle" else how == "down"
            self._push_to_talk = down and not self.context.bridge.state.muted
            commands.press(down)
            if down and not self._push_to_talk:
                commands.press(False)  # it was said why; nothing is on that the next toggle could end

    def _state_changed(self, state: StateChanged) -> None:
        """A question that something else has ended (Stop, a typed one) is not to be ended by the key."""
        listening = state.state == "listening"
        if state.muted or (self._listening and not listening):
            self._push_to_talk = False
        self._listening = listening

    # beginning and end

    def show_crash(self, text: str) -> None:
        """What the last run died of."""
        dialog = QDialog(self.window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self.tr("The last run ended badly"))
        dialog.resize(720, 420)
        label = QLabel(self.tr("Something went wrong the last time. Your conversations are kept. This was recorded:"))
        label.setWordWrap(True)
        field = QPlainTextEdit(text)
        field.setReadOnly(True)
        field.setAccessibleName(self.tr("Crash log"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton(self.tr("Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(lambda: QApplication.clipboard().setText(text))
        buttons.rejected.connect(dialog.close)
        layout = QVBoxLayout(dialog)
        layout.addWidget(label)
        layout.addWidget(field, 1)
        layout.addWidget(buttons)
        dialog.open()

    @Slot()
    def quit(self) -> None:
        """End the program: the event loop ends, `end` does the rest."""
        self.window.hide()
        self._app.quit()

    def end(self) -> None:
        """After the event loop: keep what is to be kept, stop what runs."""
        if self._ended:
            return
        self._ended = True
        self.window.remember(self._remembered)
        if self._coming is not None:
            self._coming.retire()
            self._coming = None
        if self.tray is not None:
            self.tray.hide()
        self.context.stalls.stop()
        self.context.background.close()  # waits for what is being opened or written
        opened, self._opened = self._opened, None
        if opened is not None:
            try:
                opened.session.close()
            except CslmError as error:
                _log.warning("the session did not end well: %s", error)
        # Devices and libraries must be let go of before the interpreter ends.
        self.context.room = None
        self.context.commands.detach()
        self.context.store.close()
        self._translations.clear()
        self._garbage.stop()
