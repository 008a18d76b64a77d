"""The key that stops a reply, where the window's shortcut is not heard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QPlainTextEdit, QWidget
from shiboken6 import delete, isValid

from tests.app.window.conftest import Desk


@pytest.fixture
def active(desk: Desk) -> Desk:
    with desk.qtbot.waitActive(desk.window):
        desk.window.activateWindow()
    return desk


def _press(widget: QWidget, key: Qt.Key = Qt.Key.Key_Escape) -> None:
    """As the system gives a key: to the window of the widget."""
    handle = widget.window().windowHandle()
    assert handle is not None
    QTest.keyClick(handle, key)


def _closed(field: QPlainTextEdit) -> bool:
    return not isValid(field) or not field.isVisible()


def _edit(desk: Desk) -> QPlainTextEdit:
    desk.session.answer("What is the capital of Peru?", [("Lima.", 0.8)])
    desk.settle()
    widget = desk.window.panel.view.turns[-1]
    widget.edit()
    field = widget.findChild(QPlainTextEdit)
    assert field is not None
    field.setPlainText("What is the capital of Chile?")
    desk.qtbot.waitUntil(field.hasFocus)
    return field


@pytest.mark.parametrize("state", ["thinking", "speaking", "paused"])
def test_in_the_editor_it_stops_first_and_closes_afterwards(active: Desk, state: str) -> None:
    field = _edit(active)
    active.session.tell(state)
    active.settle()
    _press(field)
    assert active.called("stop") == [()]
    assert field.isVisible()
    assert field.toPlainText() == "What is the capital of Chile?"
    active.session.tell("ready")
    active.settle()
    _press(field)
    assert active.called("stop") == [()]
    assert _closed(field)


def test_in_a_dialogue_it_stops_first_and_closes_afterwards(active: Desk) -> None:
    dialogue = QDialog(active.window)
    dialogue.setModal(True)
    with active.qtbot.waitActive(dialogue):
        dialogue.show()
    active.session.tell("speaking")
    active.settle()
    _press(dialogue)
    assert active.called("stop") == [()]
    assert dialogue.isVisible()
    active.session.tell("ready")
    active.settle()
    _press(dialogue)
    assert active.called("stop") == [()]
    assert not dialogue.isVisible()


def test_in_a_menu_it_stops_first_and_closes_afterwards(active: Desk) -> None:
    menu = active.window.sidebar.menu_of(active.context.store.conversation(active.session.conversation))
    menu.popup(active.window.mapToGlobal(QPoint(60, 60)))
    active.qtbot.waitUntil(menu.isVisible)
    active.session.tell("speaking")
    active.settle()
    _press(active.window)  # the window keeps the keyboard, which the menu is given by it
    assert active.called("stop") == [()]
    assert menu.isVisible()
    active.session.tell("ready")
    active.settle()
    _press(active.window)
    assert QApplication.activePopupWidget() is None
    assert active.called("stop") == [()]


def test_once_where_the_shortcut_is_heard_too(active: Desk) -> None:
    active.session.tell("speaking")
    active.settle()
    active.window.panel.composer.field.setFocus()
    _press(active.window.panel.composer.field)
    assert active.called("stop") == [()]


def test_the_key_of_the_settings_is_taken(active: Desk) -> None:
    settings = active.context.settings
    active.context.change(settings.model_copy(update={"shortcuts": {**settings.shortcuts, "stop": "F8"}}))
    field = _edit(active)
    active.session.tell("speaking")
    active.settle()
    _press(field, Qt.Key.Key_F8)
    assert active.called("stop") == [()]
    _press(field)  # Escape means what it means in the editor
    assert active.called("stop") == [()]
    assert _closed(field)


def test_none_is_no_key(active: Desk) -> None:
    settings = active.context.settings
    active.context.change(settings.model_copy(update={"shortcuts": {**settings.shortcuts, "stop": ""}}))
    field = _edit(active)
    active.session.tell("speaking")
    active.settle()
    _press(field)
    assert active.called("stop") == []
    assert _closed(field)


def test_a_window_that_is_gone_is_watched_no_more(active: Desk) -> None:
    dialogue = QDialog(active.window)
    with active.qtbot.waitActive(dialogue):
        dialogue.show()
    handle = dialogue.windowHandle()
    assert handle is not None
    dialogue.close()
    delete(dialogue)
    assert not isValid(handle)
    with active.qtbot.waitActive(active.window):
        active.window.activateWindow()
    field = _edit(active)
    active.session.tell("speaking")
    active.settle()
    _press(field)
    assert active.called("stop") == [()]
