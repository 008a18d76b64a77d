"""Colours that can be read, a theme that follows the system, icons that exist."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QComboBox, QFrame, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.window.icons import ICONS, pixmap
from app.window.style import style_sheet
from app.window.theme import DARK, LIGHT, Theme, Tokens, tokens_of

_PAIRS = [
    ("text", "window"),
    ("text", "surface"),
    ("text", "sidebar"),
    ("text", "hover"),
    ("faint", "window"),
    ("faint", "surface"),
    ("faint", "sidebar"),
    ("on_accent", "accent"),
    ("on_question", "question"),
    ("on_spoken", "spoken"),
    ("wave", "pill"),
    ("on_warning", "warning"),
    ("on_danger", "danger"),
    ("danger", "window"),
    ("accent", "window"),
    ("good", "window"),
]


def _luminance(colour: str) -> float:
    parts = [channel / 255 for channel in QColor(colour).getRgb()[:3]]  # type: ignore[index]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), _PAIRS)
def test_text_can_be_read_on_its_ground(tokens: Tokens, ink: str, ground: str) -> None:
    assert _contrast(getattr(tokens, ink), getattr(tokens, ground)) >= 4.5


def test_another_theme_polishes_a_widget_once_and_not_once_for_each_parent(qapp: QApplication, qtbot: QtBot) -> None:
    theme = Theme(qapp, "light")
    window = outer = QWidget()
    qtbot.addWidget(window)
    for _ in range(8):
        inner = QFrame(outer)
        QVBoxLayout(outer).addWidget(inner)
        outer = inner
    changes: list[QEvent.Type] = []

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.StyleChange:
                changes.append(event.type())
            return False

    watch = Watch()
    outer.installEventFilter(watch)
    window.show()
    qapp.processEvents()
    changes.clear()
    theme.choose("dark")
    assert 1 <= len(changes) <= 3
    theme.choose("light")


def test_the_theme_is_chosen_and_follows_the_system(qapp: QApplication) -> None:
    theme = Theme(qapp, "light")
    changes: list[bool] = []
    theme.changed.connect(lambda: changes.append(theme.dark))
    theme.choose("dark")
    assert tokens_of(qapp.palette()) is DARK
    theme.choose("light", 15)
    assert qapp.font().pointSize() == 15
    theme.choose("system")
    dark = qapp.styleHints().colorScheme() is Qt.ColorScheme.Dark
    assert theme.dark is dark
    theme.choose("light")
    assert changes[:2] == [True, False]
    assert not theme.dark


def test_the_style_sheet_is_whole() -> None:
    sheet = style_sheet(DARK)
    assert "$" not in sheet
    assert sheet.count("{") == sheet.count("}")


@pytest.mark.parametrize("name", sorted(ICONS))
def test_every_icon_is_drawn_in_its_colour(qapp: QApplication, name: str) -> None:
    picture = pixmap(name, "#ff0000", 24, 2.0).toImage()
    assert picture.width() == 48
    seen = {
        picture.pixelColor(x, y).name() for x in range(48) for y in range(48) if picture.pixelColor(x, y).alpha() == 255
    }
    assert seen == {"#ff0000"}


@pytest.mark.parametrize("count", [2, 5, 30])
def test_a_list_to_choose_from_is_not_cut_off(qapp: QApplication, qtbot: QtBot, count: int) -> None:
    Theme(qapp, "light")
    box = QComboBox()
    box.addItems([f"Choice {number}" for number in range(count)])
    qtbot.addWidget(box)
    box.resize(240, 34)
    box.show()
    box.showPopup()
    view = box.view()
    qtbot.waitUntil(view.isVisible)
    shown = min(count, box.maxVisibleItems())
    assert view.visualRect(box.model().index(shown - 1, 0)).bottom() < view.viewport().height()
    assert bool(view.verticalScrollBar().maximum()) is (count > shown)
    box.hidePopup()
