"""The page about the program: version, licences, a diagnostics bundle for who is to help, what it died of last time.

Knows nothing of what is in a bundle.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import Final

from PySide6.QtCore import QStandardPaths, QUrl, qVersion
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QTextBrowser, QWidget

from app.settings.places import Places
from app.support.bundle import write_bundle
from app.support.crash import PREVIOUS_NAME
from app.window.context import Context
from app.window.pages.operation import Operation
from app.window.pages.parts import Form, Outcome, Page, wrapped
from cslm_core import __version__
from cslm_core.assets import assets_folder

__all__ = ["AboutPage", "bundle_folder", "find_notices"]

_NOTICES: Final = "THIRD_PARTY_NOTICES.md"
_MAX_CHARACTERS: Final = 400_000


def find_notices() -> str:
    """The text of the third-party notices, in the source tree or an installed wheel; empty if it did not come along."""
    places = [assets_folder().parent / _NOTICES]
    for folder in sys.path:
        places += Path(folder).glob(f"cslm-{__version__}.dist-info/licenses/{_NOTICES}")
    for path in places:
        with contextlib.suppress(OSError):
            return path.read_text("utf-8", errors="replace")[:_MAX_CHARACTERS]
    return ""


def bundle_folder() -> Path:
    """Where what a user saves is looked for: the folder of downloads, else of documents, else home."""
    where = QStandardPaths.StandardLocation
    for location in (where.DownloadLocation, where.DocumentsLocation):
        folder = QStandardPaths.writableLocation(location)
        if folder and Path(folder).is_dir() and os.access(folder, os.W_OK):
            return Path(folder)
    return Path.home()


def _previous_crash(path: Path) -> str:
    with contextlib.suppress(OSError):
        return path.read_text("utf-8", errors="replace")[:_MAX_CHARACTERS]
    return ""


class AboutPage(Page):
    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._writing = Operation(context.background, self)
        self._reading = Operation(context.background, self)
        self._looking = Operation(context.background, self)
        self._places = Places.find()

        card = self.card(
            "CSLM",
            self.tr(
                "A voice assistant that hears, thinks and speaks with one language model, on this computer only. "
                "Nothing of what you say leaves it."
            ),
        )
        facts = Form()
        facts.fact(self.tr("Version"), __version__)
        facts.fact(self.tr("Python and Qt"), f"{sys.version.split()[0]}, {qVersion()}")
        facts.fact(self.tr("Licence"), "Apache License 2.0")
        facts.fact(self.tr("Conversations"), str(self._places.conversations))
        facts.fact(self.tr("Settings"), str(self._places.settings))
        facts.fact(self.tr("Packs"), str(context.packs.user_folder))
        card.body.addLayout(facts)

        card = self.card(
            self.tr("If something does not work"),
            self.tr(
                "The diagnostics bundle is one file with versions, devices, settings, logs and the last latencies. "
                "There is no speech in it and no text of yours."
            ),
        )
        self.bundle = QPushButton(self.tr("Save the diagnostics bundle"))
        self.bundle.setAccessibleDescription(self.tr("Write a zip file that you can send to who is to help"))
        self.bundle.clicked.connect(lambda: self.save(bundle_folder()))
        self._writing.ended.connect(lambda: self.bundle.setEnabled(True))
        self._written: Path | None = None
        self.show_folder = QPushButton(self.tr("Show the folder"))
        self.show_folder.setAccessibleDescription(self.tr("Open the folder in which the bundle is"))
        self.show_folder.clicked.connect(self._show_written)
        self.show_folder.hide()
        self.logs = QPushButton(self.tr("Open the folder of the logs"))
        self.logs.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(context.log_folder))))
        line = QHBoxLayout()
        line.addWidget(self.bundle)
        line.addWidget(self.show_folder)
        line.addWidget(self.logs)
        line.addStretch(1)
        card.body.addLayout(line)
        self.outcome = Outcome()
        card.body.addWidget(self.outcome)

        self._crash_card = self.card(
            self.tr("What ended the program last time"),
            self.tr("Places in the program only, nothing of what was said. It is in the diagnostics bundle as well."),
        )
        self.crash = QPlainTextEdit()
        self.crash.setReadOnly(True)
        self.crash.setTabChangesFocus(True)
        self.crash.setAccessibleName(self.tr("What ended the program last time"))
        self.crash.setFixedHeight(160)
        self._crash_card.body.addWidget(self.crash)
        self._crash_card.hide()

        card = self.card(self.tr("What it is built on"))
        self.notices = QTextBrowser()
        self.notices.setOpenExternalLinks(True)
        self.notices.setAccessibleName(self.tr("Third-party notices"))
        self.notices.setFixedHeight(360)
        card.body.addWidget(self.notices)
        self.no_notices = wrapped(self.tr("This installation has no notices; its source has them."), "faint")
        self.no_notices.hide()
        card.body.addWidget(self.no_notices)

        self._reading.run(lambda report: find_notices(), self._show_notices)
        path = self._places.state / PREVIOUS_NAME
        self._looking.run(lambda report: _previous_crash(path), self._show_crash)

    def _show_notices(self, text: str) -> None:
        self.notices.setMarkdown(text)
        self.notices.setVisible(bool(text))
        self.no_notices.setVisible(not text)

    def _show_crash(self, text: str) -> None:
        self.crash.setPlainText(text)
        self._crash_card.setVisible(bool(text.strip()))

    def save(self, folder: Path) -> None:
        """Write the bundle into a folder in the background, under a name that tells the time."""
        places, settings = self._places, self.context.settings
        self.bundle.setEnabled(False)
        self.show_folder.hide()
        self.outcome.tell(self.tr("Collecting…"))
        self._writing.run(
            lambda report: write_bundle(folder, places=places, settings=settings), self._saved, self.outcome.fail
        )

    def _saved(self, written: Path) -> None:
        self._written = written
        self.show_folder.show()
        self.outcome.tell(self.tr("Written: {0}").format(written), "good")

    def _show_written(self) -> None:
        if self._written is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._written.parent)))
