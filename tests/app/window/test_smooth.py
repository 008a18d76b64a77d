"""The main thread is never kept long: while a reply streams in, and while the real pack is loaded and speaks."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.audio.events import PlaybackFinished, PlaybackStarted
from app.audio.room import ListenMode, RoomListener
from app.session.notices import LevelChanged, TurnChanged, WordSpoken
from app.session.session import Session
from app.settings.model import AudioSettings, Settings
from app.store.model import Chunk
from app.store.store import Store
from app.window.context import Context
from app.window.program import Opened, Program
from cslm_core.assets import assets_folder
from cslm_core.audio import Pcm
from cslm_core.engine.client import EngineClient
from tests.app.window.conftest import Desk

_ALLOWED = 0.1


def test_a_reply_that_streams_in_keeps_the_window_alive(desk: Desk) -> None:
    context = desk.context
    for number in range(30):
        desk.session.answer(f"Question {number}?", [("The air scatters blue light more than red.", 2.0)] * 3)
    turn = desk.session.heard("And then?")
    desk.settle()
    context.stalls.start()
    desk.qtbot.waitUntil(lambda: context.stalls.rounds > 3)
    over = threading.Event()

    def stream() -> None:
        chunks = [Chunk("Once", 0.0, 0.0)]
        for step in range(150):
            if step % 12 == 11:
                chunks[-1] = replace(chunks[-1], seconds=2.0)
                chunks.append(Chunk(" and", 2.0 * len(chunks), 0.0))
            chunks[-1] = replace(chunks[-1], text=chunks[-1].text + " word")
            context.bridge.post(TurnChanged(replace(turn, state="speaking", chunks=tuple(chunks))))
            context.bridge.post(LevelChanged(-20.0 - step % 20, 0.8, clipped=False))
            context.bridge.post(WordSpoken(turn.id, 0, step % 2))
            time.sleep(0.012)
        over.set()

    thread = threading.Thread(target=stream)
    thread.start()
    desk.qtbot.waitUntil(over.is_set, timeout=60_000)
    thread.join()
    desk.settle()
    assert len(desk.window.panel.view.turns[-1].turn.chunks) == 13
    assert context.stalls.longest.seconds < _ALLOWED, context.stalls.longest


class QuietRoom:
    """A Room whose loudspeaker takes the time it would take, without a sound."""

    def __init__(self) -> None:
        self._listener: RoomListener | None = None
        self._stream: int | None = None
        self._begin = 0.0
        self._samples = 0
        self._timer: threading.Timer | None = None

    def start(self, listener: RoomListener) -> None:
        self._listener = listener

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def set_mode(self, mode: ListenMode) -> None:
        pass

    def set_muted(self, muted: bool) -> None:
        pass

    def press(self, down: bool) -> None:
        pass

    def drop(self) -> None:
        pass

    def update(self, settings: AudioSettings) -> None:
        pass

    def play(self, stream: int, pcm24k: Pcm) -> None:
        if stream != self._stream and self._listener is not None:
            self._stream, self._begin, self._samples = stream, time.monotonic(), 0
            self._listener(PlaybackStarted(stream, self._begin))
        self._samples += len(pcm24k)

    def end(self, stream: int) -> None:
        seconds = self._samples / 24_000

        def finished() -> None:
            if self._listener is not None:
                self._listener(PlaybackFinished(stream, time.monotonic(), seconds))

        self._timer = threading.Timer(max(0.0, self._begin + seconds - time.monotonic()), finished)
        self._timer.start()

    def pause(self) -> None:
        pass

    def resume(self) -> None:
        pass

    def silence(self) -> None:
        pass

    def stop(self) -> float:
        return self.position()

    def position(self) -> float:
        return min(self._samples / 24_000, time.monotonic() - self._begin)


def _with_the_engine(context: Context) -> Opened:
    session = Session(
        engine=EngineClient(log_folder=context.log_folder),
        room=QuietRoom(),
        store=context.store,
        settings=context.settings,
        observer=context.bridge.post,
    )
    session.start()
    return Opened(session, None)


@pytest.mark.slow
@pytest.mark.pack
def test_the_starter_pack_loads_and_speaks_without_a_stall(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not list((assets_folder() / "packs").glob("*/pack.toml")):
        pytest.skip("there is no starter pack here")
    monkeypatch.setenv("CSLM_PACKS", str(tmp_path / "packs"))
    program = Program(
        qapp,
        settings=Settings(),
        save=lambda _: None,
        store=Store(None),
        log_folder=tmp_path,
        remembered=QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat),
        open_session=_with_the_engine,
    )
    try:
        program.start()
        context, view = program.context, program.window.panel.view
        context.commands.ask_text("What is the capital of Brazil?")  # before the pack is there: it waits
        qtbot.waitUntil(lambda: context.bridge.pack is not None, timeout=180_000)
        qtbot.waitUntil(
            lambda: bool(view.turns) and view.turns[-1].turn.state == "done" and bool(view.turns[-1].turn.reply),
            timeout=120_000,
        )
        assert context.stalls.longest.seconds < _ALLOWED, context.stalls.longest
    finally:
        program.end()
        program.window.deleteLater()
        program.deleteLater()
        qapp.setQuitOnLastWindowClosed(True)
