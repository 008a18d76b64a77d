"""A question while it is being spoken: its units as they become certain, and whether there is speech in it at all.

As soon as speech is found the units go to the LM, so that little is left to do when the speaker stops. In every pause
the question is taken to be over, for a try: if it was, what it says is known already when the caller, who waits longer,
says so; if a voice comes again, nothing has happened. Knows nothing of when a speaker has stopped, nor of replies.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from cslm_core.audio import LISTEN_RATE, MAX_SECONDS, Pcm, check_pcm
from cslm_core.dialogue import Dialogue, Options
from cslm_core.errors import AudioError
from cslm_core.events import TurnEvent
from cslm_core.halt import Halt
from cslm_core.speech import Finding
from cslm_core.units import UnitRuns

if TYPE_CHECKING:
    from cslm_core.pack import Pack

__all__ = ["Listening"]

_LOOK_EVERY: Final = LISTEN_RATE // 2
_LOOK_BACK: Final = LISTEN_RATE * 2
_PAUSE: Final = 0.12
"""Seconds without a voice, after which the question may be over. No caller waits for less."""


class Listening:
    """One spoken question. For the thread of its chat."""

    def __init__(
        self,
        pack: Pack,
        dialogue: Dialogue,
        stop: Halt,
        answer: Callable[[Listening], Iterator[TurnEvent]],
        options: Options,
    ) -> None:
        self.busy = 0.0
        """Seconds that the tokenizer has worked."""
        self.stop = stop
        self._gate = pack.gate
        self._dialogue = dialogue
        self._stream = pack.tokenizer.stream()
        self._answer = answer
        self._options = options
        self._quiet = pack.gate.quiet()
        self._after: list[Pcm] | None = None
        """What came after the question may have been over; None while it is not."""
        self._ahead: Iterator[None] = iter(())
        """What there is to do then."""
        self._whole = UnitRuns.empty()
        """All of the question, if it is over."""
        self._pcm: list[Pcm] = []
        self._held: Pcm | None = None
        self._samples = 0
        self._looked = 0
        self._speech = False
        self._runs: list[UnitRuns] = []
        self._fed = 0
        self._units = 0

    @property
    def seconds(self) -> float:
        """How long the question is so far."""
        return self._samples / LISTEN_RATE

    @property
    def units(self) -> int:
        """How many units it has so far."""
        return self._units

    def push(self, pcm16k: npt.ArrayLike) -> None:
        """More of the question: samples (n,) of 16 kHz. Raises AudioError for what is no sound, or too much of it."""
        samples = np.ascontiguousarray(pcm16k, dtype=np.float32)
        if samples.ndim != 1 or not np.isfinite(samples).all():
            raise AudioError("The sound holds samples that are not numbers, or is not mono; record it again.")
        if self._samples + samples.size > (MAX_SECONDS + 0.01) * LISTEN_RATE:
            raise AudioError(f"The question is too long; at most {MAX_SECONDS:.0f} s can be heard at once.")
        if self.stop.is_set():
            return
        self._pcm.append(samples)
        self._samples += samples.size
        voice = self._quiet.push(samples)
        if self._after is not None:
            self._after.append(samples)
            if voice:
                self._go_on()
            else:
                self._work_ahead(samples.size / LISTEN_RATE)
            return
        self._hear(samples)
        if not self._speech and self._samples - self._looked >= _LOOK_EVERY:
            self._looked = self._samples
            self._speech = self._gate.find(self._recent()) == "speech"
        self._feed()
        if self._speech and self._quiet.seconds >= _PAUSE:
            self._expect()

    def hold(self, pcm16k: Pcm) -> None:
        """The whole question at once: samples (n,) that are looked at when it is answered."""
        self._held = pcm16k

    def finish(self) -> Iterator[TurnEvent]:
        """The question is over: iterate over the reply."""
        return self._answer(self)

    def complete(self) -> Finding:
        """For the answer: the last units are computed and given to the LM, if there was speech. Raises AudioError."""
        held = check_pcm(self._held, name="The question") if self._held is not None else np.zeros(0, np.float32)
        pcm = check_pcm(np.concatenate([*self._pcm, held]), name="The question")
        self._samples = pcm.size
        if not self._speech:
            finding = self._gate.find(pcm)
            if finding != "speech":
                return finding
            self._speech = True
        if self._after is not None:
            if not self._after or self._gate.find(np.concatenate(self._after)) != "speech":
                self._runs = [self._whole]
                return "speech" if len(self._whole) else "no-speech"
            self._go_on()
        if held.size:
            self._hear(pcm[-held.size :])
        start = time.perf_counter()
        self._take(self._stream.finish())
        self.busy += time.perf_counter() - start
        return "speech" if self._runs else "no-speech"

    def feed_rest(self) -> None:
        """For the answer: the last units go to the LM."""
        self._feed(last=True)

    def _hear(self, samples: Pcm) -> None:
        start = time.perf_counter()
        self._take(self._stream.push(samples))
        self.busy += time.perf_counter() - start

    def _expect(self) -> None:
        """Nobody speaks: let the dialogue work ahead as if the question was over."""
        start = time.perf_counter()
        self._whole = UnitRuns.of_codes(
            np.concatenate([runs.codes() for runs in (*self._runs, self._stream.fork().finish())])
        )
        self.busy += time.perf_counter() - start
        self._after = []
        self._ahead = iter(())
        if len(self._whole) > self._fed:
            self._ahead = self._dialogue.expect(self._whole.units[self._fed :].tolist(), self._options)

    def _work_ahead(self, seconds: float) -> None:
        """For so long, in which as much sound has come: nothing waits, should the speaker go on."""
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            try:
                next(self._ahead)
            except StopIteration:
                break

    def _go_on(self) -> None:
        """It was not over."""
        after, self._after = self._after or [], None
        self._hear(np.concatenate(after))
        self._feed()

    def _take(self, runs: UnitRuns) -> None:
        if len(runs):
            self._runs.append(runs)

    def _feed(self, *, last: bool = False) -> None:
        """Give the LM what is certain: a run at the seam of two pieces may still grow, so the newest one waits."""
        if not self._speech or not self._runs:
            return
        joined = UnitRuns.of_codes(np.concatenate([runs.codes() for runs in self._runs]))
        self._runs = [joined]
        self._units = len(joined)
        certain = len(joined) if last else len(joined) - 1
        if certain > self._fed:
            self._dialogue.hear(joined.units[self._fed : certain].tolist())
            self._fed = certain

    def _recent(self) -> Pcm:
        """The last two seconds."""
        kept: list[Pcm] = []
        length = 0
        for piece in reversed(self._pcm):
            kept.append(piece)
            length += piece.size
            if length >= _LOOK_BACK:
                break
        return np.concatenate(kept[::-1])[-_LOOK_BACK:]
