"""Cycles are collected in the main thread, whoever allocates."""

from __future__ import annotations

import gc
import threading
import weakref

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.window.garbage import GarbageCollection


class _Cycle:
    def __init__(self, died: list[threading.Thread]) -> None:
        self.me = self
        weakref.finalize(self, lambda: died.append(threading.current_thread()))


def test_a_cycle_dies_in_the_main_thread(qapp: QApplication, qtbot: QtBot) -> None:
    gc.enable()
    garbage = GarbageCollection()
    died: list[threading.Thread] = []
    try:
        assert not gc.isenabled()

        def allocate() -> None:
            for _ in range(5_000):  # far more than the threshold, whatever was freed before
                _Cycle(died)

        thread = threading.Thread(target=allocate)
        thread.start()
        thread.join()
        assert died == []
        qtbot.waitUntil(lambda: len(died) == 5_000)
        assert set(died) == {threading.main_thread()}
    finally:
        garbage.stop()
    assert gc.isenabled()
