"""The real program in this process, driven as its user would: what is shown is read off the window.

Start the virtual screen and sound card first. Knows nothing of what is asked.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import numpy as np
import numpy.typing as npt
import psutil
import soxr

from app.settings.model import Settings
from app.store.model import Turn
from cslm_core.audio import read_audio
from tests.journeys.virtual import RATE

__all__ = ["Driver", "TimedOutError", "spoken"]

T = TypeVar("T")


class TimedOutError(Exception):
    """What was waited for did not happen; the message says what."""


def spoken(path: Path) -> npt.NDArray[np.float32]:
    """A sound file as samples (n,) of 48 kHz for the virtual microphone."""
    pcm: npt.NDArray[np.float32] = soxr.resample(read_audio(path), 16_000, RATE)
    return pcm


class Driver:
    """The program with its window, in a folder of its own."""

    def __init__(self, home: Path, settings: Settings | None = None) -> None:
        os.environ["CSLM_HOME"] = str(home)
        from PySide6.QtCore import QSettings
        from PySide6.QtWidgets import QApplication

        from app.settings.file import SettingsFile
        from app.settings.places import Places
        from app.store.store import Store
        from app.window.main import open_session
        from app.window.program import Program

        self._app = QApplication.instance() or QApplication(["cslm"])
        assert isinstance(self._app, QApplication)
        begin = time.monotonic()
        places = Places.find()
        places.make()
        file = SettingsFile(places.settings)
        self.program = Program(
            self._app,
            settings=settings or Settings(),
            save=file.save,
            store=Store(places.conversations),
            log_folder=places.log,
            remembered=QSettings(str(places.state / "window.ini"), QSettings.Format.IniFormat),
            open_session=open_session,
        )
        self.program.start()
        self.wait(lambda: self.program.window.isVisible(), 20, "the window to be visible")
        self.pump(0)
        self.visible_after = time.monotonic() - begin
        self._begin = begin

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.program.end()
        self.program.window.deleteLater()
        self.pump(0.05)

    # --- time ---

    def pump(self, seconds: float) -> None:
        """Let the window live for a while."""
        end = time.monotonic() + seconds
        while True:
            self._app.processEvents()
            if time.monotonic() >= end:
                return
            time.sleep(0.004)

    def wait(self, condition: Callable[[], object], seconds: float, what: str) -> float:
        """Let the window live until `condition` holds; how long that took."""
        begin = time.monotonic()
        while not condition():
            if time.monotonic() - begin > seconds:
                raise TimedOutError(f"waited {seconds:.0f} s for {what}; {self.describe()}")
            self.pump(0.01)
        return time.monotonic() - begin

    def during(self, work: Callable[[], T]) -> T:
        """Let the window live while `work` runs in a thread (what blocks, such as speaking); what it gives."""
        with ThreadPoolExecutor(1) as pool:
            future = pool.submit(work)
            while not future.done():
                self.pump(0.01)
            return future.result()

    # --- what is shown ---

    @property
    def turns(self) -> list[Turn]:
        """The turns that the window shows, oldest first."""
        return [widget.turn for widget in self.program.window.panel.view.turns]

    @property
    def state(self) -> str:
        return self.program.context.bridge.state.state

    @property
    def problems(self) -> dict[str, str]:
        return {key: problem.sentence for key, problem in self.program.context.bridge.problems.items()}

    def describe(self) -> str:
        last = self.turns[-1] if self.turns else None
        shown = f"{last.state}: {last.question!r} -> {last.reply!r}" if last else "no turn"
        return f"state {self.state}, {len(self.turns)} turns, last {shown}, problems {self.problems}"

    def wait_ready(self, seconds: float = 90) -> float:
        """Until the pack is loaded; seconds since the program was started."""
        self.wait(lambda: self.program.context.bridge.pack and self.state == "ready", seconds, "the pack to be ready")
        return time.monotonic() - self._begin

    def wait_turn(self, count: int, seconds: float = 90) -> Turn:
        """Until `count` turns are shown and the last one is over and silent."""
        over = ("done", "interrupted", "failed")
        self.wait(
            lambda: len(self.turns) >= count and self.turns[-1].state in over and self.state == "ready",
            seconds,
            f"turn {count} to be over",
        )
        return self.turns[-1]

    # --- the machine ---

    @property
    def engine(self) -> psutil.Process:
        """The engine's process."""
        return next(p for p in psutil.Process().children(recursive=True) if "cslm_core.engine" in " ".join(p.cmdline()))

    def memory(self) -> float:
        """Megabytes (resident) of this process and the engine."""
        return sum(p.memory_info().rss for p in (psutil.Process(), self.engine)) / 1e6
