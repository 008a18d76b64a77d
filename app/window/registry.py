"""The pages beside the conversation: one line each. A page's module is loaded when it is opened for the first time.

Knows nothing of what is on a page.
"""

from __future__ import annotations

import importlib
import importlib.util
from typing import Final, NamedTuple

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication
from PySide6.QtWidgets import QWidget

from app.window.context import Context

__all__ = ["PAGES", "PageEntry", "find_pages", "open_page", "page_title"]


class PageEntry(NamedTuple):
    name: str
    module: str
    widget: str
    icon: str
    title: str


PAGES: Final = (
    PageEntry("packs", "packs", "PacksPage", "box", str(QT_TRANSLATE_NOOP("Pages", "Packs"))),
    PageEntry("settings", "settings", "SettingsPage", "gear", str(QT_TRANSLATE_NOOP("Pages", "Settings"))),
    PageEntry("latency", "latency", "LatencyPage", "chart", str(QT_TRANSLATE_NOOP("Pages", "Latency"))),
    PageEntry("calibration", "calibration", "CalibrationPage", "wave", str(QT_TRANSLATE_NOOP("Pages", "Calibrate"))),
    PageEntry("language", "language", "LanguagePage", "wand", str(QT_TRANSLATE_NOOP("Pages", "New language"))),
    PageEntry("about", "about", "AboutPage", "info", str(QT_TRANSLATE_NOOP("Pages", "About"))),
)


def find_pages() -> list[PageEntry]:
    """The pages that this build has."""
    return [page for page in PAGES if importlib.util.find_spec(f"app.window.pages.{page.module}") is not None]


def page_title(page: PageEntry) -> str:
    return QCoreApplication.translate("Pages", page.title)


def open_page(page: PageEntry, context: Context) -> QWidget:
    """Make the page; its class takes the context."""
    module = importlib.import_module(f"app.window.pages.{page.module}")
    widget = getattr(module, page.widget)(context)
    assert isinstance(widget, QWidget)
    widget.setAccessibleName(page_title(page))
    return widget
