"""The page about the program."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from PySide6.QtCore import QStandardPaths, QUrl
from pytestqt.qtbot import QtBot

from app.settings.places import Places
from app.support.crash import PREVIOUS_NAME
from app.window.context import Context
from app.window.pages.about import AboutPage, bundle_folder, find_notices
from cslm_core import __version__


@pytest.fixture
def page(context: Context, qtbot: QtBot) -> AboutPage:
    made = AboutPage(context)
    qtbot.addWidget(made)
    return made


def test_the_notices_are_there(page: AboutPage, qtbot: QtBot) -> None:
    assert "SmolLM2" in find_notices()
    qtbot.waitUntil(lambda: "SmolLM2" in page.notices.toPlainText())


def test_one_click_writes_the_bundle_and_another_shows_where(
    page: AboutPage, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "Downloads"
    folder.mkdir()
    opened: list[QUrl] = []
    monkeypatch.setattr("app.window.pages.about.bundle_folder", lambda: folder)
    monkeypatch.setattr("app.window.pages.about.QDesktopServices.openUrl", opened.append)
    assert page.show_folder.isHidden()
    page.bundle.click()
    assert not page.bundle.isEnabled()
    qtbot.waitUntil(lambda: "Written" in page.outcome.sentence.text(), timeout=20_000)
    (written,) = folder.iterdir()
    assert str(written) in page.outcome.sentence.text()
    with zipfile.ZipFile(written) as bundle:
        assert __version__ in bundle.read("machine.json").decode()
    assert page.bundle.isEnabled()
    page.show_folder.click()
    assert opened == [QUrl.fromLocalFile(str(folder))]


def test_a_bundle_that_cannot_be_written_is_refused_in_a_sentence(
    page: AboutPage, qtbot: QtBot, tmp_path: Path
) -> None:
    page.save(tmp_path / "nowhere" / "bundle.zip")
    qtbot.waitUntil(lambda: "does not exist" in page.outcome.sentence.text(), timeout=20_000)
    assert page.bundle.isEnabled()
    assert page.show_folder.isHidden()


def test_the_bundle_goes_where_it_is_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    names = {
        QStandardPaths.StandardLocation.DownloadLocation: "Downloads",
        QStandardPaths.StandardLocation.DocumentsLocation: "Documents",
    }
    monkeypatch.setattr(
        "app.window.pages.about.QStandardPaths.writableLocation", lambda location: str(tmp_path / names[location])
    )
    assert bundle_folder() == tmp_path
    for name in ("Documents", "Downloads"):
        (tmp_path / name).mkdir()
        assert bundle_folder() == tmp_path / name


def test_what_it_died_of_is_shown(context: Context, qtbot: QtBot) -> None:
    state = Places.find().state
    state.mkdir(parents=True)
    (state / PREVIOUS_NAME).write_text("Fatal Python error: Segmentation fault")
    page = AboutPage(context)
    qtbot.addWidget(page)
    qtbot.waitUntil(lambda: "Segmentation fault" in page.crash.toPlainText())
    assert not page._crash_card.isHidden()
