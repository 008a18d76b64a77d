"""The program around the window: shown before anything else, ended well, rebuilt in another language."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QSettings
from PySide6.QtWidgets import QApplication, QDialog, QPlainTextEdit
from pytestqt.qtbot import QtBot

from app.settings.model import Settings
from app.store.store import Store
from app.window.context import Context
from app.window.program import Opened, Program
from app.window.translate import wanted_language
from cslm_core.errors import EngineError
from tests.app.window.fakes import FakeSession

Make = Callable[[Callable[[Context], Opened]], Program]


@pytest.fixture
def make(qapp: QApplication, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    monkeypatch.setenv("CSLM_PACKS", str(tmp_path / "packs"))
    monkeypatch.setenv("CSLM_ASSETS", str(tmp_path / "assets"))
    programs: list[Program] = []

    def made(open_session: Callable[[Context], Opened]) -> Program:
        settings = Settings()
        program = Program(
            qapp,
            settings=settings.model_copy(
                update={"appearance": settings.appearance.model_copy(update={"language": "en"})}
            ),
            save=lambda _: None,
            store=Store(None),
            log_folder=tmp_path,
            remembered=QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat),
            open_session=open_session,
        )
        programs.append(program)
        return program

    yield made
    for program in programs:
        program.end()
        program.window.deleteLater()
        program.deleteLater()
    qapp.setQuitOnLastWindowClosed(True)


def _session(context: Context) -> Opened:
    session = FakeSession(context.bridge.post, context.store)
    session.begin()
    return Opened(session, None)


def test_the_window_stands_before_the_session(make: Make, qtbot: QtBot) -> None:
    go = threading.Event()
    sessions: list[FakeSession] = []

    def slow(context: Context) -> Opened:
        assert go.wait(20)
        opened = _session(context)
        assert isinstance(opened.session, FakeSession)
        sessions.append(opened.session)
        return opened

    program = make(slow)
    program.start()
    assert program.window.isVisible()
    assert program.window.panel.composer.status.word.text() == "Starting"
    program.context.commands.ask_text("Am I too early?")
    qtbot.waitUntil(lambda: program.context.stalls.rounds > 1)
    go.set()
    qtbot.waitUntil(lambda: [widget.turn.question for widget in program.window.panel.view.turns] == ["Am I too early?"])
    # There is no pack here: that is said, with a way out.
    qtbot.waitUntil(lambda: "pack" in program.context.bridge.problems)
    assert program.context.bridge.problems["pack"].remedy == "choose-pack"
    program.end()
    assert sessions[0].closed


def test_ended_while_the_session_is_being_opened(make: Make, qtbot: QtBot) -> None:
    begun, go = threading.Event(), threading.Event()
    sessions: list[FakeSession] = []

    def slow(context: Context) -> Opened:
        begun.set()
        assert go.wait(20)
        sessions.append(FakeSession(context.bridge.post, context.store))
        return Opened(sessions[0], None)

    program = make(slow)
    program.start()
    qtbot.waitUntil(begun.is_set)
    threading.Timer(0.1, go.set).start()
    program.end()
    assert sessions[0].closed


def test_a_session_that_does_not_open_is_told(make: Make, qtbot: QtBot) -> None:
    def fails(context: Context) -> Opened:
        raise EngineError("The engine could not be started; install the program again.")

    program = make(fails)
    program.start()
    qtbot.waitUntil(lambda: "session" in program.context.bridge.problems)
    assert "could not be started" in program.context.bridge.problems["session"].sentence


def test_messages_of_another_start(make: Make, qtbot: QtBot) -> None:
    program = make(_session)
    program.start()
    qtbot.waitUntil(lambda: program.context.bridge.state.state == "ready")
    for message in ("toggle-mute", "push-to-talk-toggle", "push-to-talk-toggle", "push-to-talk-down"):
        thread = threading.Thread(target=program.message.emit, args=(message,))
        thread.start()
        thread.join()
    opened = program.opened
    assert opened is not None
    session = opened.session
    assert isinstance(session, FakeSession)
    qtbot.waitUntil(lambda: len([call for call in session.calls if call[0] == "press"]) == 3)
    assert session.muted
    assert [call[1] for call in session.calls if call[0] == "press"] == [True, False, True]
    program.window.hide()
    program.message.emit("raise")
    qtbot.waitUntil(program.window.isVisible)


def test_another_language_makes_the_window_anew_with_what_it_showed(make: Make, qtbot: QtBot) -> None:
    program = make(_session)
    program.start()
    qtbot.waitUntil(lambda: program.context.bridge.pack is not None and bool(program.context.bridge.devices))
    program.context.commands.ask_text("Why?")
    qtbot.waitUntil(lambda: len(program.window.panel.view.turns) == 1)
    old = program.window
    settings = program.context.settings
    appearance = settings.appearance.model_copy(update={"language": "zh_CN"})
    program.context.change(settings.model_copy(update={"appearance": appearance}))
    qtbot.waitUntil(lambda: program.window is not old)
    window = program.window
    assert window.panel.composer.ask_button.text() == "提问"
    assert window.panel.header.pack.text() == "Starter pack"
    assert [widget.turn.question for widget in window.panel.view.turns] == ["Why?"]
    assert window.isVisible()
    opened = program.opened
    assert opened is not None
    assert isinstance(opened.session, FakeSession)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    opened.session.level()  # nothing of the old window hears it
    opened.session.tell("speaking")
    qtbot.waitUntil(lambda: window.panel.composer.status.word.text() == "正在说话")
    assert window.panel.composer.status.meter.fraction > 0


def test_what_the_last_run_died_of_is_shown(make: Make, qtbot: QtBot) -> None:
    program = make(_session)
    program.start()
    program.show_crash("Fatal Python error: Segmentation fault")
    dialog = program.window.findChild(QDialog)
    assert dialog is not None
    assert dialog.isVisible()
    field = dialog.findChild(QPlainTextEdit)
    assert field is not None
    assert "Segmentation fault" in field.toPlainText()
    dialog.close()


@pytest.mark.parametrize(
    ("choice", "system", "language"),
    [
        ("", ["zh-CN", "en-US"], "zh_CN"),
        ("", ["zh-Hans-SG"], "zh_CN"),
        ("", ["zh-Hant-TW", "en"], "en"),
        ("", ["de-DE", "zh-CN"], "zh_CN"),
        ("", ["de-DE"], "en"),
        ("", ["en-GB", "zh-CN"], "en"),
        ("en", ["zh-CN"], "en"),
        ("zh_CN", ["en"], "zh_CN"),
    ],
)
def test_the_interface_follows_the_system_or_the_choice(choice: str, system: list[str], language: str) -> None:
    assert wanted_language(choice, system) == language
