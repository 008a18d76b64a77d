"""Controls that are tied to one field of the settings: they show it, and what is chosen is applied and kept at once.

A field is named "audio.pause". Knows nothing of what the fields mean.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject, QSignalBlocker, Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QLabel, QSlider, QSpinBox, QWidget

from app.settings.model import Settings
from app.window.context import Context
from app.window.pages.parts import shape_number

__all__ = ["Fields", "read_field", "with_field"]

Choice = tuple[str, Any]
"""What is shown and the value it stands for."""


def read_field(settings: Settings, field: str) -> Any:
    """The value of "part.name"."""
    value: Any = settings
    for name in field.split("."):
        value = getattr(value, name)
    return value


def with_field(settings: Settings, field: str, value: Any) -> Settings:
    """The settings with another value for "part.name", checked as if it came from a file."""
    written = settings.model_dump()
    part, name = field.split(".")
    written[part][name] = value
    return Settings.model_validate(written)


class Fields(QObject):
    """Makes the controls and keeps them as the settings are, whoever changes them."""

    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._shows: list[tuple[QWidget, Callable[[Settings], None]]] = []
        context.settings_changed.connect(self.refresh)

    def set(self, field: str, value: Any) -> None:
        """Apply and keep a value."""
        self._context.change(with_field(self._context.settings, field, value))

    def refresh(self) -> None:
        """Show all fields as they are now."""
        for control, show in self._shows:
            with QSignalBlocker(control):
                show(self._context.settings)

    def _tie(self, control: QWidget, show: Callable[[Settings], None]) -> None:
        self._shows.append((control, show))
        with QSignalBlocker(control):
            show(self._context.settings)

    def choice(self, field: str, choices: Sequence[Choice]) -> QComboBox:
        """One of several values."""
        box = QComboBox()
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.fill(box, choices)

        def show(settings: Settings) -> None:
            value = read_field(settings, field)
            index = box.findData(value)
            if index < 0:  # what was chosen is not there now; it stays chosen
                box.addItem(self.tr("{0} (not there)").format(value), value)
                index = box.count() - 1
            box.setCurrentIndex(index)

        box.currentIndexChanged.connect(lambda index: self.set(field, box.itemData(index)))
        self._tie(box, show)
        return box

    def fill(self, box: QComboBox, choices: Sequence[Choice]) -> None:
        """Give a choice other values to choose from."""
        with QSignalBlocker(box):
            box.clear()
            for text, value in choices:
                box.addItem(text, value)
        for control, show in self._shows:
            if control is box:
                with QSignalBlocker(box):
                    show(self._context.settings)

    def check(self, field: str, text: str) -> QCheckBox:
        """Yes or no."""
        box = QCheckBox(text)
        box.setAccessibleName(text)
        box.toggled.connect(lambda on: self.set(field, on))
        self._tie(box, lambda settings: box.setChecked(read_field(settings, field)))
        return box

    def slider(self, field: str, written: Callable[[float], str]) -> tuple[QSlider, QLabel]:
        """A value from 0 to 1, and the label that says it; applied when the handle is let go."""
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(0, 100)
        slider.setPageStep(10)
        slider.setTracking(False)
        slider.setMinimumWidth(220)
        value = QLabel()
        value.setMinimumWidth(64)

        def show(settings: Settings) -> None:
            fraction = read_field(settings, field)
            slider.setValue(round(fraction * 100))
            value.setText(written(fraction))

        slider.sliderMoved.connect(lambda position: value.setText(written(position / 100)))
        slider.valueChanged.connect(lambda position: self.set(field, position / 100))
        self._tie(slider, show)
        return slider, value

    def decimal(
        self, field: str, low: float, high: float, step: float, suffix: str, *, nothing: str = ""
    ) -> QDoubleSpinBox:
        """A number; `nothing` is the word for "not set", one step below the lowest value."""
        box = QDoubleSpinBox()
        box.setDecimals(2 if step < 0.1 else 1)
        box.setRange(low - step if nothing else low, high)
        box.setSingleStep(step)
        box.setSuffix(suffix)
        box.setSpecialValueText(nothing)
        shape_number(box)

        def show(settings: Settings) -> None:
            value = read_field(settings, field)
            box.setValue(box.minimum() if value is None else value)

        def changed(value: float) -> None:
            self.set(field, None if nothing and value < low else round(value, 3))

        box.valueChanged.connect(changed)
        self._tie(box, show)
        return box

    def number(self, field: str, low: int, high: int, suffix: str, *, nothing: str = "") -> QSpinBox:
        """A whole number; `nothing` is the word for 0, below which `low` begins."""
        box = _JumpingSpinBox(low if nothing else 0)
        box.setRange(0 if nothing else low, high)
        box.setSuffix(suffix)
        box.setSpecialValueText(nothing)
        shape_number(box)
        box.valueChanged.connect(lambda value: self.set(field, value))
        self._tie(box, lambda settings: box.setValue(round(read_field(settings, field))))
        return box


class _JumpingSpinBox(QSpinBox):
    """From 0 a step goes to the lowest useful value and back: nobody wants letters of one point."""

    def __init__(self, lowest: int) -> None:
        super().__init__()
        self._lowest = lowest

    def stepBy(self, steps: int) -> None:
        if self.value() == 0 and steps > 0:
            self.setValue(self._lowest + steps - 1)
        elif self.value() > 0 and self.value() + steps < self._lowest:
            self.setValue(0)
        else:
            super().stepBy(steps)
