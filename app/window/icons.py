"""Icons as lines on a grid of 24, drawn in the colour of the theme at every resolution. Knows nothing of buttons."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

__all__ = ["ICONS", "icon", "pixmap"]

ICONS: Final[dict[str, str]] = {
    "mic": '<rect x="9" y="3" width="6" height="11" rx="3"/><path d="M5 11a7 7 0 0 0 14 0M12 18v3M8.5 21h7"/>',
    "mic-off": '<path d="M9 9v2a3 3 0 0 0 4.6 2.5M15 11V6a3 3 0 0 0-5.6-1.5M5 11a7 7 0 0 0 11.3 5.5'
    'M19 11a7 7 0 0 1-.6 2.8M12 18v3M8.5 21h7M3.5 3.5l17 17"/>',
    "stop": '<rect x="6" y="6" width="12" height="12" rx="2.5" fill="COLOUR"/>',
    "send": '<path d="M12 19V5M6 11l6-6 6 6"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "private": '<rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>',
    "pencil": '<path d="M4 20l1-4.5L16 4.5a2.1 2.1 0 0 1 3.5 3.5L8.5 19 4 20zM14 6.5l3.5 3.5"/>',
    "copy": '<rect x="9" y="9" width="11" height="11" rx="2"/>'
    '<path d="M15 6V5a2 2 0 0 0-2-2H6a2 2 0 0 0-2 2v7a2 2 0 0 0 2 2h1"/>',
    "replay": '<path d="M4 12a8 8 0 1 0 2.6-5.9M4 4v4.5h4.5"/>',
    "play": '<path d="M8 5.5v13l10.5-6.5z" fill="COLOUR"/>',
    "trash": '<path d="M4.5 7h15M10 7V4.5h4V7M6.5 7l.8 12.5h9.4L17.5 7M10 11v5M14 11v5"/>',
    "globe": '<circle cx="12" cy="12" r="8.5"/><path d="M3.5 12h17M12 3.5c5 5 5 12 0 17M12 3.5c-5 5-5 12 0 17"/>',
    "gear": '<circle cx="12" cy="12" r="3"/><path d="M12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.1 2.1M16.3 16.3l2.1 2.1'
    'M5.6 18.4l2.1-2.1M16.3 7.7l2.1-2.1"/>',
    "chart": '<path d="M4 5h7M7 10h8M10 15h9M4 20h16"/>',
    "box": '<path d="M12 3l8 4.3v9.4L12 21l-8-4.3V7.3zM4 7.3l8 4.4 8-4.4M12 11.7V21"/>',
    "wave": '<path d="M4 10v4M8 6.5v11M12 3.5v17M16 7.5v9M20 10v4"/>',
    "search": '<circle cx="11" cy="11" r="6.5"/><path d="M16 16l4.5 4.5"/>',
    "more": '<circle cx="5" cy="12" r="1.3" fill="COLOUR"/><circle cx="12" cy="12" r="1.3" fill="COLOUR"/>'
    '<circle cx="19" cy="12" r="1.3" fill="COLOUR"/>',
    "close": '<path d="M6 6l12 12M18 6L6 18"/>',
    "warning": '<path d="M12 4l9 16H3zM12 10v5M12 17.6v.2"/>',
    "info": '<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5.5M12 7.6v.2"/>',
    "speaker": '<path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11"/>',
    "think": '<circle cx="6" cy="12" r="1.6" fill="COLOUR"/><circle cx="12" cy="12" r="1.6" fill="COLOUR"/>'
    '<circle cx="18" cy="12" r="1.6" fill="COLOUR"/>',
    "pause": '<path d="M9 6v12M15 6v12"/>',
    "ready": '<circle cx="12" cy="12" r="8.5"/><path d="M8 12.3l2.8 2.8L16 9.5"/>',
    "file": '<path d="M6 3.5h8l4.5 4.5v12.5H6zM14 3.5V8h4.5M9.5 13.5v2.5M12.2 12v5.5M15 13.5v2.5"/>',
    "back": '<path d="M19 12H5M11 6l-6 6 6 6"/>',
    "wand": '<path d="M5 19L15.5 8.5M14 4v3M19.5 9.5h-3M18.5 5.5l-2 2M8 4.5v2M4.5 8h2"/>',
    "down": '<path d="M12 5v14M6 13l6 6 6-6"/>',
    "hands-free": '<rect x="9.5" y="5" width="5" height="9" rx="2.5"/><path d="M7 12a5 5 0 0 0 10 0M12 17v2.5"/>'
    '<path d="M4 8a7 7 0 0 0 0 6M20 8a7 7 0 0 1 0 6"/>',
}
_SCALES: Final = (1.0, 2.0)


@lru_cache(maxsize=512)
def pixmap(name: str, colour: str, size: int, ratio: float = 1.0) -> QPixmap:
    """The icon in a colour (#rrggbb), `size` logical pixels wide, for a screen with `ratio` pixels in each."""
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="COLOUR" stroke-width="1.8" '
        f'stroke-linecap="round" stroke-linejoin="round">{ICONS[name]}</svg>'
    ).replace("COLOUR", colour)
    picture = QPixmap(QSize(round(size * ratio), round(size * ratio)))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(picture.rect()))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


@lru_cache(maxsize=256)
def icon(name: str, colour: str, size: int = 20) -> QIcon:
    """The icon for a button, sharp on every screen."""
    made = QIcon()
    for scale in _SCALES:
        made.addPixmap(pixmap(name, colour, size, scale))
    return made
