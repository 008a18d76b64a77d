"""Work in another thread never is the last that holds what belongs to the main thread."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.window.background import Background
from cslm_core.errors import CslmError


class _Held:
    """Says in which thread it died."""

    def __init__(self, died: list[threading.Thread], came: list[object]) -> None:
        self._came = came
        weakref.finalize(self, lambda: died.append(threading.current_thread()))

    def work(self) -> None:
        time.sleep(0.01)

    def failing(self) -> None:
        raise CslmError("It did not work.")

    def take(self, answer: object) -> None:
        self._came.append(answer)


@pytest.mark.parametrize("name", ["work", "failing"])
def test_what_the_work_holds_dies_in_the_main_thread(qapp: QApplication, qtbot: QtBot, name: str) -> None:
    background = Background()
    died: list[threading.Thread] = []
    came: list[object] = []
    for _ in range(100):
        held = _Held(died, came)
        work: Callable[[], None] = getattr(held, name)
        background.run(work, held.take, held.take)
        del held, work

    qtbot.waitUntil(lambda: len(came) == 100, timeout=20_000)
    background.close()
    gc.collect()
    assert died == [threading.main_thread()] * 100


def test_what_was_begun_when_it_is_closed_comes_back_to_nobody(qapp: QApplication, qtbot: QtBot) -> None:
    background = Background(threads=1)
    died: list[threading.Thread] = []
    came: list[object] = []
    held = _Held(died, came)
    for _ in range(3):
        background.run(held.work, came.append)
    del held
    background.close()
    background.run(lambda: None, came.append)
    qtbot.wait(20)
    assert came == []
    assert died == [threading.main_thread()]
