"""When a turn begins and ends: probabilities of speech in, SpeechStarted, SpeechAudio, SpeechEnded, SpeechDropped out.

Counts frames of 10 ms and never looks at a clock; times are those that the frames come with. Knows nothing of devices,
of echo and of what is said.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np

from app.audio.events import SpeechAudio, SpeechDropped, SpeechEnded, SpeechStarted
from app.audio.ring import FRAME, FRAME_SECONDS
from cslm_core.audio import MAX_SECONDS, Pcm

__all__ = ["PRE_ROLL", "Guard", "Listener", "Sounded", "SpeechEvent"]

PRE_ROLL: Final = 0.3
"""Seconds of sound before the first sign of speech that a question begins with."""

Guard: TypeAlias = Literal["open", "full", "cautious", "half"]
"""How much it takes to begin a turn: `open` while the loudspeaker is silent, else the duplex of the settings."""
SpeechEvent: TypeAlias = SpeechStarted | SpeechAudio | SpeechEnded | SpeechDropped

_EVIDENCE: Final[dict[Guard, float]] = {"open": 0.06, "full": 0.1, "cautious": 0.18, "half": float("inf")}
"""Seconds of speech after which a turn begins."""
_OVER_PLAYBACK: Final = 0.45
"""The probability that is enough over playback: the canceller mutilates a voice, but leaves little of an echo."""
_LOUDER_DB: Final[dict[Guard, float]] = {"open": 0.0, "full": 3.0, "cautious": 8.0, "half": 0.0}
_HYSTERESIS: Final = 0.15
_SHORTEST: Final = 0.18
"""Seconds of certain speech under which it was a cough or a door."""
_SHORTEST_MANUAL: Final = 0.06
_TAIL: Final = 0.2
"""Seconds that are kept after the key was let go: people let go early."""
_BREATH: Final = 0.2
"""Seconds without a voice that part what is said from what was being said when a turn was taken back."""
_REST: Final = 1.0
"""So long the rest of it is waited for, at most."""
_BATCH: Final = 4
_LONGEST: Final = MAX_SECONDS - 1.0
_SIGNS: Final = 3
"""Frames over playback that might be a voice, after which the loudspeaker waits."""
_DOUBT: Final = 0.3
"""Seconds for which it does so after the last such frame."""
_PATIENCE: Final = 0.7
"""Seconds for which it waits in all; where there is noise all the time, it waits again after as long without a sign."""
_HISTORY: Final = round((PRE_ROLL + 1.0) / FRAME_SECONDS)


@dataclass(frozen=True, slots=True)
class Sounded:
    """A cleaned frame and what is known of it."""

    pcm: Pcm
    """(160,) to be delivered."""
    probability: float
    dbfs: float
    time: float
    """When its last sample was heard."""
    guard: Guard = "open"
    near: bool = True
    """Whether it cannot be an echo."""
    cheap: bool = False
    """Whether the cheap detector takes it for a voice."""


class Listener:
    """The state between turns. `push` takes every frame, `press` the push-to-talk key."""

    def __init__(self, sensitivity: float = 0.5, pause: float = 0.6) -> None:
        self.hands_free = True
        self.configure(sensitivity, pause)
        self._past: deque[Sounded] = deque(maxlen=_HISTORY)
        self._calm()
        self._rest()

    def configure(self, sensitivity: float, pause: float) -> None:
        """`sensitivity` 0 to 1, `pause` in seconds, as in the settings."""
        self._threshold = 0.8 - 0.6 * sensitivity
        self._quietest = -40.0 - 24.0 * sensitivity
        self._pause = pause

    @property
    def overheard_dbfs(self) -> float:
        """What is fainter over something that is played is not taken for a voice."""
        return self._quietest + _LOUDER_DB["full"]

    @property
    def speaking(self) -> bool:
        """Whether a turn has begun and not ended."""
        return self._turn

    @property
    def suspecting(self) -> bool:
        """Whether there may be a voice over what is played: too early to begin a turn, in time to be silent for it."""
        return self._doubt > 0 and not self._impatient

    def _calm(self) -> None:
        self._signs = self._doubt = self._waited = 0
        self._impatient = False

    def _rest(self) -> None:
        self._turn = False
        self._manual = False
        self._evidence = 0
        self._misses = 0
        self._span = 0
        self._since_sign = 0
        self._batch: list[Pcm] = []
        self._frames = 0
        self._voiced = 0
        self._silent = 0
        self._last_voice = 0.0
        self._tail: int | None = None
        self._ebb = self._breath = 0

    def push(self, frame: Sounded) -> list[SpeechEvent]:
        """One frame of 10 ms."""
        self._suspect(frame)
        if not self._turn:
            # no question begins with the loudspeaker, nor with the rest of what was taken back
            if frame.guard == "half" or self._ebbs(frame):
                self._past.clear()
            else:
                self._past.append(frame)
            return self._begin(frame.time, manual=False) if self._noticed(frame) else []
        self._take(frame)
        events: list[SpeechEvent] = []
        if len(self._batch) >= _BATCH:
            events.append(self._flush())
        if self._manual:
            if self._tail is not None:
                self._tail -= 1
            over = self._tail is not None and self._tail <= 0
        else:
            over = self._silent * FRAME_SECONDS >= self._pause
        if over or self._frames * FRAME_SECONDS >= _LONGEST:
            events += self.finish(frame.time)
        return events

    def press(self, down: bool, now: float) -> list[SpeechEvent]:
        """The key. A turn that the voice began becomes one that the key ends."""
        if down:
            if self._turn and not self._manual:
                self._manual, self._tail = True, None
                return []
            if self._turn:  # let go and pressed again at once: the same turn
                self._tail = None
                return []
            return self._begin(now, manual=True)
        if self._turn and self._manual and self._tail is None:
            self._tail = round(_TAIL / FRAME_SECONDS)
        return []

    def finish(self, now: float) -> list[SpeechEvent]:
        """End the turn that is on, if any: by its length it was speech or not."""
        if not self._turn:
            return []
        voiced = self._voiced * FRAME_SECONDS
        events: list[SpeechEvent] = [self._flush()] if self._batch else []
        if voiced >= (_SHORTEST_MANUAL if self._manual else _SHORTEST):
            events.append(SpeechEnded(now, self._last_voice, voiced))
        else:
            events.append(SpeechDropped(now, voiced))
        self._rest()
        return events

    def take_back(self, now: float) -> list[SpeechEvent]:
        """The turn that is on, if any, does not count, and the key is let go. Whoever is in the middle of a word does
        not begin another turn with its end."""
        if not self._turn:
            return []
        speaking = self._voiced > 0 and self._silent * FRAME_SECONDS < _BREATH
        events = self.drop(now)
        if speaking:
            self._ebb, self._breath = round(_REST / FRAME_SECONDS), round(_BREATH / FRAME_SECONDS)
        return events

    def drop(self, now: float) -> list[SpeechEvent]:
        """Forget everything, also what came before: the microphone was shut."""
        events: list[SpeechEvent] = [SpeechDropped(now, self._voiced * FRAME_SECONDS)] if self._turn else []
        self._rest()
        self._past.clear()
        self._calm()
        return events

    def _ebbs(self, frame: Sounded) -> bool:
        """Whether this is still what was being said when the turn was taken back."""
        if not self._ebb:
            return False
        self._ebb -= 1
        voiced = self._is_voiced(frame)
        self._breath = round(_BREATH / FRAME_SECONDS) if voiced else self._breath - 1
        if not self._breath:
            self._ebb = 0
        return voiced

    def _suspect(self, frame: Sounded) -> None:
        """Nothing is asked of the network here, whose windows are too long for it: for what is loud, near and like a
        voice for the cheap detector the loudspeaker waits a little; only what the network confirms will stop it."""
        if not self.hands_free or frame.guard not in ("full", "cautious"):
            self._calm()
            return
        self._doubt = max(0, self._doubt - 1)
        if frame.cheap and frame.near and self._is_loud(frame):
            self._signs = min(self._signs + 1, _SIGNS)
            if self._signs == _SIGNS:
                self._doubt = round(_DOUBT / FRAME_SECONDS)
        else:
            self._signs = max(0, self._signs - 1)
        self._waited = max(0, self._waited + (1 if self._doubt else -1))
        if self._waited * FRAME_SECONDS >= _PATIENCE:
            self._impatient = True
        elif not self._waited:
            self._impatient = False

    def _is_loud(self, frame: Sounded) -> bool:
        return frame.dbfs >= self._quietest + _LOUDER_DB[frame.guard]

    def _is_speech(self, frame: Sounded) -> bool:
        """Whether a frame is a sign of speech before a turn has begun."""
        threshold = self._threshold if frame.guard == "open" else min(self._threshold, _OVER_PLAYBACK)
        # between syllables it is quiet though the network, which remembers, is sure: the last sign counts a while
        self._since_sign = 0 if self._is_loud(frame) and frame.near else self._since_sign + 1
        return frame.probability >= threshold and self._since_sign <= 6

    def _noticed(self, frame: Sounded) -> bool:
        if not self.hands_free or frame.guard == "half" or self._ebb:
            self._evidence = self._span = 0
            return False
        if self._is_speech(frame):
            self._evidence += 1
            self._misses = 0
        else:
            self._misses += 1
            if self._misses > 6:
                self._evidence = max(0, self._evidence - 1)
        self._span = self._span + 1 if self._evidence else 0
        return self._evidence * FRAME_SECONDS >= _EVIDENCE[frame.guard]

    def _begin(self, now: float, *, manual: bool) -> list[SpeechEvent]:
        evidence, span = (0, 0) if manual else (self._evidence, self._span)
        # what the network says is of a window that ended up to 32 ms ago and began 32 ms before
        frames = round(PRE_ROLL / FRAME_SECONDS) + (0 if manual else span + 6)
        held = list(self._past)[-frames:]
        self._past.clear()
        self._rest()
        self._turn, self._manual = True, manual
        self._last_voice = now
        for frame in held:
            self._take(frame)
        self._voiced = evidence
        self._frames = 0
        events: list[SpeechEvent] = [SpeechStarted(now, manual)]
        if self._batch:
            events.append(self._flush())
        return events

    def _is_voiced(self, frame: Sounded) -> bool:
        """Whether a frame within a turn is speech."""
        certain = self._threshold - (_HYSTERESIS if not self._manual else 0.2)
        return frame.probability >= certain and frame.dbfs > self._quietest - 20.0

    def _take(self, frame: Sounded) -> None:
        self._batch.append(frame.pcm)
        self._frames += 1
        if self._is_voiced(frame):
            self._voiced += 1
            self._silent = 0
            self._last_voice = frame.time
        else:
            self._silent += 1

    def _flush(self) -> SpeechAudio:
        pcm = np.concatenate(self._batch)
        assert pcm.size % FRAME == 0, pcm.size
        self._batch = []
        return SpeechAudio(pcm, self._voiced * FRAME_SECONDS)
