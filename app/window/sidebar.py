"""The left side: new conversation, search, the list of conversations and what can be done with one, the pages.

Knows nothing of how conversations are kept; it asks the store in the background.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QItemSelectionModel, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QMessageBox,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.store.model import Conversation
from app.window.buttons import IconButton
from app.window.context import Context
from app.window.conversations import ConversationDelegate, ConversationModel
from app.window.icons import icon
from app.window.registry import find_pages, page_title
from app.window.theme import tokens_of

__all__ = ["Sidebar"]

ExportFormat = Literal["markdown", "json", "wav"]


class Sidebar(QFrame):
    told = Signal(str)
    """A sentence for the user: something was done."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._asked = 0
        self._renaming: int | None = None
        """The conversation whose title is to be edited as soon as the list shows it."""
        self.setProperty("role", "sidebar")
        self.setFixedWidth(276)

        name = QLabel("CSLM")
        name.setProperty("role", "heading")
        self.new = IconButton("plus", self.tr("New conversation"))
        self.new.clicked.connect(lambda: self._new(context.settings.conversing.private))
        self.private = IconButton(
            "private", self.tr("New private conversation"), description=self.tr("A conversation that is not stored")
        )
        self.private.clicked.connect(lambda: self._new(True))
        top = QHBoxLayout()
        top.setContentsMargins(6, 0, 0, 0)
        top.addWidget(name, 1)
        top.addWidget(self.private)
        top.addWidget(self.new)

        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search conversations"))
        self.search.setAccessibleName(self.tr("Search conversations"))
        self.search.setClearButtonEnabled(True)
        self._find = QAction(self.search)
        self.search.addAction(self._find, QLineEdit.ActionPosition.LeadingPosition)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(160)
        self._later.timeout.connect(self.refresh)
        self.search.textChanged.connect(lambda: self._later.start())

        self.model = ConversationModel(self._rename, self)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setItemDelegate(ConversationDelegate(self.list))
        self.list.setAccessibleName(self.tr("Conversations"))
        self.list.setAccessibleDescription(
            self.tr(
                "Enter opens a conversation, F2 renames it, Delete deletes it, the menu key shows what else there is."
            )
        )
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._menu)
        self.list.clicked.connect(self._open)
        self.list.activated.connect(self._open)
        delete = QAction(self.tr("Delete…"), self.list)
        delete.setShortcut(QKeySequence(QKeySequence.StandardKey.Delete))
        delete.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        delete.triggered.connect(lambda: self._delete(self.model.conversation(self.list.currentIndex())))
        self.list.addAction(delete)

        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 14, 12, 12)
        layout.setSpacing(8)
        layout.addLayout(top)
        layout.addWidget(self.search)
        layout.addWidget(self.list, 1)
        line = QFrame()
        line.setProperty("role", "line")
        layout.addWidget(line)
        self.pages: dict[str, IconButton] = {}
        nav = QVBoxLayout()
        nav.setSpacing(1)
        for page in find_pages():
            button = IconButton(page.icon, page_title(page), text=True)
            button.setProperty("role", "nav")
            button.setCheckable(True)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.clicked.connect(partial(self._page, page.name))
            self.pages[page.name] = button
            nav.addWidget(button)
        layout.addLayout(nav)

        context.bridge.conversations_changed.connect(self.refresh)
        context.bridge.conversation_opened.connect(self._select)
        context.theme.changed.connect(self._restyle)
        self._restyle()

    def show_page(self, name: str) -> None:
        """Mark the page that is in front."""
        for page, button in self.pages.items():
            button.setChecked(page == name)

    def refresh(self) -> None:
        """Ask the store for the conversations that match the search."""
        self._asked += 1
        mine, search, store = self._asked, self.search.text(), self._context.store

        def show(found: list[Conversation]) -> None:
            if mine == self._asked:  # an older answer may come later
                self.model.show(found)
                self._select()
                self._edit_title()

        self._context.background.run(lambda: store.conversations(search), show)

    def _restyle(self) -> None:
        self._find.setIcon(icon("search", tokens_of(self.palette()).faint, 16))
        self.list.viewport().update()

    def _select(self) -> None:
        opened = self._context.bridge.conversation
        index = self.model.index_of(opened.id) if opened is not None else None
        if index is not None and index.isValid():
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.list.selectionModel().setCurrentIndex(index, flags)
        else:
            self.list.clearSelection()

    def _page(self, name: str) -> None:
        self._context.show_page(name)

    def _new(self, private: bool) -> None:
        self._context.show_page("")
        self._context.commands.new_conversation(private)

    def _open(self) -> None:
        conversation = self.model.conversation(self.list.currentIndex())
        if conversation is not None:
            self._context.show_page("")
            opened = self._context.bridge.conversation
            if opened is None or opened.id != conversation.id:
                self._context.commands.open_conversation(conversation.id)

    def _rename(self, conversation: int, title: str) -> None:
        store = self._context.store
        self._context.background.run(lambda: store.rename(conversation, title), lambda _: self.refresh())

    def edit_title(self, conversation: int) -> None:
        """Let the user edit a title where it stands in the list; a search that hides it is ended."""
        self._renaming = conversation
        if self.model.index_of(conversation).isValid():
            self._edit_title()
        else:
            self.search.clear()
            self._later.stop()
            self.refresh()

    def _edit_title(self) -> None:
        index = self.model.index_of(self._renaming) if self._renaming is not None else None
        self._renaming = None
        if index is not None and index.isValid():
            self.list.scrollTo(index)
            self.list.edit(index)

    def _menu(self, at: QPoint) -> None:
        index = self.list.indexAt(at)
        conversation = self.model.conversation(index)
        if conversation is not None:
            self.menu_of(conversation).popup(self.list.viewport().mapToGlobal(at))

    def menu_of(self, conversation: Conversation) -> QMenu:
        """What can be done with a conversation."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName(self.model.title(conversation))
        menu.addAction(self.tr("Rename")).triggered.connect(lambda: self.edit_title(conversation.id))
        formats: tuple[tuple[ExportFormat, str], ...] = (
            ("markdown", self.tr("Export as text (Markdown)…")),
            ("json", self.tr("Export as data (JSON)…")),
            ("wav", self.tr("Export the sound (wav)…")),
        )
        menu.addSeparator()
        for form, text in formats:
            menu.addAction(text).triggered.connect(partial(self._ask_where, conversation, form))
        menu.addSeparator()
        menu.addAction(self.tr("Delete…")).triggered.connect(lambda: self._delete(conversation))
        return menu

    def _ask_where(self, conversation: Conversation, form: ExportFormat) -> None:
        ending = {"markdown": ".md", "json": ".json", "wav": ".wav"}[form]
        dialog = QFileDialog(self, self.tr("Export the conversation"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(ending[1:])
        dialog.selectFile(self.model.title(conversation).replace("/", " ")[:60] + ending)
        dialog.fileSelected.connect(lambda path: self.export(conversation.id, Path(path), form))
        dialog.open()

    def export(self, conversation: int, path: Path, form: ExportFormat) -> None:
        """Write a conversation to a file, and say so."""
        store = self._context.store
        sentence = self.tr("The conversation was written to {0}.")
        self._context.background.run(
            lambda: store.export(conversation, path, form), lambda written: self.told.emit(sentence.format(written))
        )

    def _delete(self, conversation: Conversation | None) -> None:
        if conversation is None:
            return
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("Delete conversation"))
        box.setText(self.tr("Delete “{0}” with all its turns and sounds?").format(self.model.title(conversation)))
        yes = box.addButton(self.tr("Delete"), QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton(self.tr("Cancel"), QMessageBox.ButtonRole.RejectRole))
        yes.clicked.connect(lambda: self.delete(conversation.id))
        box.open()

    def delete(self, conversation: int) -> None:
        """Delete a conversation; if it is the open one, a new one is begun first."""
        context = self._context
        opened = context.bridge.conversation
        if opened is not None and opened.id == conversation:
            context.commands.new_conversation(context.settings.conversing.private)
        store = context.store
        context.background.run(lambda: store.delete(conversation), lambda _: self.refresh())
