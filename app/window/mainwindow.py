"""The window: conversations at the left, the conversation or a page beside them; keys, dropped files, closing.

Everything it shows it takes from the context, so that it can be made anew (another language of the interface). Knows
nothing of sessions and devices.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QKeyCombination, QSettings, Qt, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.settings.model import Settings
from app.store.model import Conversation
from app.window.buttons import IconButton
from app.window.context import Context
from app.window.conversation.panel import ConversationPanel
from app.window.hardstop import HardStop
from app.window.pages.operation import Operation
from app.window.registry import find_pages, open_page, page_title
from app.window.sidebar import Sidebar

__all__ = ["SOUND_FILES", "MainWindow"]

SOUND_FILES: Final = (".wav", ".flac", ".mp3", ".m4a", ".ogg", ".opus", ".aac", ".aiff", ".aif", ".mp4", ".webm")


class MainWindow(QMainWindow):
    closing = Signal()
    """The user wants the window gone"""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.setWindowTitle("CSLM")
        self.setAcceptDrops(True)
        self.resize(1120, 760)
        self.setMinimumSize(760, 520)
        self.sidebar = Sidebar(context)
        self.panel = ConversationPanel(context)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.panel)
        self._pages: dict[str, QWidget] = {}
        centre = QWidget()
        layout = QHBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.sidebar)
        layout.addWidget(self.stack, 1)
        self.setCentralWidget(centre)
        self.drop_hint = QLabel(self.tr("Drop the sound file to ask what is said in it"), centre)
        self.drop_hint.setProperty("role", "drop")
        self.drop_hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.drop_hint.hide()
        self._shortcuts: list[QShortcut] = []
        self._talk_key: Qt.Key | None = None
        self._asking = Operation(context.background, self)
        self._talking = False
        context.page_wanted.connect(self.show_page)
        context.settings_changed.connect(self._bind_keys)
        self.sidebar.told.connect(self.panel.banners.tell)
        self.panel.header.menu_wanted.connect(self._show_menu)
        self.panel.composer.file_wanted.connect(self._choose_file)
        self._bind_keys(context.settings)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        HardStop(app, self._stop_key, self._can_stop, context.commands.stop, self)
        self.panel.composer.field.setFocus()
        self.sidebar.refresh()

    # pages

    @property
    def page(self) -> str:
        """The name of the page in front, "" for the conversation."""
        front = self.stack.currentWidget()
        return next((name for name, page in self._pages.items() if page is front), "")

    def show_page(self, name: str) -> None:
        """Bring a page to the front; "" is the conversation, an unknown one too."""
        widget: QWidget = self.panel
        if name:
            framed = self._pages.get(name) or self._make_page(name)
            if framed is not None:
                widget = framed
            else:
                name = ""
        self.stack.setCurrentWidget(widget)
        self.sidebar.show_page(name)
        if not name:
            self.panel.composer.field.setFocus()

    def _make_page(self, name: str) -> QWidget | None:
        page = next((page for page in find_pages() if page.name == name), None)
        if page is None:
            return None
        framed = QWidget()
        layout = QVBoxLayout(framed)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        top = QHBoxLayout()
        top.setContentsMargins(14, 12, 22, 6)
        back = IconButton("back", self.tr("Back to the conversation"))
        back.clicked.connect(lambda: self.context.show_page(""))
        title = QLabel(page_title(page))
        title.setProperty("role", "title")
        top.addWidget(back)
        top.addSpacing(6)
        top.addWidget(title, 1)
        layout.addLayout(top)
        layout.addWidget(open_page(page, self.context), 1)
        self._pages[name] = framed
        self.stack.addWidget(framed)
        return framed

    # keys

    def _bind_keys(self, settings: Settings) -> None:
        for shortcut in self._shortcuts:
            shortcut.setEnabled(False)
            shortcut.deleteLater()
        self._shortcuts = []
        commands = self.context.commands
        actions = {
            "stop": commands.stop,
            "mute": commands.toggle_muted,
            "new": self._new_conversation,
            "push_to_talk": lambda: self._press(True),
        }
        for name, action in actions.items():
            sequence = QKeySequence(settings.shortcuts.get(name, ""))
            if sequence.isEmpty():
                continue
            shortcut = QShortcut(sequence, self)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(action)
            self._shortcuts.append(shortcut)
        talk = QKeySequence(settings.shortcuts.get("push_to_talk", ""))
        self._talk_key = None if talk.isEmpty() else _key_of(talk)
        for keys, action in (("Ctrl+F", self._search), ("Ctrl+L", self._type), ("Ctrl+O", self._choose_file)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.activated.connect(action)
            self._shortcuts.append(shortcut)

    def _stop_key(self) -> QKeySequence:
        return QKeySequence(self.context.settings.shortcuts.get("stop", ""))

    def _can_stop(self) -> bool:
        return self.context.bridge.state.state in ("thinking", "speaking", "paused")

    def _new_conversation(self) -> None:
        self.context.show_page("")
        self.context.commands.new_conversation(self.context.settings.conversing.private)

    def _show_menu(self) -> None:
        opened = self.context.bridge.conversation
        if opened is not None:
            # What was opened has no title yet, or an old one: the store knows what it is called now.
            store, number = self.context.store, opened.id
            self._asking.run(lambda report: store.conversation(number), self._show_menu_of)

    def _show_menu_of(self, conversation: Conversation) -> None:
        more = self.panel.header.more
        self.sidebar.menu_of(conversation).popup(more.mapToGlobal(more.rect().bottomLeft()))

    def _search(self) -> None:
        self.sidebar.search.setFocus()
        self.sidebar.search.selectAll()

    def _type(self) -> None:
        self.context.show_page("")

    def _press(self, down: bool) -> None:
        if down != self._talking:
            self._talking = down
            self.context.commands.press(down)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if self._talking and not event.isAutoRepeat() and event.key() == self._talk_key:
            self._press(False)
        else:
            super().keyReleaseEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow() and self._talking:
            self._press(False)  # the release of the key goes to another window

    # files

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _sound_files(event.mimeData().urls()):
            event.acceptProposedAction()
            self.drop_hint.setGeometry(self.stack.geometry().adjusted(12, 12, -12, -12))
            self.drop_hint.show()
            self.drop_hint.raise_()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.drop_hint.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self.drop_hint.hide()
        files = _sound_files(event.mimeData().urls())
        if files:
            event.acceptProposedAction()
            self.ask_file(files[0])
        if len(files) > 1:  # a question interrupts the one before it, so they cannot be asked at once
            sentence = self.tr("One file is asked at a time, now {0}; drop the others when it is answered.")
            self.panel.banners.tell(sentence.format(files[0].name))

    def ask_file(self, path: Path) -> None:
        """Ask what is spoken in a sound file."""
        self.context.show_page("")
        self.context.commands.ask_file(path)

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, self.tr("Ask with a sound file"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        patterns = " ".join(f"*{ending}" for ending in SOUND_FILES)
        dialog.setNameFilters([self.tr("Sound files ({0})").format(patterns), self.tr("All files (*)")])
        dialog.fileSelected.connect(lambda path: self.ask_file(Path(path)))
        dialog.open()

    # the window itself

    def restore(self, remembered: QSettings) -> None:
        """Take the place and size of the last time."""
        geometry = remembered.value("window/geometry")
        if geometry is not None:
            self.restoreGeometry(geometry)

    def remember(self, remembered: QSettings) -> None:
        remembered.setValue("window/geometry", self.saveGeometry())

    def bring_up(self) -> None:
        """Show the window in front of others."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def retire(self) -> None:
        """Another window has taken this one's place."""
        self.context.page_wanted.disconnect(self.show_page)
        self.context.settings_changed.disconnect(self._bind_keys)
        self.hide()
        self.deleteLater()

    def closeEvent(self, event: QCloseEvent) -> None:
        event.accept()
        self.closing.emit()


def _key_of(sequence: QKeySequence) -> Qt.Key:
    combination: QKeyCombination = sequence[0]  # type: ignore[index]  # missing in the stubs
    return combination.key()


def _sound_files(urls: list[QUrl]) -> list[Path]:
    paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
    return [path for path in paths if path.suffix.lower() in SOUND_FILES]
