"""The look: colours of the light and of the dark theme, following the system while the program runs.

Text on its ground has a contrast of 4.5 or more in both themes (a test computes it). Knows nothing of windows.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from PySide6.QtCore import QDir, QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from app.window.style import style_sheet

__all__ = ["DARK", "LIGHT", "Theme", "ThemeChoice", "Tokens", "tokens_of"]

ThemeChoice = Literal["system", "light", "dark"]


@dataclass(frozen=True, slots=True)
class Tokens:
    """Colours by what they are for, as #rrggbb."""

    window: str
    sidebar: str
    surface: str
    """Bubbles of replies, fields, menus."""
    hover: str
    border: str
    text: str
    faint: str
    """Text that matters less; still readable."""
    accent: str
    on_accent: str
    question: str
    on_question: str
    spoken: str
    """Behind the word that is being spoken."""
    on_spoken: str
    pill: str
    """Behind the mark of a chunk's speech."""
    wave: str
    """The bars in it."""
    warning: str
    on_warning: str
    danger: str
    on_danger: str
    good: str


LIGHT: Final = Tokens(
    window="#f7f8fa",
    sidebar="#eceff3",
    surface="#ffffff",
    hover="#e3e8ef",
    border="#d5dbe4",
    text="#171a20",
    faint="#586272",
    accent="#3056d3",
    on_accent="#ffffff",
    question="#dfe8ff",
    on_question="#162449",
    spoken="#ffd866",
    on_spoken="#171a20",
    pill="#e8f1ef",
    wave="#0f766e",
    warning="#fff1d0",
    on_warning="#573d00",
    danger="#b3261e",
    on_danger="#ffffff",
    good="#14713f",
)
DARK: Final = Tokens(
    window="#15171c",
    sidebar="#101216",
    surface="#20232a",
    hover="#2b3039",
    border="#363c47",
    text="#eceef2",
    faint="#a5aebb",
    accent="#86a8ff",
    on_accent="#0e1a38",
    question="#2a3a63",
    on_question="#edf2ff",
    spoken="#f2c94c",
    on_spoken="#1b1600",
    pill="#1c3433",
    wave="#5fd0c2",
    warning="#40340f",
    on_warning="#ffe9ae",
    danger="#ff8a80",
    on_danger="#2b0503",
    good="#6ddb9c",
)

_PLAIN_FONTS: Final = frozenset({"DejaVu Sans", "Bitstream Vera Sans", "Sans Serif", "Sans", "Helvetica"})
"""What a desktop without a font of its own says; where it does, a better one is looked for."""
_BETTER_FONTS: Final = (
    "Inter",
    "SF Pro Text",
    "Segoe UI Variable Text",
    "Segoe UI",
    "Cantarell",
    "Ubuntu",
    "Noto Sans",
    "Source Sans 3",
    "Noto Sans CJK SC",
)


class Theme(QObject):
    """Apply it once to the application; `changed` comes whenever the colours are others."""

    changed = Signal()

    def __init__(self, app: QApplication, choice: ThemeChoice = "system", font_size: int = 0) -> None:
        super().__init__(app)
        QDir.setSearchPaths("cslm", [str(Path(__file__).parent / "icons")])
        self.tokens = LIGHT
        self._app = app
        self._choice: ThemeChoice = choice
        self._font_size = font_size
        self._own_size = app.font().pointSizeF() if app.font().pointSizeF() > 0 else 10.0
        self._applied: tuple[Tokens, int] | None = None
        app.setStyle("Fusion")
        app.setFont(_font(app.font()))
        app.styleHints().colorSchemeChanged.connect(self._follow)
        self._apply()

    @property
    def dark(self) -> bool:
        return self.tokens is DARK

    def choose(self, choice: ThemeChoice, font_size: int = 0) -> None:
        """Light, dark, or as the system is; `font_size` in points, 0: the system's."""
        self._choice, self._font_size = choice, font_size
        self._apply()

    def _follow(self) -> None:
        if self._choice == "system":
            self._apply()

    def _apply(self) -> None:
        hints = self._app.styleHints()
        schemes = {"system": Qt.ColorScheme.Unknown, "light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
        hints.setColorScheme(schemes[self._choice])  # title bars and file dialogs of the system follow too
        dark = self._choice == "dark" or (self._choice == "system" and hints.colorScheme() is Qt.ColorScheme.Dark)
        tokens = DARK if dark else LIGHT
        if self._applied == (tokens, self._font_size):
            return
        self._applied = (tokens, self._font_size)
        self.tokens = tokens
        # Qt replaces a sheet by polishing every widget once for each of its parents: ten times the work of a new sheet.
        self._app.setStyleSheet("")
        font = QFont(self._app.font())
        font.setPointSizeF(float(self._font_size) if self._font_size else self._own_size)
        self._app.setFont(font)
        self._app.setPalette(_palette(tokens))
        self._app.setStyleSheet(style_sheet(tokens, font.pointSizeF()))
        self.changed.emit()


def tokens_of(palette: QPalette) -> Tokens:
    """The colours that go with a palette of ours."""
    return DARK if palette.color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT


def _font(font: QFont) -> QFont:
    if font.family() not in _PLAIN_FONTS:
        return font
    there = set(QFontDatabase.families())
    better = next((family for family in _BETTER_FONTS if family in there), None)
    if better is None:
        return font
    chosen = QFont(font)
    chosen.setFamilies([better, font.family()])
    chosen.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return chosen


def _palette(tokens: Tokens) -> QPalette:
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: tokens.window,
        QPalette.ColorRole.WindowText: tokens.text,
        QPalette.ColorRole.Base: tokens.surface,
        QPalette.ColorRole.AlternateBase: tokens.window,
        QPalette.ColorRole.Text: tokens.text,
        QPalette.ColorRole.PlaceholderText: tokens.faint,
        QPalette.ColorRole.Button: tokens.surface,
        QPalette.ColorRole.ButtonText: tokens.text,
        QPalette.ColorRole.Highlight: tokens.accent,
        QPalette.ColorRole.HighlightedText: tokens.on_accent,
        QPalette.ColorRole.Accent: tokens.accent,
        QPalette.ColorRole.Link: tokens.accent,
        QPalette.ColorRole.ToolTipBase: tokens.surface,
        QPalette.ColorRole.ToolTipText: tokens.text,
        QPalette.ColorRole.Mid: tokens.border,
        QPalette.ColorRole.Light: tokens.surface,
        QPalette.ColorRole.Dark: tokens.border,
    }
    for role, colour in roles.items():
        palette.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(tokens.faint))
    return palette
