"""What all pages are made of: a scrolled column of cards, rows of a form, a sentence that says how something went.

Knows nothing of what is on a page.
"""

from __future__ import annotations

from typing import Final, Literal

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QDoubleSpinBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QScrollArea,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.window.announce import announce
from app.window.context import Context
from app.window.pictures import Picture

__all__ = ["Card", "Form", "Outcome", "Page", "clear_layout", "human_size", "label", "shape_number", "wrapped"]

_WIDTH: Final = 820


def label(text: str, role: str = "", *, selectable: bool = False) -> QLabel:
    """A line of text; `role` is one of the style sheet ("faint", "heading", ...)."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        made.setProperty("role", role)
    if selectable:
        made.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
    return made


def wrapped(text: str, role: str = "", *, selectable: bool = False) -> QLabel:
    """Text that may take several lines."""
    made = label(text, role, selectable=selectable)
    made.setWordWrap(True)
    made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
    return made


def human_size(size: int) -> str:
    """Bytes as people say them."""
    if size >= 1_000_000_000:
        return f"{size / 1e9:.1f} GB"
    if size >= 1_000_000:
        return f"{size / 1e6:.0f} MB"
    return f"{max(1, round(size / 1e3))} kB" if size else "0 kB"


def clear_layout(layout: QLayout) -> None:
    """Take everything out of a layout and let it go."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            clear_layout(inner)


def shape_number(box: QDoubleSpinBox | QSpinBox) -> None:
    """Give a field for a number the look and the manners of all of them."""
    box.setKeyboardTracking(False)  # what is typed is taken when it is complete
    box.setMinimumWidth(150)
    box.lineEdit().setTextMargins(6, 0, 0, 0)


class _WheelGuard(QObject):
    """Scrolling over a page must not change the values it passes: only a control that has the focus takes the wheel."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)


class Card(QFrame):
    """A group of what belongs together, with a heading."""

    def __init__(self, heading: str = "", lead: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(20, 16, 20, 18)
        self.body.setSpacing(10)
        if heading:
            self.body.addWidget(label(heading, "heading"))
            self.setAccessibleName(heading)
        if lead:
            self.body.addWidget(wrapped(lead, "faint"))


class Form(QGridLayout):
    """Rows of a name, a control, and a line below that explains."""

    def __init__(self) -> None:
        super().__init__()
        self.setHorizontalSpacing(18)
        self.setVerticalSpacing(4)
        self.setColumnMinimumWidth(0, 190)
        self.setColumnStretch(1, 1)
        self._rows = 0
        self._guard = _WheelGuard(self)

    def row(self, name: str, control: QWidget, hint: str = "", *beside: QWidget) -> None:
        """Add a row; the name becomes the control's accessible name, the hint its description."""
        caption = label(name)
        caption.setBuddy(control)
        control.setAccessibleName(name)
        if hint:
            control.setAccessibleDescription(hint)
        if isinstance(control, QComboBox | QAbstractSpinBox | QSlider):
            control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            control.installEventFilter(self._guard)
        self.addWidget(caption, self._rows, 0, Qt.AlignmentFlag.AlignVCenter)
        line = QHBoxLayout()
        line.setSpacing(10)
        line.addWidget(control)
        for widget in beside:
            line.addWidget(widget)
        if not any(_stretches(widget) for widget in (control, *beside)):
            line.addStretch(1)
        self.addLayout(line, self._rows, 1)
        self._rows += 1
        self._hint(hint)

    def check(self, control: QWidget, hint: str = "") -> None:
        """Add a check box, which carries its own name."""
        if hint:
            control.setAccessibleDescription(hint)
        self.addWidget(control, self._rows, 1)
        self._rows += 1
        self._hint(hint)

    def fact(self, name: str, value: str) -> None:
        """Add a row that is only read."""
        self.addWidget(label(name, "faint"), self._rows, 0, Qt.AlignmentFlag.AlignTop)
        shown = wrapped(value, selectable=True)
        shown.setAccessibleName(f"{name}: {value}")
        self.addWidget(shown, self._rows, 1)
        self._rows += 1

    def _hint(self, hint: str) -> None:
        if hint:
            self.addWidget(wrapped(hint, "faint"), self._rows, 1)
            self._rows += 1
        self.setRowMinimumHeight(self._rows, 8)
        self._rows += 1


def _stretches(widget: QWidget) -> bool:
    growing = (QSizePolicy.Policy.Expanding, QSizePolicy.Policy.MinimumExpanding, QSizePolicy.Policy.Ignored)
    return widget.sizePolicy().horizontalPolicy() in growing


class Outcome(QWidget):
    """How something went: a picture and a sentence, also for screen readers. Hidden while there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = Picture("info", 18)
        self.sentence = wrapped("", selectable=True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 2)
        layout.setSpacing(8)
        layout.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.sentence, 1)
        self.hide()

    def tell(self, sentence: str, kind: Literal["good", "warning", "info"] = "info") -> None:
        """Show a sentence in place of the one before; an empty one hides it."""
        name, ink = {"good": ("ready", "good"), "warning": ("warning", "danger"), "info": ("info", "faint")}[kind]
        self._picture.show_picture(name, ink)
        self.sentence.setText(sentence)
        self.sentence.setAccessibleName(sentence)
        self.setVisible(bool(sentence))
        announce(self, sentence, urgent=kind == "warning")

    def fail(self, sentence: str) -> None:
        self.tell(sentence, "warning")


class Page(QWidget):
    """Cards in one column that scrolls; the window puts the title above it."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)
        ground = QWidget()
        column = QWidget()
        column.setMaximumWidth(_WIDTH)
        column.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        centred = QHBoxLayout(ground)
        centred.setContentsMargins(28, 6, 28, 28)
        centred.addStretch(1)
        centred.addWidget(column, 100)
        centred.addStretch(1)
        whole = QVBoxLayout(column)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(14)
        self._lead = wrapped("", "faint")
        self._lead.hide()
        whole.addWidget(self._lead)
        self.body = QVBoxLayout()
        self.body.setSpacing(14)
        whole.addLayout(self.body)
        whole.addStretch(1)
        area.setWidget(ground)
        self._area = area

    def set_lead(self, lead: str) -> None:
        """A sentence at the top that says what the page is for."""
        self._lead.setText(lead)
        self._lead.setVisible(bool(lead))

    def card(self, heading: str = "", lead: str = "") -> Card:
        """A new card below the others."""
        made = Card(heading, lead)
        self.body.addWidget(made)
        return made

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, 640)
