"""The conductor and its ears in any order of happenings, with a room, a store and a model of the engine's memory."""

from dataclasses import dataclass, field

import numpy as np
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app.audio.events import SpeechAudio, SpeechDropped, SpeechEnded, SpeechStarted
from app.session import asking
from app.session.book import Book
from app.session.conductor import Conductor
from app.session.ears import Ears
from app.session.link import EngineLink
from app.session.live import Playback
from app.session.machine import Happening, Phase
from app.session.player import Player
from app.settings.model import Settings
from app.store.model import Turn
from app.store.store import Store
from cslm_core.errors import CslmError
from cslm_core.events import (
    Ask,
    Audio,
    Cancel,
    Command,
    Continue,
    Finish,
    Heard,
    Listen,
    Pause,
    Played,
    Recall,
    TextDelta,
    TurnDone,
    TurnFailed,
    TurnStats,
    UnitsChunk,
    to_bytes,
)
from tests.app.session.fakes import ScriptedEngine, ScriptedRoom, Watcher
from tests.fakes import speech

CHUNK = 0.5
SOUND = to_bytes(np.full(int(CHUNK * 24_000), 0.1, np.float32))


@dataclass
class EngineModel:
    """What the engine would do and remember."""

    open: int | None = None
    finished: bool = False
    paused: bool = False
    last: int | None = None
    chunks: list[str] = field(default_factory=list)
    """Of the last turn."""
    sounds: int = 0
    memory: list[str] = field(default_factory=list)
    """The replies that are remembered; that of the last turn is `last_reply`."""
    kept: list[str] | None = None
    past: set[int] = field(default_factory=set)

    def obey(self, command: Command) -> None:
        match command:
            case Listen() | Ask():
                assert self.open is None, "two turns at once"
                self.settle()
                self.open, self.finished, self.paused = command.turn, isinstance(command, Ask), False
                self.last, self.chunks, self.sounds = command.turn, [], 0
            case Finish():
                assert self.open == command.turn
                self.finished = True
            case Cancel():
                if self.open == command.turn:
                    self.end()
            case Pause():
                assert self.open == command.turn
                self.paused = True
            case Continue():
                assert self.open == command.turn
                self.paused = False
            case Played():
                assert self.open is None
                assert self.last == command.turn
                assert self.kept is not None
                heard = [n for n in range(self.sounds) if command.seconds >= n * CHUNK + 0.5 * CHUNK]
                self.kept = self.kept[: len(heard)]
            case Recall():
                assert self.open is None
                self.memory, self.kept, self.last = [past.reply for past in command.turns], None, None

    def end(self) -> None:
        assert self.open is not None
        self.past.add(self.open)
        self.open, self.kept = None, list(self.chunks)

    def settle(self) -> None:
        if self.kept:
            self.memory.append("".join(self.kept).strip())
        self.kept = None

    def remembered(self) -> list[str]:
        return self.memory + (["".join(self.kept).strip()] if self.kept else [])


