"""The language of the interface: the system's or the chosen one. Knows nothing of what is translated."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

__all__ = ["FOLDER", "Translations", "wanted_language"]

FOLDER: Final = Path(__file__).parent / "i18n"
_TRANSLATED: Final = ("zh_CN",)

_log = logging.getLogger(__name__)


def wanted_language(choice: str, system: list[str] | None = None) -> str:
    """ "en" or a language that there is a translation for; `choice` "" follows the system's list of languages."""
    if choice:
        return choice if choice in _TRANSLATED else "en"
    for name in QLocale.system().uiLanguages() if system is None else system:
        code = name.replace("-", "_")
        if code.startswith("zh") and not any(part in code for part in ("Hant", "TW", "HK", "MO")):
            return "zh_CN"
        if code.startswith("en"):
            return "en"
    return "en"


class Translations:
    """Those that are installed in the application."""

    def __init__(self, app: QApplication) -> None:
        self._app = app
        self._installed: list[QTranslator] = []
        self.language = "en"

    def use(self, choice: str) -> bool:
        """Switch to a language; whether it is another one than before. What is built from now on speaks it."""
        language = wanted_language(choice)
        if language == self.language and (self._installed or language == "en"):
            return False
        self.clear()
        self.language = language
        QLocale.setDefault(QLocale(language))
        if language != "en":
            self._install("cslm_" + language, FOLDER)
            self._install("qtbase_" + language, Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)))
        return True

    def clear(self) -> None:
        """Take the translations out of the application: it speaks English."""
        for translator in self._installed:
            self._app.removeTranslator(translator)
        self._installed = []
        self.language = "en"

    def _install(self, name: str, folder: Path) -> None:
        translator = QTranslator(self._app)
        if translator.load(name, str(folder)):
            self._app.installTranslator(translator)
            self._installed.append(translator)
        else:
            _log.warning("the translation %s is missing", name)
