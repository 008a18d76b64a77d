"""The watch over the main thread sees a stall and says where it was."""

from __future__ import annotations

import time

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.window.stalls import StallWatch


def _busy(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        sum(range(1000))


def test_a_stall_is_seen_with_its_place(qapp: QApplication, qtbot: QtBot) -> None:
    watch = StallWatch()
    watch.start()
    try:
        qtbot.waitUntil(lambda: watch.rounds > 2)
        _busy(0.35)
        qtbot.waitUntil(lambda: watch.longest.seconds > 0.2)
        assert watch.longest.seconds < 5
        assert "_busy" in watch.longest.where
        watch.reset()
        assert watch.longest.seconds == 0
    finally:
        watch.stop()
