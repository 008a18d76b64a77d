"""The page about the program."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.settings.places import Places
from app.support.crash import PREVIOUS_NAME
from app.window.context import Context
from app.window.pages.about import AboutPage, find_notices
from cslm_core import __version__


@pytest.fixture
def page(context: Context, qtbot: QtBot) -> AboutPage:
    made = AboutPage(context)
    qtbot.addWidget(made)
    return made


def test_the_notices_are_there(page: AboutPage, qtbot: QtBot) -> None:
    assert "SmolLM2" in find_notices()
    qtbot.waitUntil(lambda: "SmolLM2" in page.notices.toPlainText())


def test_the_bundle_is_written_and_refused_in_a_sentence(page: AboutPage, qtbot: QtBot, tmp_path: Path) -> None:
    page.save(tmp_path / "bundle.zip")
    qtbot.waitUntil(lambda: "Written" in page.outcome.sentence.text(), timeout=20_000)
    with zipfile.ZipFile(tmp_path / "bundle.zip") as bundle:
        assert __version__ in bundle.read("machine.json").decode()
    page.save(tmp_path / "nowhere" / "bundle.zip")
    qtbot.waitUntil(lambda: "does not exist" in page.outcome.sentence.text(), timeout=20_000)
    assert page.bundle.isEnabled()


def test_what_it_died_of_is_shown(context: Context, qtbot: QtBot) -> None:
    state = Places.find().state
    state.mkdir(parents=True)
    (state / PREVIOUS_NAME).write_text("Fatal Python error: Segmentation fault")
    page = AboutPage(context)
    qtbot.addWidget(page)
    qtbot.waitUntil(lambda: "Segmentation fault" in page.crash.toPlainText())
    assert not page._crash_card.isHidden()
