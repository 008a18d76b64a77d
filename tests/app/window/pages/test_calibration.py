"""The page of the calibration over a room that pretends to measure."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.window.context import Context
from app.window.pages.calibration import CalibrationPage
from app.window.pages.fields import with_field
from app.window.translate import FOLDER
from cslm_core.errors import AudioError


@dataclass
class Found:
    delay_ms: float = 84.6
    erl_db: float = 22.0
    erle_db: float = 31.0
    noise_dbfs: float = -62.0
    duplex: Literal["full", "cautious", "half"] = "full"
    why: str = "The echo is weak and well cancelled."


class MeasuringRoom:
    def __init__(self, error: AudioError | None = None, found: Found | None = None) -> None:
        self.go_on = threading.Event()
        self.error = error
        self.found = found or Found()

    def calibrate(self, progress: Callable[[float], None]) -> Found:
        progress(0.5)
        assert self.go_on.wait(10)
        progress(0.9)
        if self.error is not None:
            raise self.error
        return self.found


@pytest.fixture
def page(context: Context, qtbot: QtBot) -> CalibrationPage:
    made = CalibrationPage(context)
    qtbot.addWidget(made)
    made.show()
    return made


def begin(context: Context, room: Any) -> None:
    context.open_room(room)


def test_without_devices_there_is_nothing_to_measure(page: CalibrationPage) -> None:
    assert not page.start.isEnabled()
    assert "not open" in page.outcome.sentence.text()


def test_what_is_found_is_shown_applied_and_can_be_undone(
    page: CalibrationPage, context: Context, qtbot: QtBot
) -> None:
    context.change(with_field(context.settings, "audio.duplex", "half"))
    room = MeasuringRoom()
    begin(context, room)
    page.start.click()
    qtbot.waitUntil(lambda: page.progress.value() == 500)
    assert not page.start.isEnabled()
    room.go_on.set()
    qtbot.waitUntil(page.undo.isVisible)
    assert (context.settings.audio.duplex, context.settings.audio.echo_delay_ms) == ("full", 84.6)
    assert page.why.text() == "The echo is weak and well cancelled."
    page.undo.click()
    assert (context.settings.audio.duplex, context.settings.audio.echo_delay_ms) == ("half", 0.0)


def test_why_is_said_in_the_language_of_the_interface(
    page: CalibrationPage, context: Context, qapp: QApplication, qtbot: QtBot
) -> None:
    room = MeasuringRoom(found=Found(why="The echo is taken out well (31 dB), so you can interrupt at any time."))
    room.go_on.set()
    begin(context, room)
    translator = QTranslator()
    assert translator.load("cslm_zh_CN", str(FOLDER))
    qapp.installTranslator(translator)
    try:
        page.start.click()
        qtbot.waitUntil(page.undo.isVisible)
        assert page.why.text() == "回声消除得很好（31 dB），因此您可以随时打断。"
    finally:
        qapp.removeTranslator(translator)


def test_a_failure_is_a_sentence_and_changes_nothing(page: CalibrationPage, context: Context, qtbot: QtBot) -> None:
    room = MeasuringRoom(AudioError("Nothing was heard of the sound; turn the volume up."))
    room.go_on.set()
    begin(context, room)
    before = context.settings
    page.start.click()
    qtbot.waitUntil(lambda: "turn the volume up" in page.outcome.sentence.text())
    assert context.settings == before
    assert page.start.isEnabled()


def test_cancelled_it_changes_nothing(page: CalibrationPage, context: Context, qtbot: QtBot) -> None:
    room = MeasuringRoom()
    begin(context, room)
    before = context.settings
    page.start.click()
    qtbot.waitUntil(lambda: page.progress.value() == 500)
    page.cancel.click()
    room.go_on.set()
    assert page.start.isEnabled()
    done: list[None] = []
    context.background.run(lambda: None, done.append)
    qtbot.waitUntil(lambda: bool(done))
    assert context.settings == before
