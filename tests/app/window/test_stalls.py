"""The watch over the main thread sees a stall and says where it was; time without a core is none of it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.window.stalls import StallWatch


def _busy(seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
    end = clock() + seconds
    while clock() < end:
        sum(range(1000))


def test_a_stall_is_seen_with_its_place(qapp: QApplication, qtbot: QtBot) -> None:
    watch = StallWatch()
    watch.start()
    try:
        qtbot.waitUntil(lambda: watch.rounds > 2)
        _busy(0.35, time.thread_time)  # what it waits for a core is none of it
        qtbot.waitUntil(lambda: watch.longest.seconds > 0.2)
        assert watch.longest.seconds < 5
        assert "_busy" in watch.longest.where
        watch.reset()
        assert watch.longest.seconds == 0
    finally:
        watch.stop()


def test_what_other_programs_take_is_no_stall(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "schedstat"
    told.write_text("0 1000000000 7\n")
    watch = StallWatch()
    monkeypatch.setattr(watch, "_schedule", told)
    watch.start()
    try:
        qtbot.waitUntil(lambda: watch.rounds > 2)
        _busy(0.5)
        told.write_text("0 1300000000 8\n")  # of that half second, 0.3 s without a core
        before = watch.rounds
        qtbot.waitUntil(lambda: watch.rounds > before + 2)
        assert 0.1 < watch.longest.seconds < 0.25
    finally:
        watch.stop()


_SPIN = """
import os, sys, time
os.sched_setaffinity(0, {int(sys.argv[1])})
print(flush=True)
end = time.monotonic() + 60
while time.monotonic() < end:
    pass
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_the_system_tells_how_long_the_main_thread_waited_for_a_core(qapp: QApplication) -> None:
    watch = StallWatch()
    if not watch._schedule.is_file():
        pytest.skip("this kernel does not tell")
    cores = os.sched_getaffinity(0)
    core = min(cores)
    with subprocess.Popen([sys.executable, "-c", _SPIN, str(core)], stdout=subprocess.PIPE) as other:
        try:
            assert other.stdout is not None
            other.stdout.readline()
            os.sched_setaffinity(0, {core})
            before = watch._queued()
            _busy(0.5)
            assert 0.05 < watch._queued() - before < 0.5
        finally:
            os.sched_setaffinity(0, cores)
            other.kill()
