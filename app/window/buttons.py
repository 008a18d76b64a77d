"""Buttons with an icon in the colours of the theme. Knows nothing of what they do."""

from __future__ import annotations

from typing import Final, Literal

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QToolButton, QWidget

from app.window.icons import icon

__all__ = ["IconButton"]

_USUAL_POINTS: Final = 11.0

Ink = Literal["text", "faint", "accent", "on_accent"]


class IconButton(QToolButton):
    """`name` is what a screen reader says and the tool tip shows; `description` says more."""

    def __init__(
        self,
        picture: str,
        name: str,
        *,
        description: str = "",
        size: int = 18,
        text: bool = False,
        ink: Ink = "text",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._picture = picture
        self._size = size
        self._ink: Ink = ink
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._beside = text
        if text:
            self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.rename(name, description)
        self._draw()

    def rename(self, name: str, description: str = "") -> None:
        # The space is that between picture and text; screen readers have the name.
        self.setText(f"\u2002{name}" if self._beside else name)
        self.setAccessibleName(name)
        self.setAccessibleDescription(description)
        self.setToolTip(description or name)

    def show_picture(self, picture: str) -> None:
        if picture != self._picture:
            self._picture = picture
            self._draw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._draw()

    def _draw(self) -> None:
        roles = {
            "text": QPalette.ColorRole.WindowText,
            "faint": QPalette.ColorRole.PlaceholderText,
            "accent": QPalette.ColorRole.Accent,
            "on_accent": QPalette.ColorRole.HighlightedText,
        }
        size = round(self._size * max(1.0, self.font().pointSizeF() / _USUAL_POINTS))  # larger letters, larger pictures
        self.setIconSize(QSize(size, size))
        self.setIcon(icon(self._picture, self.palette().color(roles[self._ink]).name(), size))
