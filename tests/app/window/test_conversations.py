"""The list of conversations: searched, opened, renamed, exported, deleted."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMenu, QMessageBox, QPushButton

from tests.app.window.conftest import Desk


def _titles(desk: Desk) -> list[str]:
    model = desk.window.sidebar.model
    return [str(model.index(row).data()) for row in range(model.rowCount())]


def _two(desk: Desk) -> tuple[int, int]:
    session = desk.session
    first = session.conversation
    session.answer("Why is the sky blue?", [("Because.", 0.6)])
    session.new_conversation()
    session.answer("为什么会下雨？", [("因为云。", 0.9)], language="zh")
    session.calls.clear()
    desk.settle()
    return first, session.conversation


def test_conversations_are_called_by_their_first_question(desk: Desk) -> None:
    _two(desk)
    assert _titles(desk) == ["为什么会下雨？", "Why is the sky blue?"]
    assert desk.window.sidebar.list.currentIndex().row() == 0


def test_search_finds_words_of_questions_and_replies(desk: Desk) -> None:
    _two(desk)
    desk.qtbot.keyClicks(desk.window.sidebar.search, "sky")
    desk.qtbot.waitUntil(lambda: _titles(desk) == ["Why is the sky blue?"])
    desk.window.sidebar.search.clear()
    desk.qtbot.waitUntil(lambda: len(_titles(desk)) == 2)


def test_a_click_opens_a_conversation(desk: Desk) -> None:
    first, _ = _two(desk)
    sidebar = desk.window.sidebar
    place = sidebar.list.visualRect(sidebar.model.index_of(first)).center()
    desk.qtbot.mouseClick(sidebar.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert desk.called("open_conversation") == [(first,)]
    desk.settle()
    assert [widget.turn.question for widget in desk.window.panel.view.turns] == ["Why is the sky blue?"]


def test_a_conversation_is_renamed_in_the_list(desk: Desk) -> None:
    first, _ = _two(desk)
    model = desk.window.sidebar.model
    assert model.setData(model.index_of(first), "Skies")
    desk.settle()
    assert "Skies" in _titles(desk)
    assert desk.context.store.conversation(first).title == "Skies"


def test_a_conversation_is_exported(desk: Desk, tmp_path: Path) -> None:
    first, _ = _two(desk)
    target = tmp_path / "talk.json"
    desk.window.sidebar.export(first, target, "json")
    desk.qtbot.waitUntil(lambda: str(target) in desk.window.panel.banners.news)
    assert "Why is the sky blue?" in json.dumps(json.loads(target.read_text("utf-8")))


def test_an_export_that_fails_is_told(desk: Desk, tmp_path: Path) -> None:
    desk.session.new_conversation()
    desk.window.sidebar.export(desk.session.conversation, tmp_path / "talk.md", "markdown")
    desk.settle()
    assert "nothing in this conversation" in desk.window.panel.banners.news


def test_deleting_asks_first_and_begins_anew(desk: Desk) -> None:
    _, second = _two(desk)
    sidebar = desk.window.sidebar
    sidebar.list.setFocus()
    desk.qtbot.keyClick(sidebar.list, Qt.Key.Key_Delete)
    box = sidebar.findChild(QMessageBox)
    assert box is not None
    yes = next(button for button in box.findChildren(QPushButton) if button.text() == "Delete")
    yes.click()
    desk.settle()
    assert desk.called("new_conversation") == [(False,)]
    assert "为什么会下雨？" not in _titles(desk)
    assert second not in [one.id for one in desk.context.store.conversations()]


def test_the_menu_of_a_conversation_has_what_there_is(desk: Desk) -> None:
    first, _ = _two(desk)
    menu = desk.window.sidebar.menu_of(desk.context.store.conversation(first))
    texts = [action.text() for action in menu.actions() if action.text()]
    assert texts == [
        "Rename",
        "Export as text (Markdown)…",
        "Export as data (JSON)…",
        "Export the sound (wav)…",
        "Delete…",
    ]
    menu.close()


def _menu(desk: Desk) -> QMenu:
    """That of the conversation that is open, from the top of the window."""
    desk.qtbot.mouseClick(desk.window.panel.header.more, Qt.MouseButton.LeftButton)
    desk.settle()
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def _action(menu: QMenu, text: str) -> QAction:
    return next(action for action in menu.actions() if action.text() == text)


def test_the_menu_at_the_top_knows_what_the_conversation_is_called_now(desk: Desk) -> None:
    desk.session.answer("Why is the sky blue?", [("Because.", 0.6)])
    desk.settle()
    menu = _menu(desk)
    assert menu.accessibleName() == "Why is the sky blue?"
    _action(menu, "Export as text (Markdown)…").trigger()
    menu.close()
    dialog = desk.window.sidebar.findChild(QFileDialog)
    assert dialog is not None
    assert [Path(path).name for path in dialog.selectedFiles()] == ["Why is the sky blue?.md"]
    dialog.close()


def test_a_conversation_that_the_search_hides_can_be_renamed(desk: Desk) -> None:
    _two(desk)
    sidebar = desk.window.sidebar
    desk.qtbot.keyClicks(sidebar.search, "sky")
    desk.qtbot.waitUntil(lambda: _titles(desk) == ["Why is the sky blue?"])
    menu = _menu(desk)
    _action(menu, "Rename").trigger()
    menu.close()
    desk.settle()
    assert sidebar.search.text() == ""
    editor = sidebar.list.findChild(QLineEdit)
    assert editor is not None
    assert editor.text() == "为什么会下雨？"
    editor.setText("Rain")
    desk.qtbot.keyClick(editor, Qt.Key.Key_Return)
    desk.settle()
    assert desk.context.store.conversation(desk.session.conversation).title == "Rain"


def test_a_private_conversation_can_be_begun(desk: Desk) -> None:
    desk.qtbot.mouseClick(desk.window.sidebar.private, Qt.MouseButton.LeftButton)
    assert desk.called("new_conversation") == [(True,)]
