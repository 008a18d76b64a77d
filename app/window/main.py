"""The start of the program with a window: the only one of its user, with a crash log, ended well by Ctrl-C.

Imports what is light; devices, session and engine come when the window stands. Knows nothing of what the window shows.
"""

from __future__ import annotations

import logging
import signal
import sys
from typing import Final

from PySide6.QtCore import QSettings
from PySide6.QtGui import QGuiApplication, QIcon, Qt
from PySide6.QtWidgets import QApplication

from app.session.notices import Problem
from app.settings.file import SettingsFile
from app.settings.places import Places
from app.store.store import Store
from app.support.crash import CrashLog
from app.support.instance import InstanceServer, send
from app.support.journal import noted
from app.support.logs import start_logging
from app.window.context import Context
from app.window.program import Opened, Program
from cslm_core import __version__
from cslm_core.assets import assets_folder

__all__ = ["main"]

_SWITCH_SECONDS: Final = 0.002
"""A thread that computes or imports gives way to the window after this time at the latest, if it can."""

_log = logging.getLogger(__name__)


def open_session(context: Context) -> Opened:
    """Devices, engine and session. Runs in a background thread, because importing them alone takes a while."""
    from app.audio.audioroom import AudioRoom
    from app.session.session import Session
    from cslm_core.engine.client import EngineClient

    room = AudioRoom(context.settings.audio)
    session = Session(
        engine=EngineClient(log_folder=context.log_folder),
        room=room,
        store=context.store,
        settings=context.settings,
        observer=noted(context.bridge.post),
    )
    session.start()
    return Opened(session, room)


def main(argv: list[str] | None = None) -> int:
    """Open the window and stay until it is closed; the exit code. A second start brings the first one's window up.

    Raises CslmError when the folders of the program cannot be used.
    """
    sys.setswitchinterval(_SWITCH_SECONDS)
    places = Places.find()
    places.make()
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    QApplication.setApplicationName("cslm")
    QApplication.setApplicationDisplayName("CSLM")
    QApplication.setApplicationVersion(__version__)
    QGuiApplication.setDesktopFileName("cslm")
    early: list[str] = []
    program: Program | None = None

    def hear(message: str) -> None:
        if program is None:
            early.append(message)
        else:
            program.message.emit(message)

    server = InstanceServer(hear, places.state)
    if not server.start():
        send("raise", places.state)
        return 0
    crash = CrashLog(places.state)
    crash.start()
    start_logging(places.log)
    app = QApplication(sys.argv[:1] if argv is None else [sys.argv[0], *argv])
    app.setWindowIcon(QIcon(str(assets_folder() / "icons" / "cslm.svg")))
    file = SettingsFile(places.settings)
    settings, problem = file.load()
    store = Store(places.conversations)
    try:
        program = Program(
            app,
            settings=settings,
            save=file.save,
            store=store,
            log_folder=places.log,
            remembered=QSettings(str(places.state / "window.ini"), QSettings.Format.IniFormat),
            open_session=open_session,
        )
        for key, sentence in (("settings", problem), ("store", store.problem)):
            if sentence:
                program.context.bridge.post(Problem(key, sentence, ""))
        for message in early:
            program.message.emit(message)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: program.quit())
        program.start()
        previous = crash.previous_crash()
        if previous:
            program.show_crash(previous)
        code = app.exec()
        program.end()
        _log.info("ended; longest stall of the main thread %.0f ms", program.context.stalls.longest.seconds * 1000)
    finally:
        server.close()
        crash.close()
    return code
