"""Pictures of the real window, for the README: a conversation with the pack, speaking and ready, and the pages.

    python -m app.window.screenshots OUT_DIR [--pack NAME] [--size 1200x820]

Recorded questions are spoken into a microphone that is none (`studio.py`); what is heard and answered is the pack's.
Light and dark, English and Chinese. Needs fonts with Chinese characters. Knows nothing of how the window is made.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cslm_core.assets import assets_folder
from cslm_core.audio import read_audio
from cslm_core.errors import CslmError

if TYPE_CHECKING:
    from app.window.context import Context
    from app.window.program import Program
    from app.window.studio import Studio

__all__ = ["main"]


class _Look(NamedTuple):
    theme: str
    language: str
    questions: tuple[str, ...]


_LOOKS: Final = (
    _Look("light", "en", ("en-1-brazil", "zh-2-rain")),
    _Look("dark", "en", ("en-2-sky",)),
    _Look("light", "zh_CN", ("zh-1-minute", "en-3-museum")),
    _Look("dark", "zh_CN", ("zh-3-phone-abroad",)),
)
_PAGES: Final = ("packs", "settings", "latency", "calibration", "language", "about")


class _Shoot:
    """The program, its studio, and the time it is given."""

    def __init__(self, program: Program, studio: Studio, out: Path) -> None:
        self._program = program
        self._studio = studio
        self._out = out

    @property
    def _context(self) -> Context:
        return self._program.context

    @property
    def state(self) -> str:
        return self._context.bridge.state.state

    def wait(self, condition: Callable[[], Any], seconds: float, what: str) -> None:
        """Let the window live until `condition` holds. Raises CslmError after `seconds`."""
        from PySide6.QtCore import QEventLoop, QTimer

        loop, end = QEventLoop(), time.monotonic() + seconds
        timer = QTimer()
        timer.timeout.connect(lambda: loop.quit() if condition() or time.monotonic() > end else None)
        timer.start(10)
        loop.exec()
        timer.stop()
        if not condition():
            problems = "; ".join(problem.sentence for problem in self._context.bridge.problems.values())
            raise CslmError(f"Waited {seconds:.0f} s for {what}; {problems or 'no reason was given'}.")

    def live(self, seconds: float) -> None:
        """Let the window live for a while."""
        end = time.monotonic() + seconds
        self.wait(lambda: time.monotonic() >= end, seconds + 5, "time to pass")

    def picture(self, name: str, look: _Look) -> None:
        path = self._out / f"{name}-{look.theme}-{look.language.split('_')[0]}.png"
        if not self._program.window.grab().save(str(path)):
            raise CslmError(f"{path} could not be written; check that you may write there.")
        sys.stderr.write(f"{path}\n")

    def take(self, look: _Look, size: tuple[int, int]) -> None:
        """All pictures of one look."""
        self._dress(look, size)
        self._context.commands.new_conversation()
        self.live(0.5)
        for number, question in enumerate(look.questions):
            self._ask(question, look if number == len(look.questions) - 1 else None)
        self.picture("ready", look)
        for page in _PAGES:
            self._context.show_page(page)
            self.live(1.2)
            if page == "calibration":
                self._calibrate()
            self.picture(page, look)
        self._context.show_page("")

    def _dress(self, look: _Look, size: tuple[int, int]) -> None:
        settings = self._context.settings
        appearance = settings.appearance.model_copy(
            update={"theme": look.theme, "language": look.language, "show_latency": True}
        )
        self._context.change(settings.model_copy(update={"appearance": appearance}))
        self.live(0.3)  # another language makes another window
        self._program.window.resize(*size)
        self.live(0.3)

    def _ask(self, question: str, look: _Look | None) -> None:
        """Speak a recorded question and wait for the end of the reply; with `look`, take a picture while it speaks."""
        before = len(self._context.bridge.turns)
        spoken: list[object] = []
        self._context.bridge.word_spoken.connect(spoken.append)
        self._studio.say(read_audio(assets_folder() / "questions" / f"{question}.flac"))
        self.wait(lambda: len(self._context.bridge.turns) > before, 20, "the question to be heard")
        if look is not None:
            self.wait(lambda: (self.state == "speaking" and len(spoken) > 3) or self._over(), 120, "the reply")
            self.picture("speaking", look)
        self.wait(self._over, 180, "the reply to end")
        self._context.bridge.word_spoken.disconnect(spoken.append)
        self.live(0.5)

    def _over(self) -> bool:
        turns = list(self._context.bridge.turns.values())
        return self.state == "ready" and turns[-1].state in ("done", "interrupted", "failed")

    def _calibrate(self) -> None:
        from app.window.pages.calibration import CalibrationPage

        page = self._program.window.findChild(CalibrationPage)
        if page is not None:
            page.measure()
            self.wait(lambda: page.start.isEnabled(), 30, "the calibration")
            self.live(0.2)


def _run(out: Path, home: Path, pack: str, size: tuple[int, int]) -> None:
    os.environ["CSLM_HOME"] = str(home)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QSettings
    from PySide6.QtWidgets import QApplication

    from app.audio.audioroom import AudioRoom
    from app.session.session import Session
    from app.settings.model import Appearance, Conversing, Settings
    from app.settings.places import Places
    from app.store.store import Store
    from app.window.program import Opened, Program
    from app.window.studio import Studio
    from cslm_core.engine.client import EngineClient

    app = QApplication.instance() or QApplication(["cslm"])
    assert isinstance(app, QApplication)
    places = Places.find()
    places.make()
    studio = Studio()

    def open_session(context: Context) -> Opened:
        room = AudioRoom(context.settings.audio, backend=studio)
        session = Session(
            engine=EngineClient(log_folder=context.log_folder),
            room=room,
            store=context.store,
            settings=context.settings,
            observer=context.bridge.post,
        )
        session.start()
        return Opened(session, room)

    program = Program(
        app,
        settings=Settings(
            conversing=Conversing(pack=pack), appearance=Appearance(theme="light", language="en", tray=False)
        ),
        save=lambda settings: None,
        store=Store(places.conversations),
        log_folder=places.log,
        remembered=QSettings(str(places.state / "window.ini"), QSettings.Format.IniFormat),
        open_session=open_session,
    )
    program.start()
    taking = _Shoot(program, studio, out)
    try:
        taking.wait(lambda: program.context.bridge.pack and taking.state == "ready", 120, "the pack to be ready")
        for look in _LOOKS:
            taking.take(look, size)
    finally:
        program.end()
        studio.close()


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    return int(width), int(height)


def main(arguments: Sequence[str] | None = None) -> int:
    """Take the pictures; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m app.window.screenshots", description="Pictures of the window.")
    parser.add_argument("out", type=Path, metavar="OUT_DIR")
    parser.add_argument("--pack", default="", help="a pack's name; otherwise the first one")
    parser.add_argument("--size", type=_size, default=(1200, 820), help="of the window, such as 1200x820")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory() as home:
            _run(options.out, Path(home), options.pack, options.size)
    except CslmError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
