"""Cleaning what the microphone hears: WebRTC's echo cancellation, noise suppression, high-pass and gain control.

Frames of 10 ms at 16 kHz, the loudspeaker's beside the microphone's. The gain control is a module of its own behind the
others: what decides whether somebody speaks must not be made louder by it. Knows nothing of devices.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

import numpy as np
from livekit import rtc
from numpy.typing import NDArray

from app.audio.ring import FRAME
from cslm_core.audio import LISTEN_RATE, Pcm

__all__ = ["Clean", "Cleaner", "frame_dbfs"]

FLOOR_DBFS: Final = -100.0
_ACTIVE_DBFS: Final = -50.0
_ADAPTED_FRAMES: Final = 350
"""Frames of sound from the loudspeaker after which the canceller has learnt the room, measured with margin."""
_HARMLESS_DBFS: Final = -50.0
"""An echo below this is too faint to be taken for a voice even as it is (`listening.py` asks for more)."""
_HARMLESS_FRAMES: Final = 50
"""Frames of sound from the loudspeaker in which nothing louder may be heard; longer than any delay of an echo."""
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


class Cleaner:
    """One microphone and one loudspeaker in one room; a new one for another device."""

    def __init__(self, *, echo: bool, noise: bool, gain: bool) -> None:
        self.echo = echo
        self._first = _module(echo_cancellation=echo, noise_suppression=noise, high_pass_filter=True)
        self._without = _module(noise_suppression=noise, high_pass_filter=True) if echo else None
        self._gain = _module(auto_gain_control=True) if gain else None
        self._delay: int | None = None
        self._sounding = 0
        self._unheard = 0
        self._harmless = False
        self._played = FLOOR_DBFS
        self._curves: deque[tuple[float, float]] = deque(maxlen=_COMPARED + _MOST_LATE)

    @property
    def adapted(self) -> bool:
        """Whether an echo need not be feared: the canceller has heard enough, or there is none (headphones)."""
        return self._harmless or self._sounding >= _ADAPTED_FRAMES

    def render(self, frame: Pcm) -> None:
        """What the loudspeaker plays (160,); before the microphone's frame that may hold its echo."""
        if self.echo:
            self._played = frame_dbfs(frame)
            if self._played > _ACTIVE_DBFS:
                self._sounding += 1
                self._unheard += 1
                self._harmless = self._harmless or self._unheard >= _HARMLESS_FRAMES
            self._first.process_reverse_stream(_frame(frame))

    def capture(self, frame: Pcm, delay_ms: float) -> Clean:
        """What the microphone hears (160,). `delay_ms`: how long after `render` an echo comes, as far as is known."""
        if self.echo and self._delay != round(delay_ms):
            self._delay = round(delay_ms)
            self._first.set_stream_delay_ms(self._delay)
        raw = frame_dbfs(frame)
        if raw > _HARMLESS_DBFS:  # an echo or a voice: which of the two cannot be told yet
            self._unheard = 0
        if self._harmless:
            self._watch(raw)
        data = _frame(frame)
        self._first.process_stream(data)
        if self._without is not None:
            bare = _frame(frame)
            self._without.process_stream(bare)
            if self._harmless:  # a canceller that has never met an echo takes the first voice for one
                data = bare
        plain = _samples(data)
        kept = plain
        if self._gain is not None:
            self._gain.process_stream(data)
            kept = _samples(data)
        return Clean(kept, plain, raw, frame_dbfs(plain))

    def _watch(self, raw: float) -> None:
        """Whether an echo has come after all: the headphones were taken off."""
        self._curves.append((max(self._played, _ACTIVE_DBFS), max(raw, _HARMLESS_DBFS)))
        sounds, self._played = self._played > _ACTIVE_DBFS, FLOOR_DBFS
        if not sounds or self._sounding % 10 or len(self._curves) < _COMPARED + _MOST_LATE:
            return
        if likeness(*np.array(self._curves, np.float64).T) > _ALIKE:
            self._harmless, self._unheard = False, 0
            self._curves.clear()


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
