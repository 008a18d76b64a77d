"""Cleaning what the microphone hears: WebRTC's echo cancellation, noise suppression, high-pass and gain control.

Frames of 10 ms at 16 kHz, the loudspeaker's beside the microphone's. The gain control is a module of its own behind the
others: what decides whether somebody speaks must not be made louder by it. Knows nothing of devices.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import islice
from typing import Final

import numpy as np
from livekit import rtc
from numpy.typing import NDArray

from app.audio.ring import FRAME
from cslm_core.audio import LISTEN_RATE, Pcm

__all__ = ["HARMLESS_DBFS", "Clean", "Cleaner", "frame_dbfs"]

FLOOR_DBFS: Final = -100.0
_ACTIVE_DBFS: Final = -50.0
_ADAPTED_FRAMES: Final = 350
"""Frames of sound from the loudspeaker after which the canceller has learnt the room, measured with margin."""
HARMLESS_DBFS: Final = -50.0
"""An echo below this is too faint to be taken for a voice even as it is (`listening.py` asks for more)."""
_TELLING_DB: Final = 10.0
"""How much fainter than the loudest a frame that is played may be to tell something: a hiss echoes otherwise."""
_COMPARED: Final = 300
_MOST_LATE: Final = 50
"""Frames of loudness that are compared to find an echo, and by how many it may come late."""
_ALIKE: Final = 0.85
"""Likeness from which it is an echo: echoes reach at least 0.92, other speech at most 0.74 (a test measures it)."""


def frame_dbfs(pcm: Pcm) -> float:
    """Level of a frame (n,), -100 to 0 dB of full scale."""
    power = float(np.square(pcm, dtype=np.float64).mean()) if pcm.size else 0.0
    return max(FLOOR_DBFS, 10.0 * float(np.log10(power + 1e-20)))


@dataclass(frozen=True, slots=True)
class Clean:
    """One cleaned frame."""

    pcm: Pcm
    """(160,), with gain control: to be kept."""
    plain: Pcm
    """(160,), without gain control: to be judged."""
    raw_dbfs: float
    dbfs: float
    """Of `plain`."""
    bare: bool = False
    """No echo was taken out, because there is none that matters."""


class Cleaner:
    """One microphone and one loudspeaker in one room; a new one for another device."""

    def __init__(self, *, echo: bool, noise: bool, gain: bool) -> None:
        self.echo = echo
        self.harmless_dbfs = HARMLESS_DBFS
        """Lower for a listener that asks for less."""
        self._first = _module(echo_cancellation=echo, noise_suppression=noise, high_pass_filter=True)
        self._without = _module(noise_suppression=noise, high_pass_filter=True) if echo else None
        self._gain = _module(auto_gain_control=True) if gain else None
        self._delay: int | None = None
        self._sounding = 0
        self._played = self._loudest = FLOOR_DBFS
        self._coupling = float("inf")
        """dB by which an echo is louder than what is played, at most: nothing louder was heard after it."""
        self._curves: deque[tuple[float, float]] = deque(maxlen=_COMPARED + _MOST_LATE)

    @property
    def adapted(self) -> bool:
        """Whether an echo need not be feared: the canceller has heard enough, or there is none (headphones)."""
        return self._harmless or self._sounding >= _ADAPTED_FRAMES

    @property
    def _harmless(self) -> bool:
        """Whether even the loudest of what was played so far cannot come back as something like a voice."""
        return self._loudest + self._coupling <= self.harmless_dbfs

    def render(self, frame: Pcm) -> None:
        """What the loudspeaker plays (160,); before the microphone's frame that may hold its echo."""
        if self.echo:
            played = frame_dbfs(frame)
            self._played, self._loudest = max(self._played, played), max(self._loudest, played)
            if played > _ACTIVE_DBFS:
                self._sounding += 1
            self._first.process_reverse_stream(_frame(frame))

    def capture(self, frame: Pcm, delay_ms: float) -> Clean:
        """What the microphone hears (160,). `delay_ms`: how long after `render` an echo comes, as far as is known."""
        if self.echo and self._delay != round(delay_ms):
            self._delay = round(delay_ms)
            self._first.set_stream_delay_ms(self._delay)
        raw = frame_dbfs(frame)
        data = _frame(frame)
        self._first.process_stream(data)
        harmless = False
        if self._without is not None:
            self._watch(raw)
            harmless = self._harmless
            without = _frame(frame)
            self._without.process_stream(without)
            if harmless:  # a canceller that has never met an echo takes the first voice for one
                data = without
        plain = _samples(data)
        kept = plain
        if self._gain is not None:
            self._gain.process_stream(data)
            kept = _samples(data)
        return Clean(kept, plain, raw, frame_dbfs(plain), harmless)

    def _watch(self, raw: float) -> None:
        """How loud an echo can be, and whether one has come after all: the headphones were taken off."""
        curves, sounds = self._curves, self._played > _ACTIVE_DBFS
        curves.append((self._played, raw))
        self._played = FLOOR_DBFS
        if len(curves) < _MOST_LATE:
            return
        cause = curves[-_MOST_LATE][0]
        if cause > max(_ACTIVE_DBFS, self._loudest - _TELLING_DB):
            heard = max(dbfs for _, dbfs in islice(reversed(curves), _MOST_LATE))
            self._coupling = min(self._coupling, heard - cause)
        if not sounds or self._sounding % 10 or len(curves) < _COMPARED + _MOST_LATE or not self._harmless:
            return
        if likeness(*np.maximum(np.array(curves, np.float64).T, [[_ACTIVE_DBFS], [self.harmless_dbfs]])) > _ALIKE:
            self._coupling = float("inf")
            curves.clear()


def likeness(played: NDArray[np.float64], heard: NDArray[np.float64]) -> float:
    """How well the loudness heard follows the loudness played (350 frames each, dBFS), up to half a second late.

    The best correlation at any delay; 0 where one of the two is constant.
    """
    heard = heard[-_COMPARED:] - heard[-_COMPARED:].mean()
    best = 0.0
    for late in range(_MOST_LATE + 1):
        cause = played[_MOST_LATE - late : _MOST_LATE - late + _COMPARED]
        cause = cause - cause.mean()
        size = float(np.linalg.norm(cause) * np.linalg.norm(heard))
        if size > 1.0:  # both have moved
            best = max(best, float(cause @ heard) / size)
    return best


def _module(**parts: bool) -> rtc.AudioProcessingModule:
    return rtc.AudioProcessingModule(**parts)


def _frame(pcm: Pcm) -> rtc.AudioFrame:
    return rtc.AudioFrame(bytearray(_integers(pcm)), LISTEN_RATE, 1, FRAME)


def _integers(pcm: Pcm) -> bytes:
    return (np.clip(pcm, -1.0, 1.0) * 32767.0).astype("<i2").tobytes()


def _samples(frame: rtc.AudioFrame) -> Pcm:
    return np.frombuffer(bytes(frame.data), "<i2").astype(np.float32) / np.float32(32768.0)
