"""Carries out what the machine says: the turn that is open, between the loudspeaker, the engine and the store.

Everything here runs in the session's thread, one happening after the other. Knows nothing of threads, queues and files,
nor of how it is told that somebody speaks (`ears.py`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from app.session.asking import possible, wanted
from app.session.book import Book
from app.session.link import EngineLink
from app.session.live import Live, Playback, Question, Utterance
from app.session.machine import SHOWN, Action, Happening, Machine, Phase
from app.session.notices import Notice, Problem, StateChanged
from app.session.player import Player
from app.session.reply import with_question, with_stats
from app.settings.model import Conversing, Settings
from app.store.model import Turn, TurnState
from cslm_core.audio import LISTEN_RATE, SPEAK_RATE, Pcm
from cslm_core.errors import EngineError
from cslm_core.events import Audio, Heard, TextDelta, TurnDone, TurnEvent, TurnFailed, UnitsChunk

__all__ = ["Conductor"]

_NOT_RUNNING: Final = "The engine is not running; start it again, then ask once more."
_WHOLE: Final = 0.15
"""A reply of which fewer seconds than this were missed was heard."""


class Conductor:
    """One machine and its hands."""

    def __init__(
        self,
        link: EngineLink,
        player: Player,
        book: Book,
        settings: Settings,
        observer: Callable[[Notice], None],
        clock: Callable[[], float],
    ) -> None:
        self.machine = Machine()
        self.settings = settings
        self.muted = settings.audio.muted
        self.languages: list[str] = []
        """Of the pack."""
        self.utterance: Utterance | None = None
        self._link = link
        self._player = player
        self._book = book
        self._observer = observer
        self._clock = clock
        self._live: Live | None = None
        self._question: Question | None = None
        self._waiting: Question | None = None
        self._playback: Playback | None = None
        self._interrupted: tuple[Turn, float] | None = None
        """The reply that the question being heard has interrupted, and how many seconds of it were heard."""
        self._unfinished: tuple[Turn, Pcm] | None = None
        """The question that the speaker goes on with."""
        self._sound: Audio | None = None
        self._failure = ""
        self._packless = False
        """The engine is well, what failed is the pack."""
        self._cause = Happening.STOP
        self._happenings: deque[Happening] = deque()
        self._working = False
        self._told: StateChanged | None = None

    # --- what happens -------------------------------------------------------------------------------------------------

    def feed(self, happening: Happening) -> None:
        """Something happened: do what is to be done."""
        self._happenings.append(happening)
        if self._working:
            return
        self._working = True
        try:
            while self._happenings:
                self._cause = self._happenings.popleft()
                for action in self.machine.feed(self._cause):
                    _DO[action](self)
                if self.machine.phase is Phase.FAILED:
                    self._give_up_waiting("failed", self._failure or _NOT_RUNNING)
        finally:
            self._working = False
            self._happenings.clear()  # of what could not be done, nothing follows
        self.tell_state()

    def ask(self, question: Question) -> None:
        """A whole question."""
        self.utterance = self._interrupted = None
        self._question = question
        self.feed(Happening.ASKED)

    def play(self, playback: Playback) -> None:
        """Stored sound."""
        self.utterance = self._interrupted = None
        self._playback = playback
        self.feed(Happening.REPLAY)

    def stop(self) -> None:
        """Silence, and nothing goes on."""
        self.utterance = self._interrupted = None
        self.feed(Happening.STOP)

    def fail(self, happening: Happening, reason: str) -> None:
        """Something broke; `reason` is a sentence."""
        self._failure = reason
        self._packless = happening is Happening.LOAD_FAILED
        self.feed(happening)

    def loaded(self) -> None:
        """A pack is ready. What was asked meanwhile is asked now."""
        waiting, self._waiting = self._waiting, None
        self.feed(Happening.LOADED)
        if waiting is not None:
            self.ask(waiting)

    def forget(self, turn: int) -> None:
        """A turn is taken away: if it waits for a pack, it is not asked any more."""
        if self._waiting is not None and self._waiting.turn.id == turn:
            self._waiting = None

    @property
    def open_turn(self) -> int | None:
        """The number of the turn that is open."""
        return self._live.turn.id if self._live is not None and self._live.turn is not None else None

    def believe(self) -> None:
        """Somebody does speak: the question is shown."""
        if self._live is not None and self.machine.phase is Phase.LISTENING:
            self._turn_of(self._live)

    def push(self, pcm16k: Pcm) -> None:
        """More of the question that is being spoken."""
        self._link.push(pcm16k)

    @property
    def conversing(self) -> Conversing:
        """What the user has chosen, as far as the pack can do it."""
        return possible(self.settings.conversing, self.languages)

    def tell_state(self) -> None:
        """The state as it is shown, if it is another one than was told."""
        state = StateChanged(SHOWN[self.machine.phase], self.muted, self.settings.audio.mode)
        if state != self._told:
            self._told = state
            self._observer(state)

    def refresh_history(self) -> None:
        """While nothing goes on: let the engine read what it should remember, so that nobody waits for it later."""
        if self._link.stale and self.machine.phase is Phase.READY:
            self._link.recall(self._book.exchanges())

    # --- what the engine says of the open turn ------------------------------------------------------------------------

    def engine_said(self, event: TurnEvent, now: float) -> None:
        """An event of a turn; of any but the open one it is late and means nothing. `now` is when it came."""
        live = self._live
        if live is None or not self._link.is_current(event.turn):
            return
        match event:
            case Heard():
                self._heard(live, event, now)
            case TextDelta():
                live.times.mark("first_text", now)
                live.reply.add_text(event.chunk, event.text)
                self._grown(live)
            case UnitsChunk():
                live.reply.complete(event.chunk, event.text)
                self._grown(live, complete=True)
            case Audio():
                live.times.mark("first_sound", now)
                live.reply.add_sound(event)
                self._sound = event
                self.feed(Happening.SOUND)
                self._grown(live)
            case TurnDone():
                self._replied(live, event)
                self.feed(Happening.REPLIED)
            case TurnFailed(kind=kind, reason=reason):
                wordless = kind in ("silence", "no-speech") and live.times.hangover is not None  # heard by the room
                self.fail(Happening.REFUSED if wordless else Happening.TURN_FAILED, reason)

    def started_playing(self, stream: int, at: float) -> None:
        """The first sample of a stream has left the loudspeaker."""
        if self._live is not None and self._player.owns(stream):
            self._live.times.mark("played", at)

    def _heard(self, live: Live, event: Heard, now: float) -> None:
        live.turn = with_question(self._turn_of(live), event)
        if not event.final:
            self._book.show(live.turn)
            return
        live.times.mark("heard", now)
        self._interrupted = None  # there were words: what was interrupted stays so
        self._book.save(live.turn)
        self._book.listed()

    def _grown(self, live: Live, *, complete: bool = False) -> None:
        turn, chunks = self._turn_of(live), live.reply.chunks()
        live.turn = replace(turn, chunks=chunks)
        self._player.show(chunks)
        if complete:
            self._book.save(live.turn)
            self._book.store_sounds(turn.id)
        elif chunks != turn.chunks:
            self._book.show(live.turn)

    def _replied(self, live: Live, event: TurnDone) -> None:
        live.turn = self._book.save(with_stats(self._turn_of(live), event, self.languages))
        self._book.store_sounds(live.turn.id)

    # --- actions ------------------------------------------------------------------------------------------------------

    def _listen(self) -> None:
        utterance = self.utterance
        if utterance is None:
            self._happenings.append(Happening.VOICE_DROPPED)
            return
        live = self._live = Live(None, speak=self.settings.conversing.speak_replies)
        if self._unfinished is not None:
            live.turn, live.carried = self._unfinished
            self._unfinished = None
            utterance.pcm.insert(0, live.carried)
            utterance.samples += live.carried.size
        try:
            if self._link.stale:
                self._link.recall(self._book.exchanges(before=self.open_turn))
            self._link.listen(self.conversing)
        except EngineError as error:
            self.fail(Happening.TURN_FAILED, str(error))
            return
        utterance.open = True
        if utterance.samples:
            self._link.push(utterance.sound())

    def _finish(self) -> None:
        live, utterance = self._live, self.utterance
        assert live is not None
        assert utterance is not None
        self._link.finish()
        live.times.end, live.times.hangover = utterance.last_voice, utterance.hangover
        live.turn = self._book.save(replace(self._turn_of(live), state="thinking"))
        self._book.add_sound(live.turn.id, "question", utterance.sound(), LISTEN_RATE)
        self._book.store_sounds(live.turn.id)

    def _ask(self) -> None:
        question, self._question = self._question, None
        assert question is not None
        live = self._live = Live(question.turn, speak=self.settings.conversing.speak_replies)
        live.times.end = self._clock()
        try:
            if question.again or self._link.stale:
                self._link.recall(self._book.exchanges(before=question.turn.id))
            self._link.ask(question, self.conversing)
        except EngineError as error:
            self.fail(Happening.TURN_FAILED, str(error))
        if question.again:
            newest = [turn.id for turn in self._book.turns()][-1:]
            self._link.stale = newest != [question.turn.id]  # then later turns are to be recalled

    def _wait(self) -> None:
        self._give_up_waiting("interrupted")  # the newest question counts
        self._waiting, self._question = self._question, None

    def _reject(self) -> None:
        self._waiting, self._question = self._question, None
        if self._packless:  # starting the engine again would not help
            self._observer(Problem("pack", self._failure, "choose-pack"))
        else:
            self._observer(Problem("engine", self._failure or _NOT_RUNNING, "restart-engine"))

    def _give_up_waiting(self, state: TurnState, problem: str = "") -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self._book.save(replace(waiting.turn, state=state, problem=problem))

    def _hold(self) -> None:
        self._player.hold()
        self._link.pause()

    def _release(self) -> None:
        self._player.release()
        self._link.go_on()

    def _say(self) -> None:
        event, live = self._sound, self._live
        assert event is not None
        assert live is not None
        turn = self._turn_of(live)
        if not live.sounded:
            live.sounded = True
            live.turn = turn = replace(turn, state="speaking")
            self._player.begin(turn.id)
        self._player.add(event.samples)
        self._book.add_sound(turn.id, "reply", event.samples, event.rate)

    def _end_sound(self) -> None:
        self._player.end()

    def _cut(self) -> None:
        heard = self._player.stop()
        live, self._live = self._live, None
        self._give_up_waiting("interrupted")
        if live is None:
            return
        by_voice = self._cause in (Happening.CERTAIN, Happening.KEY_VOICE)
        if by_voice and self.utterance is not None and live.is_continued_by(self.utterance):
            self._link.cancel(0.0)
            turn = self._turn_of(live)
            self._unfinished = (self._book.begin_again(turn, "listening"), self._book.take_question(turn.id))
            return
        seconds = None if live.rest or not live.speak else (heard or 0.0)
        self._link.cancel(seconds)
        turn = self._end_turn(live, "interrupted", heard if live.rest else seconds)
        if by_voice and heard is not None:
            self._interrupted = (turn, heard)

    def _play(self) -> None:
        playback, self._playback = self._playback, None
        assert playback is not None
        self._live = Live(playback.turn, rest=True) if playback.rest else None
        self._player.begin(playback.turn.id, playback.turn.chunks if playback.words else (), playback.base)
        self._player.add(playback.pcm)
        self._player.end()

    def _close(self) -> None:
        self._player.finished()
        live, self._live = self._live, None
        self._link.forget_turn()
        if live is not None:
            self._end_turn(live, "interrupted" if live.rest else "done", None)

    def _fail(self) -> None:
        heard = self._player.stop()
        live, self._live = self._live, None
        self._link.cancel(heard)
        self._link.stale = True
        utterance = self.utterance
        if live is None or (live.turn is None and (utterance is None or not utterance.manual)):
            if self._cause is Happening.TURN_FAILED:
                self._observer(Problem("turn", self._failure))
        else:
            if utterance is not None and utterance.open:
                self._book.add_sound(self._turn_of(live).id, "question", utterance.sound(), LISTEN_RATE)
            self._end_turn(live, "failed", heard, self._failure)
        if utterance is not None and utterance.open:
            self.utterance = None

    def _take_away(self) -> None:
        """The open question was none. What it had interrupted goes on, as far as there is sound of it."""
        self._link.cancel()
        live, self._live = self._live, None
        interrupted, self._interrupted = self._interrupted, None
        if self.utterance is not None and self.utterance.open:
            self.utterance = None
        if live is not None and live.turn is not None:
            if live.carried is not None and self._cause is not Happening.REFUSED:
                self._answer_unfinished(live.turn, live.carried)
                return
            self._book.remove(live.turn.id)
        if interrupted is None:
            return
        turn, heard = interrupted
        pcm = self._book.sound(turn.id, "reply", SPEAK_RATE)
        rest = np.zeros(0, np.float32) if pcm is None else pcm[int(heard * SPEAK_RATE) :]
        if rest.size and self.machine.phase is Phase.READY:
            self._playback = Playback(turn, rest, heard, rest=True)
            self._happenings.append(Happening.REPLAY)

    def _answer_unfinished(self, turn: Turn, question: Pcm) -> None:
        """The speaker did not go on with the question after all: it stands as it was."""
        self._book.add_sound(turn.id, "question", question, LISTEN_RATE)
        self._book.store_sounds(turn.id)
        if self._cause is Happening.VOICE_DROPPED:
            self._question = Question(turn, question, reply_language=turn.wanted_language)
            self._happenings.append(Happening.ASKED)
        else:
            self._book.save(replace(turn, state="interrupted"))

    def _turn_of(self, live: Live) -> Turn:
        """The turn that is open; from now on there is one."""
        if live.turn is None:
            live.turn = self._book.begin("spoken", state="listening", wanted=wanted(self.conversing.reply_language))
        return live.turn

    def _end_turn(self, live: Live, state: TurnState, heard: float | None, problem: str = "") -> Turn:
        """The open turn is over; `heard` seconds of its reply were heard (None: all of it)."""
        turn = self._turn_of(live)
        if live.rest:
            self._link.stale = True  # more was heard than the engine was told
            return self._book.save(replace(turn, heard_seconds=heard))
        whole = heard is None or (turn.stats is not None and heard >= live.reply.seconds - _WHOLE)
        ended = replace(
            turn,
            state="done" if whole and turn.stats is not None else state,
            heard_seconds=None if whole else heard,
            problem=problem,
            waterfall=live.times.waterfall(turn.stats),
        )
        self._book.store_sounds(turn.id)
        self._book.save(ended)
        self._book.listed()
        return ended


_DO: Final[dict[Action, Callable[[Conductor], None]]] = {
    Action.LISTEN: Conductor._listen,
    Action.FINISH: Conductor._finish,
    Action.DROP: Conductor._take_away,
    Action.ASK: Conductor._ask,
    Action.WAIT: Conductor._wait,
    Action.REJECT: Conductor._reject,
    Action.HOLD: Conductor._hold,
    Action.RELEASE: Conductor._release,
    Action.SAY: Conductor._say,
    Action.END_SOUND: Conductor._end_sound,
    Action.CUT: Conductor._cut,
    Action.PLAY: Conductor._play,
    Action.CLOSE: Conductor._close,
    Action.REMOVE: Conductor._take_away,
    Action.FAIL: Conductor._fail,
}
