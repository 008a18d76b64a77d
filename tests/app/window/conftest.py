"""A window over a scripted session."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.settings.model import Settings
from app.store.store import Store
from app.window.context import Context
from app.window.mainwindow import MainWindow
from app.window.theme import Theme
from app.window.translate import FOLDER
from cslm_core.packs.store import PackStore
from tests.app.window.fakes import FakeSession


@dataclass
class Desk:
    context: Context
    session: FakeSession
    window: MainWindow
    saved: list[Settings]
    qtbot: QtBot

    def settle(self) -> None:
        """Until the notices and what was begun in the background have arrived."""
        context = self.context
        done: list[None] = []
        for _ in range(2):  # what comes back from the background may begin something else there
            done.clear()
            self.qtbot.wait(0)
            context.background.run(lambda: None)
            context.background.run(lambda: None, done.append)
            self.qtbot.waitUntil(lambda: bool(done))

    def called(self, name: str) -> list[tuple[object, ...]]:
        return [call[1:] for call in self.session.calls if call[0] == name]


@pytest.fixture
def chinese(qapp: QApplication) -> Iterator[None]:
    """The interface in Chinese."""
    translator = QTranslator()
    assert translator.load("cslm_zh_CN", str(FOLDER))
    qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)


@pytest.fixture
def desk(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    saved: list[Settings] = []
    store = Store(None)
    context = Context(
        settings=Settings(),
        save=saved.append,
        store=store,
        theme=Theme(qapp, "light"),
        log_folder=tmp_path / "log",
        packs=PackStore(tmp_path / "user-packs", tmp_path / "builtin-packs"),
    )
    session = FakeSession(context.bridge.post, store)
    window = MainWindow(context)
    qtbot.addWidget(window)
    context.commands.attach(session)
    window.show()
    made = Desk(context, session, window, saved, qtbot)
    session.begin()
    made.settle()
    yield made
    context.stalls.stop()
    context.background.close()
    store.close()
