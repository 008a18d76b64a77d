"""A scripted room and a scripted engine for a session, and an observer that can be waited for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from app.audio.events import (
    PlaybackFinished,
    PlaybackStarted,
    RoomEvent,
    SpeechAudio,
    SpeechDropped,
    SpeechEnded,
    SpeechStarted,
)
from app.audio.room import ListenMode, RoomListener
from app.session.notices import Notice, Problem, StateChanged, TurnChanged
from app.settings.model import AudioSettings
from app.store.model import Turn
from cslm_core.engine.client import EngineClient
from cslm_core.events import (
    Ask,
    Audio,
    Command,
    EngineFailed,
    Event,
    Heard,
    Listen,
    PackInfo,
    Ping,
    Pong,
    Ready,
    TextDelta,
    TurnDone,
    TurnStats,
    UnitsChunk,
    to_bytes,
)
from tests.fakes import speech

Found = TypeVar("Found")

INFO = PackInfo(
    name="fake", version="1", title="Fake", languages=["en", "zh"], listen_rate=16_000, speak_rate=24_000, digest="0"
)


class ScriptedRoom:
    """A `Room` without devices. What is played is heard when the test says so, or at once (`instant`)."""

    def __init__(self, *, instant: bool = False) -> None:
        self.instant = instant
        self.calls: list[str] = []
        self.played: dict[int, list[NDArray[np.float32]]] = {}
        self.stream: int | None = None
        self.ended = False
        self.paused = False
        self.muted = False
        self.mode: ListenMode = "off"
        self.heard = 0.0
        self.closed = False
        self.silenced = False
        self.speaking = False
        """Somebody has begun and not ended."""
        self._started: set[int] = set()
        self._listener: RoomListener | None = None
        self._lock = threading.RLock()

    # Room

    def start(self, listener: RoomListener) -> None:
        self._listener = listener

    def close(self) -> None:
        self.closed = True
        self._listener = None

    def set_mode(self, mode: ListenMode) -> None:
        self.mode = mode

    def set_muted(self, muted: bool) -> None:
        self.muted = muted

    def press(self, down: bool) -> None:
        if down:
            self.emit(SpeechStarted(time.monotonic(), manual=True))
        else:
            now = time.monotonic()
            self.emit(SpeechEnded(now, now, 0.5))

    def drop(self) -> None:
        self.calls.append("drop")
        if self.speaking:
            self.drop_voice()

    def update(self, settings: AudioSettings) -> None:
        self.calls.append("update")

    def play(self, stream: int, pcm24k: NDArray[np.float32]) -> None:
        with self._lock:
            if stream != self.stream:
                self.calls.append("play")
                self.stream, self.ended, self.heard = stream, False, 0.0
            self.played.setdefault(stream, []).append(pcm24k)
        if self.instant:
            self.hear(self.seconds)

    def end(self, stream: int) -> None:
        with self._lock:
            if stream == self.stream:
                self.calls.append("end")
                self.ended = True
        if self.instant:
            self.finish()

    def pause(self) -> None:
        self.calls.append("pause")
        self.paused = True

    def resume(self) -> None:
        self.calls.append("resume")
        self.paused = False

    def silence(self) -> None:
        self.calls.append("silence")
        self.silenced = True

    def stop(self) -> float:
        with self._lock:
            self.calls.append("stop")
            self.silenced = False
            heard = 0.0 if self.stream is None else self.heard
            self.heard, self.stream = 0.0, None
            return heard

    def position(self) -> float:
        return self.heard

    # the script

    @property
    def seconds(self) -> float:
        """How much sound the stream has that is played."""
        return sum(pcm.size for pcm in self.played.get(self.stream or 0, [])) / 24_000

    @property
    def silent(self) -> bool:
        return self.stream is None or self.paused or self.silenced

    def emit(self, event: RoomEvent) -> None:
        if isinstance(event, SpeechStarted):
            self.speaking = True
        elif isinstance(event, SpeechEnded | SpeechDropped):
            self.speaking = False
        if self._listener is not None:
            self._listener(event)

    def hear(self, seconds: float) -> None:
        """So much of the stream has been heard."""
        with self._lock:
            stream, self.heard = self.stream, seconds
            if stream is None or stream in self._started:
                return
            self._started.add(stream)
        self.emit(PlaybackStarted(stream, time.monotonic()))

    def finish(self) -> None:
        """The stream has been heard to its end."""
        with self._lock:
            stream, seconds = self.stream, self.seconds
            self.heard = seconds
            if stream is None or not self.ended:
                return
            self.stream = None
        self.emit(PlaybackFinished(stream, time.monotonic(), seconds))

    def begin_voice(self, *, manual: bool = False) -> None:
        self.emit(SpeechStarted(time.monotonic(), manual=manual))

    def voice(self, seconds: float, voiced: float | None = None) -> None:
        """Sound of a question in pieces of 0.1 s; `voiced` is what is certain at its end (all of it)."""
        pieces = np.array_split(speech(seconds), max(1, round(seconds * 10)))
        for number, pcm in enumerate(pieces, 1):
            self.emit(SpeechAudio(pcm, (seconds if voiced is None else voiced) * number / len(pieces)))

    def end_voice(self, voiced: float = 1.0, hangover: float = 0.4) -> None:
        now = time.monotonic()
        self.emit(SpeechEnded(now, now - hangover, voiced))

    def drop_voice(self) -> None:
        self.emit(SpeechDropped(time.monotonic(), 0.05))

    def say(self, seconds: float = 1.0) -> None:
        """Somebody asks something."""
        self.begin_voice()
        self.voice(seconds)
        self.end_voice(seconds)


class ScriptedEngine(EngineClient):
    """A client without a process: commands are kept, and the test says what the engine answers."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[Command] = []
        self.up = False
        self.deaf = False
        """It answers no ping."""
        self.news = threading.Condition()

    @property
    def running(self) -> bool:
        return self.up

    def start(self) -> None:
        self.up = True

    def close(self, patience: float = 2.0) -> None:
        self.up = False
        with self._lock:
            self._end_turns()

    def send(self, command: Command) -> None:
        if isinstance(command, Ping):
            if not self.deaf:
                self.say(Pong(busy=0.0, number=command.number))
            return
        with self.news:
            self.sent.append(command)
            self.news.notify_all()

    # the script

    def say(self, event: Event) -> None:
        """An event comes from the engine."""
        self._hand_out(event)

    def ready(self, info: PackInfo = INFO) -> None:
        """The pack that was asked for last is loaded."""
        assert self._loaded is not None
        self.say(Ready(pack=info, seconds={"total": 0.1}, number=self._loaded.number))

    def crash(self, reason: str) -> None:
        """The process is gone."""
        self.up = False
        with self._lock:
            self._end_turns()
            if self.on_event is not None:
                self.on_event(EngineFailed(reason=reason, fatal=True))

    def of(self, kind: type[Found]) -> list[Found]:
        """The commands of a kind that were sent."""
        with self.news:
            return [command for command in self.sent if isinstance(command, kind)]

    def wait(self, kind: type[Found], count: int = 1, timeout: float = 10.0) -> Found:
        """Wait until `count` commands of a kind were sent; the last."""
        with self.news:
            assert self.news.wait_for(lambda: len(self._of(kind)) >= count, timeout), (kind, self.sent)
            return self._of(kind)[-1]

    def _of(self, kind: type[Found]) -> list[Found]:
        return [command for command in self.sent if isinstance(command, kind)]

    @property
    def turn(self) -> int:
        """The number of the newest turn."""
        return [command.turn for command in self.sent if isinstance(command, Ask | Listen)][-1]

    def hear(self, text: str, language: str = "en") -> None:
        self.say(Heard(turn=self.turn, text=text, language=language))

    def chunk(self, number: int, text: str, seconds: float = 0.5, *, turn: int | None = None) -> None:
        """A whole chunk, with its sound."""
        turn = turn or self.turn
        self.say(TextDelta(turn=turn, chunk=number, text=text))
        pcm = to_bytes(np.full(int(seconds * 24_000), 0.1, np.float32))
        self.say(Audio(turn=turn, chunk=number, pcm=pcm, rate=24_000, starts=[(number, 0)]))
        self.say(UnitsChunk(turn=turn, chunk=number, units=[1, 2], text=text))

    def done(self, text: str = "", language: str = "en", *, turn: int | None = None) -> None:
        stats = TurnStats(tokenizer_done=0.01, heard=0.02, first_text=0.03, first_unit=0.04, first_sound=0.05)
        self.say(TurnDone(turn=turn or self.turn, text=text, language=language, stats=stats))


