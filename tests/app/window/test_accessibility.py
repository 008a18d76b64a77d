"""Every control has a name for those who do not see it and is reached by the keyboard: on the window and every page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QGroupBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QMessageBox,
    QPlainTextEdit,
    QProgressBar,
    QScrollBar,
    QSizeGrip,
    QSplitterHandle,
    QTabBar,
    QTextEdit,
    QWidget,
)

from app.window.conversation.turnwidget import TurnWidget
from app.window.registry import PAGES, find_pages
from tests.app.window.conftest import Desk

_CONTROLS = (
    QAbstractButton,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QAbstractSpinBox,
    QAbstractSlider,
    QAbstractItemView,
    QProgressBar,
    QMenu,
    TurnWidget,
)
_REACHED = (QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit, QAbstractSlider, QAbstractItemView)
_PARTS_OF_OTHERS = (QHeaderView, QScrollBar, QSizeGrip, QSplitterHandle)


def _controls(root: QWidget) -> Iterator[QWidget]:
    for widget in (root, *root.findChildren(QWidget)):
        if isinstance(widget, _PARTS_OF_OTHERS) or widget.objectName().startswith("qt_"):
            continue
        if isinstance(widget.parent(), (QAbstractSpinBox, QComboBox, QTabBar, QLineEdit)):
            continue  # the arrow, list or clear button inside a control that has a name itself
        if widget.parent() is not None and widget.parent().inherits("QComboBoxPrivateContainer"):
            continue
        if isinstance(widget, _CONTROLS) or widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            yield widget


def _name(widget: QWidget) -> str:
    """What a screen reader says: the accessible name, the text, the title, or that of its label."""
    if widget.accessibleName():
        return widget.accessibleName()
    if isinstance(widget, QAbstractButton) and widget.text():
        return widget.text()
    if isinstance(widget, QGroupBox) and widget.title():
        return widget.title()
    labels = widget.window().findChildren(QLabel)
    return next((label.text() for label in labels if label.buddy() is widget), "")


def _where(widget: QWidget) -> str:
    names = []
    at: QWidget | None = widget
    while at is not None:
        names.append(type(at).__name__)
        at = at.parentWidget()
    return " < ".join(names)


def _check(root: QWidget) -> None:
    nameless = [_where(widget) for widget in _controls(root) if not _name(widget).strip()]
    assert nameless == []
    unreachable = [
        _where(widget)
        for widget in _controls(root)
        if isinstance(widget, _REACHED)
        and widget.isEnabled()
        and not widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not (isinstance(widget, QAbstractButton) and widget.group() is not None)
    ]
    assert unreachable == []


def test_the_window_and_its_turns(desk: Desk) -> None:
    session = desk.session
    session.answer("Why?", [("Because.", 0.5)], wanted_language="zh")
    session.answer("What?", [], state="failed", problem="The engine stopped; ask again.")
    desk.settle()
    view = desk.window.panel.view
    view.turns[0].setFocus()
    view.turns[0].edit()
    _check(desk.window)


@pytest.mark.parametrize("name", [page.name for page in PAGES])
def test_every_page(desk: Desk, name: str) -> None:
    if name not in {page.name for page in find_pages()}:
        pytest.skip("this build has no such page")
    desk.context.show_page(name)
    desk.settle()
    assert desk.window.page == name
    _check(desk.window)


def test_tab_goes_through_the_whole_window_and_comes_back(desk: Desk) -> None:
    desk.session.answer("Why?", [("Because.", 0.5)])
    desk.settle()
    window = desk.window
    with desk.qtbot.waitActive(window):
        window.activateWindow()
    start = window.panel.composer.field
    start.setFocus()
    seen: list[str] = []
    for _ in range(60):
        desk.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
        assert focus is not None
        if focus is start:
            break
        seen.append(_name(focus))
    else:
        pytest.fail(f"tab never came back: {seen}")
    wanted = {"Search conversations", "Conversations", "I speak", "Answer in", "Mute", "Talk", "New conversation"}
    assert wanted <= set(seen)
    assert any(name.startswith("You asked: Why?") for name in seen)
    assert "Play the answer again" in seen


@pytest.mark.parametrize("name", ["packs", "settings"])
def test_boxes_that_ask_on_a_page(desk: Desk, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.context.show_page(name)
    desk.settle()
    asked: list[QMessageBox] = []

    def answer(box: QMessageBox) -> int:
        _check_box(box)
        asked.append(box)
        return 0

    monkeypatch.setattr(QMessageBox, "exec", answer)
    page: Any
    (page,) = (page for page in desk.window.findChildren(QWidget) if hasattr(page, "confirm") and page.isVisible())
    assert page.confirm("Is it to be so?") is False
    assert len(asked) == 1


def test_the_box_before_a_conversation_is_deleted(desk: Desk) -> None:
    desk.session.answer("Why?", [("Because.", 0.5)])
    desk.settle()
    sidebar = desk.window.sidebar
    sidebar.list.setFocus()
    sidebar.list.setCurrentIndex(sidebar.list.model().index(0, 0))
    desk.qtbot.keyClick(sidebar.list, Qt.Key.Key_Delete)
    box = sidebar.findChild(QMessageBox)
    assert box is not None
    _check_box(box)
    box.reject()


def _check_box(box: QMessageBox) -> None:
    """A box says what it asks, and Enter destroys nothing."""
    _check(box)
    assert box.windowTitle()
    assert box.text()
    default = box.defaultButton()
    assert default is not None
    assert box.buttonRole(default) == QMessageBox.ButtonRole.RejectRole
