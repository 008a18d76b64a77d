"""How likely it is that somebody speaks: WebRTC's detector as the cheap gate, Silero's network for the decision.

Frames of 10 ms in, a probability out; the network sees windows of 32 ms and runs only while the gate is open. Knows
nothing of turns and of levels.
"""

from __future__ import annotations

from collections import deque
from typing import Final

import numpy as np
import webrtcvad

from cslm_core.audio import LISTEN_RATE, Pcm
from cslm_core.errors import AudioError
from cslm_core.speech import SileroStream, SileroVad, silero_path

__all__ = ["LOOK_BACK", "SpeechGate"]

_WINDOW: Final = 512
_WARM_FRAMES: Final = 32
"""Frames of the past that the network is given when the gate opens."""
_OPEN_FRAMES: Final = 60
"""Frames for which the gate stays open."""

LOOK_BACK: Final = 0.04
"""Seconds that a probability comes late, at most: it is that of the last full window."""


class SpeechGate:
    """The probability of speech, frame by frame."""

    def __init__(self, silero: SileroStream | None = None, strictness: int = 1) -> None:
        """Raises AudioError when the network, which faster-whisper carries, is missing."""
        self._silero = silero or _silero()
        self._cheap = webrtcvad.Vad(strictness)
        self._past: deque[Pcm] = deque(maxlen=_WARM_FRAMES)
        self._waiting: Pcm = np.zeros(0, np.float32)
        self._open = 0
        self._probability = 0.0
        self.windows = 0
        """How often the network ran."""
        self.cheap = False
        """Whether the cheap detector takes the last frame for a voice: at once, and often wrongly."""

    def reset(self) -> None:
        self._past.clear()
        self._close()

    def _close(self) -> None:
        self._waiting = np.zeros(0, np.float32)
        self._open = 0
        self._probability = 0.0

    def push(self, frame: Pcm, keep_open: bool = False) -> float:
        """A frame (160,) at 16 kHz. `keep_open`: ask the network whatever the gate says (somebody is speaking)."""
        data = (np.clip(frame, -1.0, 1.0) * 32767.0).astype("<i2").tobytes()
        self.cheap = self._cheap.is_speech(data, LISTEN_RATE)
        if keep_open or self.cheap:
            if not self._open:
                self._silero.reset()
                self._waiting = np.concatenate([*self._past, self._waiting])
            self._open = _OPEN_FRAMES
        self._past.append(frame)
        if not self._open:
            return 0.0
        self._open -= 1
        self._waiting = np.concatenate([self._waiting, frame])
        while self._waiting.size >= _WINDOW:
            self._probability = float(self._silero.push(self._waiting[None, :_WINDOW])[0])
            self._waiting = self._waiting[_WINDOW:]
            self.windows += 1
        if not self._open:
            self._close()
        return self._probability


def _silero() -> SileroStream:
    path = silero_path()
    if path is None:
        raise AudioError("The file that tells speech from noise is missing; install the program again.")
    return SileroStream(SileroVad(path))