class World(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now = 100.0
        self.room = ScriptedRoom()
        self.engine = ScriptedEngine()
        self.engine.up = True
        self.seen = Watcher()
        self.store = Store(None)
        self.book = Book(self.store, self.seen)
        self.link = EngineLink(self.engine)
        self.player = Player(self.room, self.seen, self.clock)
        self.conductor = Conductor(self.link, self.player, self.book, Settings(), self.seen, self.clock)
        self.ears = Ears(self.conductor, self.room.drop)
        self.engine.on_event = lambda event: self.conductor.engine_said(event, self.now)  # type: ignore[arg-type]
        self.model = EngineModel()
        self.obeyed = 0
        self.voiced = 0.0
        self.count = 0

    def clock(self) -> float:
        return self.now

    def teardown(self) -> None:
        self.store.close()

    @initialize()
    def ready(self) -> None:
        self.book.new(False)
        self.conductor.loaded()

    # the room

    @rule(manual=st.booleans())
    def somebody_begins(self, manual: bool) -> None:
        self.voiced = 0.0
        self.ears.started(SpeechStarted(self.now, manual=manual and not self.conductor.muted))

    @rule(voiced=st.sampled_from([0.0, 0.1, 0.3]))
    def somebody_goes_on(self, voiced: float) -> None:
        self.voiced += voiced
        self.ears.sound(SpeechAudio(speech(0.1), self.voiced))

    @rule()
    def somebody_stops(self) -> None:
        self.ears.ended(SpeechEnded(self.now, self.now - 0.4, self.voiced))

    @rule()
    def it_was_nothing(self) -> None:
        self.ears.dropped(SpeechDropped(self.now, self.voiced))

    @precondition(lambda self: self.room.stream is not None)
    @rule(share=st.floats(0, 1))
    def sound_is_heard(self, share: float) -> None:
        if self.room.stream is not None and not self.room.paused:
            self.room.heard += share * (self.room.seconds - self.room.heard)
            self.player.look()

    @precondition(lambda self: self.room.stream is not None)
    @rule()
    def sound_is_heard_to_its_end(self) -> None:
        if self.room.stream is not None and self.room.ended and not self.room.paused:
            self.room.heard = self.room.seconds
            self.room.stream = None
            self.conductor.feed(Happening.PLAYED)

    @rule(seconds=st.sampled_from([0.1, 0.7, 3.0]))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds
        self.ears.look(self.now)

    # whole stretches, so that it gets far

    @rule(sounds=st.integers(1, 4), share=st.floats(0, 1), done=st.booleans())
    def a_reply_is_under_way(self, sounds: int, share: float, done: bool) -> None:
        if self.answering() is None:
            self.a_text_is_typed()
        for _ in range(sounds):
            self.it_speaks(True)
        self.sound_is_heard(share)
        if done:
            self.it_is_done()

    @rule(words=st.booleans(), late=st.floats(0, 1))
    def somebody_speaks_over_it(self, words: bool, late: float) -> None:
        self.somebody_begins(False)
        self.sound_is_heard(late)
        for _ in range(3):
            self.somebody_goes_on(0.3 if words else 0.0)
        (self.somebody_stops if words else self.it_was_nothing)()

    # the user

    @rule()
    def a_text_is_typed(self) -> None:
        self.count += 1
        self.conductor.stop()
        self.conductor.ask(asking.typed(self.book, Settings().conversing, f"question {self.count}"))

    @rule()
    def stop(self) -> None:
        self.conductor.stop()
        assert self.room.stream is None
        assert not self.room.paused
        assert self.model_now().open is None

    @rule(how=st.sampled_from(["mute", "unmute", "delete", "again", "replay"]), data=st.data())
    def the_user_meddles(self, how: str, data: st.DataObject) -> None:
        turns = self.book.turns()
        if how in ("mute", "unmute"):
            if how == "mute":
                self.ears.forget()
            self.conductor.muted = how == "mute"
        elif turns:
            turn = data.draw(st.sampled_from(turns))
            if self.conductor.open_turn == turn.id:
                self.conductor.stop()
            if how == "delete":
                self.book.remove(turn.id)
                self.link.stale = True
            elif how == "replay":
                self.conductor.play(Playback(turn, np.zeros(12_000, np.float32)))
            else:
                self.again(turn)

    def again(self, turn: Turn) -> None:
        self.conductor.stop()
        if turn.id not in [known.id for known in self.book.turns()]:
            return  # it was none
        try:
            question = asking.once_more(self.book, turn.id, "auto", 1)
        except CslmError:
            assert not self.book.turn(turn.id).question
            return
        self.conductor.ask(question)

    @precondition(lambda self: self.conductor.machine.phase is Phase.READY)
    @rule()
    def nothing_goes_on(self) -> None:
        self.conductor.refresh_history()

    # the engine

    def answering(self) -> int | None:
        model = self.model_now()
        return model.open if model.finished else None

    @precondition(lambda self: self.answering() is not None)
    @rule()
    def it_heard(self) -> None:
        if (turn := self.answering()) is not None and not self.model.chunks:
            self.engine.say(Heard(turn=turn, text="what", language="en"))

    @precondition(lambda self: self.answering() is not None)
    @rule(sound=st.booleans())
    def it_speaks(self, sound: bool) -> None:
        turn = self.answering()
        if turn is None or len(self.model.chunks) > 5:
            return
        chunk = len(self.model.chunks)
        text = f" w{self.count}.{chunk}"
        if chunk == 0:
            self.engine.say(Heard(turn=turn, text="what", language="en"))
        self.engine.say(TextDelta(turn=turn, chunk=chunk, text=text))
        self.model.chunks.append(text)
        if sound or self.model.sounds:
            for number in range(self.model.sounds, chunk + 1):
                self.model.sounds += 1
                self.engine.say(Audio(turn=turn, chunk=chunk, pcm=SOUND, rate=24_000, starts=[(number, 0)]))
        self.engine.say(UnitsChunk(turn=turn, chunk=chunk, units=[1], text=text))

    @precondition(lambda self: self.answering() is not None and bool(self.model.chunks))
    @rule()
    def it_is_done(self) -> None:
        turn = self.answering()
        if turn is None or not self.model.chunks:
            return
        for number in range(self.model.sounds, len(self.model.chunks)):
            self.model.sounds += 1
            self.engine.say(Audio(turn=turn, chunk=number, pcm=SOUND, rate=24_000, starts=[(number, 0)]))
        self.model.end()
        self.engine.say(TurnDone(turn=turn, text="".join(self.model.chunks), language="en", stats=TurnStats()))

    @precondition(lambda self: self.answering() is not None)
    @rule(kind=st.sampled_from(["no-speech", "engine"]))
    def it_fails(self, kind: str) -> None:
        turn = self.answering()
        if turn is not None and not (kind == "no-speech" and self.model.chunks):
            self.model.end()
            self.engine.say(TurnFailed(turn=turn, reason="No.", kind=kind))  # type: ignore[arg-type]

    @precondition(lambda self: bool(self.model_now().past))
    @rule(data=st.data())
    def late_news(self, data: st.DataObject) -> None:
        old = sorted(self.model_now().past)
        if not old:
            return
        turn = data.draw(st.sampled_from(old))
        before, told = self.turns(), self.seen.count
        played = {stream: len(pcm) for stream, pcm in self.room.played.items()}
        self.engine.say(TextDelta(turn=turn, chunk=0, text="late"))
        self.engine.say(Audio(turn=turn, chunk=0, pcm=SOUND, rate=24_000, starts=[(0, 0)]))
        assert self.turns() == before
        assert self.seen.count == told
        assert {stream: len(pcm) for stream, pcm in self.room.played.items()} == played

    # what always holds

    def turns(self) -> list[Turn]:
        return self.book.turns()

    def model_now(self) -> EngineModel:
        while self.obeyed < len(self.engine.sent):
            self.model.obey(self.engine.sent[self.obeyed])
            self.obeyed += 1
        return self.model

    @invariant()
    def the_engine_has_at_most_one_turn_and_waits_when_it_should(self) -> None:
        model = self.model_now()
        held = self.conductor.machine.held
        if model.open is not None:
            assert model.paused == held
        assert self.room.paused == held

    @invariant()
    def what_is_shown_as_going_on_does(self) -> None:
        going = [turn for turn in self.book.turns() if turn.state in ("listening", "thinking", "speaking")]
        assert [turn.id for turn in going] in ([], [self.conductor.open_turn])
        if self.conductor.machine.phase in (Phase.READY, Phase.REPLAYING):
            assert not going

    @invariant()
    def it_never_hears_itself(self) -> None:
        if self.conductor.machine.phase is Phase.LISTENING:
            assert self.room.stream is None

    @invariant()
    def the_engine_remembers_what_was_heard(self) -> None:
        if self.conductor.machine.phase is Phase.READY and not self.link.stale:
            past = [past.reply for past in self.book.exchanges()]
            assert self.model_now().remembered() == past, (self.book.turns(), self.engine.sent[-12:])


World.TestCase.settings = hypothesis_settings(max_examples=60, stateful_step_count=40, deadline=None)
TestWorld = World.TestCase