class Watcher:
    """Keeps the notices of a session; tests wait for what they expect."""

    def __init__(self) -> None:
        self.notices: list[Notice] = []
        self._news = threading.Condition()

    def __call__(self, notice: Notice) -> None:
        with self._news:
            self.notices.append(notice)
            self._news.notify_all()

    def of(self, kind: type[Found]) -> list[Found]:
        with self._news:
            return [notice for notice in self.notices if isinstance(notice, kind)]

    def wait(self, kind: type[Found], wanted: Callable[[Any], bool] = lambda _: True, *, since: int = 0) -> Found:
        """The first notice of a kind that is as `wanted`, of those after the first `since` ones."""

        def found() -> list[Found]:
            return [notice for notice in self.notices[since:] if isinstance(notice, kind) and wanted(notice)]

        with self._news:
            assert self._news.wait_for(lambda: bool(found()), 15.0), self.notices[since:][-8:]
            return found()[0]

    @property
    def count(self) -> int:
        return len(self.notices)

    def state(self, state: str, *, since: int = 0) -> StateChanged:
        """Wait until the state is the one that was told last."""
        with self._news:
            assert self._news.wait_for(lambda: self.last_state == state, 15.0), (state, self.notices[-8:])
        return self.wait(StateChanged, since=since) if since == 0 else StateChanged(state, False, "hands-free")  # type: ignore[arg-type]

    @property
    def last_state(self) -> str:
        states = [notice.state for notice in self.notices if isinstance(notice, StateChanged)]
        return states[-1] if states else ""

    def turn(self, wanted: Callable[[Turn], bool] = lambda _: True, *, since: int = 0) -> Turn:
        """Wait for a value of a turn."""
        return self.wait(TurnChanged, lambda notice: wanted(notice.turn), since=since).turn

    def problem(self, key: str) -> Problem:
        return self.wait(Problem, lambda problem: problem.key == key)


def never_there(folder: Path) -> Path:
    """A pack folder that is not there (a scripted engine does not mind)."""
    return folder / "pack"
