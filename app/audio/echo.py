"""Cleaning what the microphone hears: WebRTC's echo cancellation, noise suppression, high-pass and gain control.

Frames of 10 ms at 16 kHz, the loudspeaker's beside the microphone's. The gain control is a module of its own behind the
others: what decides whether somebody speaks must not be made louder by it. Knows nothing of devices.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from livekit import rtc

from app.audio.ring import FRAME
from cslm_core.audio import LISTEN_RATE, Pcm

__all__ = ["Clean", "Cleaner", "frame_dbfs"]

FLOOR_DBFS: Final = -100.0
_ACTIVE_DBFS: Final = -50.0
_ADAPTED_FRAMES: Final = 350
"""Frames of sound from the loudspeaker after which the canceller has learnt the room, measured with margin."""


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
        self._gain = _module(auto_gain_control=True) if gain else None
        self._delay: int | None = None
        self._sounding = 0

    @property
    def adapted(self) -> bool:
        """Whether the canceller has heard enough of the loudspeaker to be relied upon."""
        return self._sounding >= _ADAPTED_FRAMES

    def render(self, frame: Pcm) -> None:
        """What the loudspeaker plays (160,); before the microphone's frame that may hold its echo."""
        if self.echo:
            if frame_dbfs(frame) > _ACTIVE_DBFS:
                self._sounding += 1
            self._first.process_reverse_stream(_frame(frame))

    def capture(self, frame: Pcm, delay_ms: float) -> Clean:
        """What the microphone hears (160,). `delay_ms`: how long after `render` an echo comes, as far as is known."""
        if self.echo and self._delay != round(delay_ms):
            self._delay = round(delay_ms)
            self._first.set_stream_delay_ms(self._delay)
        data = _frame(frame)
        self._first.process_stream(data)
        plain = _samples(data)
        kept = plain
        if self._gain is not None:
            self._gain.process_stream(data)
            kept = _samples(data)
        return Clean(kept, plain, frame_dbfs(frame), frame_dbfs(plain))


def _module(**parts: bool) -> rtc.AudioProcessingModule:
    return rtc.AudioProcessingModule(**parts)


def _frame(pcm: Pcm) -> rtc.AudioFrame:
    return rtc.AudioFrame(bytearray(_integers(pcm)), LISTEN_RATE, 1, FRAME)


def _integers(pcm: Pcm) -> bytes:
    return (np.clip(pcm, -1.0, 1.0) * 32767.0).astype("<i2").tobytes()


def _samples(frame: rtc.AudioFrame) -> Pcm:
    return np.frombuffer(bytes(frame.data), "<i2").astype(np.float32) / np.float32(32768.0)
