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
from app.window.mainwindow import MainWindow
from app.window.program import Opened, Program
from app.window.translate import wanted_language
from cslm_core.errors import EngineError
from cslm_core.packs.manifest import PackManifest, UnitVocabulary
from cslm_core.packs.store import FoundPack
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
    for message in ("push-to-talk-toggle", "push-to-talk-toggle", "push-to-talk-down", "toggle-mute"):
        thread = threading.Thread(target=program.message.emit, args=(message,))
        thread.start()
        thread.join()
    opened = program.opened
    assert opened is not None
    session = opened.session
    assert isinstance(session, FakeSession)
    qtbot.waitUntil(lambda: len([call for call in session.calls if call[0] == "press"]) == 3)
    qtbot.waitUntil(lambda: session.muted)
    assert [call[1] for call in session.calls if call[0] == "press"] == [True, False, True]
    program.window.hide()
    program.message.emit("raise")
    qtbot.waitUntil(program.window.isVisible)


@pytest.mark.parametrize("how", ["stop", "toggle-mute"])
def test_a_toggle_begins_again_after_something_else_has_ended_the_question(make: Make, qtbot: QtBot, how: str) -> None:
    program = make(_session)
    program.start()
    bridge = program.context.bridge
    qtbot.waitUntil(lambda: bridge.state.state == "ready")
    assert program.opened is not None
    session = program.opened.session
    assert isinstance(session, FakeSession)
    program.message.emit("push-to-talk-toggle")
    qtbot.waitUntil(lambda: bridge.state.state == "listening")
    program.message.emit(how)
    if how == "stop":
        qtbot.waitUntil(lambda: bridge.state.state == "ready")
        assert ("stop",) in session.calls
    else:
        qtbot.waitUntil(lambda: bridge.state.muted)
    session.calls.clear()
    program.message.emit("push-to-talk-toggle")
    qtbot.waitUntil(lambda: bool(session.calls))
    assert session.calls[0] == ("press", True)
    if how == "stop":
        assert session.calls == [("press", True)]
        return
    assert session.calls == [("press", True), ("press", False)]  # it was said why, and nothing is on
    qtbot.waitUntil(lambda: "command" in bridge.problems)


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


def test_another_language_keeps_the_page_however_quickly_it_is_chosen(make: Make, qtbot: QtBot) -> None:
    program = make(_session)
    program.start()
    qtbot.waitUntil(lambda: program.context.bridge.pack is not None)
    program.context.show_page("settings")
    old = program.window
    settings = program.context.settings
    for language in ("zh_CN", "en", "zh_CN"):
        appearance = settings.appearance.model_copy(update={"language": language})
        program.context.change(settings.model_copy(update={"appearance": appearance}))
        QApplication.processEvents()
    qtbot.waitUntil(lambda: program.window is not old and program.window.panel.composer.ask_button.text() == "提问")
    qtbot.waitUntil(lambda: program.window.page == "settings" and program.window.isVisible())
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    windows = [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, MainWindow)]
    assert windows == [program.window]


def test_a_pack_that_is_wanted_before_the_session_is_there_is_the_one_that_is_loaded(make: Make, qtbot: QtBot) -> None:
    sessions: list[FakeSession] = []

    def opened(context: Context) -> Opened:
        sessions.append(FakeSession(context.bridge.post, context.store))
        return Opened(sessions[0], None)

    program = make(opened)
    manifest = PackManifest(
        schema=1,
        name="wanted",
        version="1.0.0",
        title="Wanted",
        languages=["en"],
        listen_rate=16_000,
        speak_rate=24_000,
        units=UnitVocabulary(size=4096, rate=25),
        components={},
        files=[],
    )
    program.context.load_pack(FoundPack(Path("wanted"), manifest, builtin=False), choose=True)
    program.start()
    qtbot.waitUntil(lambda: bool(sessions) and bool(sessions[0].calls))
    found: list[None] = []
    program.context.background.run(lambda: None, found.append)
    qtbot.waitUntil(lambda: bool(found))
    assert [call for call in sessions[0].calls if call[0] in ("open_pack", "no_pack")] == [
        ("open_pack", Path("wanted"))
    ]


def test_without_a_pack_the_session_is_told(make: Make, qtbot: QtBot) -> None:
    program = make(_session)
    program.start()
    qtbot.waitUntil(lambda: "pack" in program.context.bridge.problems)
    assert program.opened is not None
    session = program.opened.session
    assert isinstance(session, FakeSession)
    (reason,) = [call[1] for call in session.calls if call[0] == "no_pack"]
    assert reason == program.context.bridge.problems["pack"].sentence


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
