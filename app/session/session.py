"""A session: the conversation between room, engine and store, as the window drives and sees it.

One thread works off one queue: what the room hears, what the engine says, what the user commands. Nothing in it waits
for anybody, so that a stop always comes through. Knows no Qt; what it does with a happening is in `conductor.py`.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias

from app.audio.events import (
    DeviceChanged,
    DeviceFailed,
    Level,
    PlaybackFinished,
    PlaybackStarted,
    RoomEvent,
    SpeechAudio,
    SpeechDropped,
    SpeechEnded,
    SpeechStarted,
)
from app.audio.room import Room
from app.session import asking
from app.session.book import Book
from app.session.conductor import Conductor
from app.session.ears import Ears
from app.session.link import EngineLink
from app.session.machine import Happening
from app.session.notices import (
    DeviceNotice,
    LevelChanged,
    Notice,
    PackLoading,
    PackReady,
    Problem,
    ProblemSolved,
)
from app.session.player import Player
from app.session.replay import question_playback, reply_playback
from app.settings.model import Settings
from app.store.store import Store
from cslm_core.audio import Pcm, read_audio
from cslm_core.engine.client import EngineClient
from cslm_core.errors import CslmError, EngineError
from cslm_core.events import EngineFailed, Event, Loading, Pong, Ready, Recalled, Unloaded

__all__ = ["Session"]

_LOG: Final = logging.getLogger(__name__)
_LOOK_SECONDS: Final = 0.04
"""How often the word that is heard, and how long a reply has waited, are looked at."""
_IDLE_SECONDS: Final = 1.0
_MOST_BUGS: Final = 5
"""That are told of within a minute: one that comes with every look must not flood the log."""
_BUG: Final = "Something in the program went wrong; press Stop and ask again, or restart the program if it goes on."
_MUTED: Final = "The microphone is muted; unmute it to talk."
_HANGS: Final = "The engine does not answer any more; start it again."
_NO_SOUND: Final = "The sound of this turn was not kept, so it cannot be played; ask for the reply again to hear it."

_Job: TypeAlias = Callable[[], None]


class Session:
    """Made and closed by one thread, commanded from any. `observer` is called in the session's thread."""

    def __init__(
        self,
        *,
        engine: EngineClient,
        room: Room,
        store: Store,
        settings: Settings,
        observer: Callable[[Notice], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._room = room
        self._settings = settings
        self._observer = observer
        self._clock = clock
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="cslm-session", daemon=True)
        self._link = EngineLink(engine)
        self._player = Player(room, observer, clock)
        self._book = Book(store, observer)
        self._book.keep_sound = settings.conversing.keep_sound
        self._conductor = Conductor(self._link, self._player, self._book, settings, observer, clock)
        self._ears = Ears(self._conductor, room.drop)
        self._hangs = False
        self._refused = False
        self._tries = 0
        self._bugs: deque[float] = deque(maxlen=_MOST_BUGS)

    def start(self) -> None:
        """Begin: the room opens its devices, a new conversation is open. A pack is yet to be loaded."""
        self._engine.on_event = self._from_engine
        self._thread.start()
        self._do(self._begin)

    def close(self) -> None:
        """Save, and end the threads, the room and the engine. The store stays open: it is its maker's."""
        if self._thread.is_alive():
            self._do(self._end)
            self._jobs.put(None)
            self._thread.join(10.0)
        self._room.close()
        self._link.close()
        self._engine.on_event = None

    # --- commands, from any thread ------------------------------------------------------------------------------------

    def open_pack(self, folder: Path) -> None:
        """Load a pack, in place of the one that is loaded."""
        self._command(partial(self._load, folder))

    def no_pack(self, reason: str) -> None:
        """There is no pack to load; `reason` is a sentence."""
        self._command(partial(self._not_loaded, reason))

    def restart_engine(self) -> None:
        """A new engine process with the pack that was loaded; it remembers the conversation."""
        self._command(self._restart)

    def new_conversation(self, private: bool = False) -> None:
        """Open a new one; `private` ones are never stored."""
        self._command(partial(self._change_conversation, None, private))

    def open_conversation(self, conversation: int) -> None:
        """Open a stored one and go on with it."""
        self._command(partial(self._change_conversation, conversation, False))

    def ask_text(self, text: str) -> None:
        """Ask a typed question."""
        self._command(partial(self._ask_text, text))

    def ask_file(self, path: Path) -> None:
        """Ask what is said in a sound file."""
        threading.Thread(target=self._read, args=(path,), name="cslm-read-file", daemon=True).start()

    def stop(self) -> None:
        """Silence, whatever goes on: at once, however long the thread is busy with something else."""
        self._room.silence()
        self._command(self._stop)
        self._room.drop()  # now, for what the room says of it must come after the stop: nothing is taken up again

    def set_muted(self, muted: bool) -> None:
        """Close or open the microphone."""
        self._command(partial(self._mute, muted))

    def toggle_muted(self) -> None:
        self._command(lambda: self._mute(not self._conductor.muted))

    def press(self, down: bool) -> None:
        """The push-to-talk key."""
        self._room.press(down)
        if down:
            self._command(self._pressed)

    def correct(self, turn: int, text: str) -> None:
        """What was asked in a turn is this; reply to it again."""
        self._command(partial(self._correct, turn, text))

    def again(self, turn: int, reply_language: str = "auto") -> None:
        """Reply to a turn again, in a language."""
        self._command(partial(self._again, turn, reply_language))

    def replay(self, turn: int, chunk: int | None = None, word: int | None = None) -> None:
        """Play the reply of a turn, one chunk of it, or one word of a chunk."""
        self._command(partial(self._replay, turn, chunk, word))

    def replay_question(self, turn: int) -> None:
        """Play what was asked."""
        self._command(partial(self._replay_question, turn))

    def delete_turn(self, turn: int) -> None:
        """Take a turn away; the engine forgets it too."""
        self._command(partial(self._delete, turn))

    def apply(self, settings: Settings) -> None:
        """From now on these settings count."""
        self._command(partial(self._apply, settings))

    # --- the thread ---------------------------------------------------------------------------------------------------

    def _do(self, job: _Job) -> None:
        self._jobs.put(job)

    def _run(self) -> None:
        while True:
            try:
                job: _Job | None = self._jobs.get(timeout=self._patience())
            except queue.Empty:
                job = self._nothing
            if job is None:
                return
            self._guarded(job)
            self._guarded(self._look)

    def _guarded(self, job: _Job) -> None:
        try:
            try:
                job()
            except EngineError as error:
                self._engine_lost(str(error))
        except CslmError as error:
            self._refused = True
            self._observer(Problem("command", str(error)))
        except Exception:  # noqa: BLE001 - a bug, which must not end the thread
            now = time.monotonic()
            if len(self._bugs) < _MOST_BUGS or now - self._bugs[0] > 60.0:
                self._bugs.append(now)
                _LOG.exception("a bug in the session")
                self._refused = True
                self._observer(Problem("command", _BUG, "open-log"))

    def _command(self, job: _Job) -> None:
        """Do what the user wants; that the last wish could not be fulfilled is then of no interest any more."""

        def obey() -> None:
            if self._refused:
                self._refused = False
                self._observer(ProblemSolved("command"))
            job()

        self._do(obey)

    def _patience(self) -> float:
        busy = self._player.playing or self._conductor.machine.held
        return _LOOK_SECONDS if busy else _IDLE_SECONDS

    def _nothing(self) -> None:
        """It is time to look around."""

    def _look(self) -> None:
        now = self._clock()
        self._ears.look(now)
        self._player.look()
        if self._player.stuck():
            _LOG.warning("nobody hears the end of what is played")
            self._conductor.feed(Happening.PLAYED)
        self._conductor.refresh_history()
        if self._link.look(now) != self._hangs:
            self._hangs = not self._hangs
            self._observer(Problem("engine", _HANGS, "restart-engine") if self._hangs else ProblemSolved("engine"))

    def _begin(self) -> None:
        self._conductor.tell_state()
        self._room.set_mode(self._settings.audio.mode)
        self._room.set_muted(self._conductor.muted)
        self._room.start(self._from_room)
        self._book.new(self._settings.conversing.private)
        self._link.start()

    def _end(self) -> None:
        self._conductor.stop()
        self._book.close()

    # --- what happens -------------------------------------------------------------------------------------------------

    def _from_room(self, event: RoomEvent) -> None:
        if isinstance(event, SpeechStarted) and self._player.playing:
            self._room.pause()  # at once, however busy the machine is; what comes of it is found in the thread
        self._do(partial(self._on_room, event))

    def _from_engine(self, event: Event) -> None:
        self._do(partial(self._on_engine, event, self._clock()))

    def _on_room(self, event: RoomEvent) -> None:
        match event:
            case Level():
                self._observer(LevelChanged(event.dbfs, event.speech, event.clipped))
            case SpeechStarted():
                self._ears.started(event)
                if not self._conductor.machine.held:
                    self._room.resume()
            case SpeechAudio():
                self._ears.sound(event)
            case SpeechEnded():
                self._ears.ended(event)
            case SpeechDropped():
                self._ears.dropped(event)
            case PlaybackStarted():
                self._conductor.started_playing(event.stream, event.at)
            case PlaybackFinished():
                if self._player.owns(event.stream):
                    self._conductor.feed(Happening.PLAYED)
            case DeviceChanged():
                self._observer(ProblemSolved(event.kind))
                self._observer(DeviceNotice(event.kind, event.name, event.reason))
            case DeviceFailed():
                self._observer(Problem(event.kind, event.reason, "choose-device"))

    def _on_engine(self, event: Event, now: float) -> None:
        match event:
            case Loading():
                self._observer(PackLoading(event.progress, event.what))
            case Ready():
                self._ready(event)
            case EngineFailed(fatal=True):
                self._engine_lost(event.reason)
            case EngineFailed():
                self._not_loaded(event.reason)
            case Pong():
                self._link.answered(event, now)
            case Unloaded() | Recalled():
                pass
            case _:
                self._conductor.engine_said(event, now)

    def _engine_lost(self, reason: str) -> None:
        """The process has ended, or could not be started."""
        self._conductor.fail(Happening.CRASHED, reason)
        self._observer(Problem("engine", reason, "restart-engine"))

    def _not_loaded(self, reason: str) -> None:
        """A pack cannot be loaded, or there is none; the engine is well."""
        self._conductor.fail(Happening.LOAD_FAILED, reason)
        self._observer(Problem("pack", reason, "choose-pack"))

    def _ready(self, event: Ready) -> None:
        self._conductor.languages = list(event.pack.languages)
        for key in ("pack", "engine"):
            self._observer(ProblemSolved(key))
        self._observer(PackReady(event.pack, event.seconds))
        self._conductor.loaded()

    # --- what is commanded --------------------------------------------------------------------------------------------

    def _stop(self) -> None:
        try:
            self._conductor.stop()
        finally:
            self._room.stop()  # nothing is played any more, and what comes next may be heard
            self._ears.let_go()

    def _pressed(self) -> None:
        if self._conductor.muted:
            raise CslmError(_MUTED)

    def _load(self, folder: Path) -> None:
        self._conductor.feed(Happening.LOAD)
        self._observer(PackLoading(0.0, "starting"))
        self._link.load(folder, self._settings.conversing.threads)

    def _restart(self) -> None:
        folder = self._link.folder
        if folder is None:
            raise CslmError("No pack has been chosen yet; choose one.")
        self._conductor.feed(Happening.LOAD)
        self._link.end()
        self._hangs = False
        self._load(folder)

    def _change_conversation(self, conversation: int | None, private: bool) -> None:
        self._conductor.stop()
        self._link.stale = True
        if conversation is None:
            self._book.new(private)
        else:
            self._book.open(conversation)

    def _ask_text(self, text: str) -> None:
        self._conductor.stop()
        self._conductor.ask(asking.typed(self._book, self._conductor.conversing, text))

    def _read(self, path: Path) -> None:
        """In a thread of its own: files may be long, and far away."""
        try:
            pcm = read_audio(path)
        except CslmError as error:
            self._do(partial(self._observer, Problem("file", str(error))))
        else:
            self._do(partial(self._ask_sound, pcm))

    def _ask_sound(self, pcm: Pcm) -> None:
        self._observer(ProblemSolved("file"))
        self._conductor.stop()
        self._conductor.ask(asking.sounded(self._book, self._conductor.conversing, pcm))

    def _mute(self, muted: bool) -> None:
        if muted:
            self._ears.forget()
        self._conductor.muted = muted
        self._room.set_muted(muted)
        self._conductor.tell_state()

    def _correct(self, number: int, text: str) -> None:
        self._conductor.stop()
        self._tries += 1
        self._conductor.ask(asking.corrected(self._book, number, text, self._tries))

    def _again(self, number: int, reply_language: str) -> None:
        self._conductor.stop()
        self._tries += 1
        self._conductor.ask(asking.once_more(self._book, number, reply_language, self._tries))

    def _replay(self, number: int, chunk: int | None, word: int | None) -> None:
        self._stop_if_open(number)
        turn = self._book.turn(number)
        playback = reply_playback(turn, self._book.sound, chunk, word)
        if playback is None:
            raise CslmError(_NO_SOUND)
        self._conductor.play(playback)

    def _replay_question(self, number: int) -> None:
        self._stop_if_open(number)
        playback = question_playback(self._book.turn(number), self._book.sound)
        if playback is None:
            raise CslmError(_NO_SOUND)
        self._conductor.play(playback)

    def _delete(self, number: int) -> None:
        self._stop_if_open(number)
        self._conductor.forget(number)
        self._book.remove(number)
        self._link.stale = True

    def _stop_if_open(self, number: int) -> None:
        if self._conductor.open_turn == number:
            self._conductor.stop()

    def _apply(self, settings: Settings) -> None:
        before = self._settings.audio.muted  # muting by a key is not in the settings, and stays
        self._settings = self._conductor.settings = settings
        self._book.keep_sound = settings.conversing.keep_sound
        self._room.update(settings.audio)
        if settings.audio.muted != before:
            self._mute(settings.audio.muted)
        self._conductor.tell_state()
