"""The style sheet of the whole application, made from the colours of a theme.

Widgets take part by their class or by the properties `role` ("primary", "flat", "nav", "title", "faint", "card", ...).
Knows nothing of when it is applied.
"""

from __future__ import annotations

import dataclasses
from string import Template
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from app.window.theme import Tokens

__all__ = ["style_sheet"]

_SHEET: Final = Template("""
QToolTip { background: $surface; color: $text; border: 1px solid $border; padding: 5px 8px; }
QMainWindow, QDialog { background: $window; }
QLabel[role="title"] { font-size: ${title}pt; font-weight: 600; }
QLabel[role="heading"] { font-size: ${heading}pt; font-weight: 600; }
QLabel[role="faint"] { color: $faint; }
QLabel[role="drop"] {
    background: $question; color: $on_question; border: 2px dashed $accent; border-radius: 18px;
    font-size: ${heading}pt;
}
QLabel[role="danger"] { color: $danger; }

QFrame[role="sidebar"] { background: $sidebar; border: none; }
QFrame[role="card"] { background: $surface; border: 1px solid $border; border-radius: 12px; }
QFrame[role="composer"] { background: $surface; border: 1px solid $border; border-radius: 18px; }
QFrame[role="banner"] { background: $warning; border: none; border-radius: 10px; }
QFrame[role="banner"] QLabel { color: $on_warning; }
QFrame[role="line"] { background: $border; border: none; max-height: 1px; min-height: 1px; }

QPushButton {
    background: $surface; color: $text; border: 1px solid $border; border-radius: 8px;
    padding: 6px 14px; min-height: 20px;
}
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $border; }
QPushButton:focus { border: 2px solid $accent; padding: 5px 13px; }
QPushButton:disabled { color: $faint; background: $window; }
QPushButton:default, QPushButton[role="primary"] { background: $accent; color: $on_accent; border: 1px solid $accent; }
QPushButton[role="primary"]:hover { background: $accent; border-color: $text; }
QPushButton[role="primary"]:focus { border: 2px solid $text; }
QPushButton[role="primary"]:disabled { background: $hover; color: $faint; border-color: $border; }
QPushButton[role="danger"] { color: $danger; }
QPushButton[role="danger"]:disabled { color: $faint; }

QToolButton { background: transparent; border: 2px solid transparent; border-radius: 8px; padding: 4px; color: $text; }
QToolButton:hover { background: $hover; }
QToolButton:pressed, QToolButton:checked { background: $border; }
QToolButton:focus { border-color: $accent; }
QToolButton:disabled { color: $faint; }
QToolButton::menu-indicator { image: none; }
QToolButton[role="nav"] { padding: 7px 10px; text-align: left; }
QToolButton[role="nav"]:checked { background: $surface; }

QToolButton[role="float"] { background: $surface; border: 1px solid $border; border-radius: 15px; padding: 5px; }
QToolButton[role="float"]:hover { background: $hover; }
QToolButton[role="float"]:focus { border: 2px solid $accent; padding: 4px; }

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QComboBox, QKeySequenceEdit QLineEdit {
    background: $surface; color: $text; border: 1px solid $border; border-radius: 8px; padding: 5px 8px;
    selection-background-color: $accent; selection-color: $on_accent;
}
QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox { min-height: 20px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus {
    border: 2px solid $accent; padding: 4px 7px;
}
QPlainTextEdit[role="composer"], QPlainTextEdit[role="composer"]:focus {
    background: transparent; border: none; padding: 2px;
}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {
    subcontrol-origin: border; width: 24px; border: none; background: transparent;
}
QAbstractSpinBox::up-button { subcontrol-position: top right; margin-top: 2px; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; margin-bottom: 2px; }
QAbstractSpinBox::up-arrow { image: url(cslm:chevron-up.svg); width: 12px; height: 12px; }
QAbstractSpinBox::down-arrow { image: url(cslm:chevron.svg); width: 12px; height: 12px; }
QComboBox { combobox-popup: 0; } /* a list below it: a menu over it is too short for the padding, and cuts the last */
QComboBox::drop-down { border: none; width: 24px; }
QComboBox::down-arrow { image: url(cslm:chevron.svg); width: 14px; height: 14px; }
QComboBox QAbstractItemView {
    background: $surface; color: $text; border: 1px solid $border; padding: 4px; outline: none;
}
QComboBox QAbstractItemView::item { min-height: 26px; }
QComboBox[role="flat"] { background: transparent; border: 2px solid transparent; padding: 4px 7px; }
QComboBox[role="flat"]:hover { background: $hover; }
QComboBox[role="flat"]:focus { border-color: $accent; }

QSlider:horizontal { min-height: 22px; }
QSlider::groove:horizontal { height: 6px; border-radius: 3px; background: $hover; }
QSlider::sub-page:horizontal { border-radius: 3px; background: $accent; }
QSlider::handle:horizontal {
    width: 14px; height: 14px; margin: -6px 0; border: 2px solid $accent; border-radius: 9px; background: $surface;
}
QSlider::handle:horizontal:hover { background: $hover; }
QSlider::handle:horizontal:focus { border-color: $text; background: $accent; }

QMenu { background: $surface; color: $text; border: 1px solid $border; border-radius: 8px; padding: 5px; }
QMenu::item { padding: 6px 22px 6px 14px; border-radius: 5px; }
QMenu::item:selected { background: $hover; color: $text; }
QMenu::item:disabled { color: $faint; }
QMenu::separator { height: 1px; background: $border; margin: 5px 8px; }

QListView { background: transparent; border: 2px solid transparent; outline: none; border-radius: 8px; }
QListView:focus { border-color: $accent; }

QCheckBox { spacing: 8px; }
QCheckBox::indicator { width: 17px; height: 17px; border: 1px solid $faint; border-radius: 5px; background: $surface; }
QCheckBox::indicator:checked { background: $check; border-color: $check; image: url(cslm:check.svg); }
QCheckBox:focus { color: $accent; }
QCheckBox::indicator:focus { border: 2px solid $accent; }

QProgressBar {
    background: $hover; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; color: transparent;
}
QProgressBar::chunk { background: $accent; border-radius: 3px; }

QScrollArea { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 2px; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 2px; }
QScrollBar::handle { background: $border; border-radius: 4px; }
QScrollBar::handle:vertical { min-height: 36px; }
QScrollBar::handle:horizontal { min-width: 36px; }
QScrollBar::handle:hover { background: $faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QSplitter::handle { background: $border; }
""")


def style_sheet(tokens: Tokens, size: float = 10.0) -> str:
    """The style sheet in these colours, around letters of `size` points."""
    colours = dataclasses.asdict(tokens)
    colours["check"] = "#3056d3"  # the check mark is a white picture in both themes
    colours["title"] = f"{size * 1.7:.1f}"
    colours["heading"] = f"{size * 1.2:.1f}"
    return _SHEET.substitute(colours)
