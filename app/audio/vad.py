"""How likely it is that somebody speaks: WebRTC's detector as the cheap gate, Silero's network for the decision.

Frames of 10 ms in, a probability out; the network sees windows of 32 ms and runs only while the gate is open. Knows
nothing of turns and of levels.
"""

from __future__ import annotations

import importlib.util
from collections import deque
from pathlib import Path
from typing import Final

import numpy as np
import webrtcvad

from cslm_core.audio import LISTEN_RATE, Pcm
from cslm_core.errors import AudioError

__all__ = ["LOOK_BACK", "Silero", "SpeechGate", "silero_file"]

_WINDOW: Final = 512
_CONTEXT: Final = 64
_WARM_FRAMES: Final = 32
"""Frames of the past that the network is given when the gate opens."""
_OPEN_FRAMES: Final = 60
"""Frames for which the gate stays open."""

LOOK_BACK: Final = 0.04
"""Seconds that a probability comes late, at most: it is that of the last full window."""


def silero_file() -> Path:
    """The network's file, which faster-whisper carries; found without importing that. Raises AudioError."""
    spec = importlib.util.find_spec("faster_whisper")
    for folder in (spec.submodule_search_locations or []) if spec is not None else []:
        for path in sorted((Path(folder) / "assets").glob("silero_vad*.onnx"), reverse=True):
            return path
    raise AudioError("The file that tells speech from noise is missing; install the program again.")


class Silero:
    """The network with its memory."""

    def __init__(self, path: Path | None = None) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.inter_op_num_threads = 1
        options.intra_op_num_threads = 1
        options.log_severity_level = 4
        self._session = onnxruntime.InferenceSession(
            str(path or silero_file()), sess_options=options, providers=["CPUExecutionProvider"]
        )
        self.reset()

    def reset(self) -> None:
        self._h = np.zeros((1, 1, 128), np.float32)
        self._c = np.zeros((1, 1, 128), np.float32)
        self._context = np.zeros(_CONTEXT, np.float32)

    def push(self, window: Pcm) -> float:
        """Probability of speech in a window of (512,) samples at 16 kHz."""
        joined = np.concatenate([self._context, window])[None]
        probability, self._h, self._c = self._session.run(None, {"input": joined, "h": self._h, "c": self._c})
        self._context = window[-_CONTEXT:]
        return float(probability.reshape(-1)[0])


class SpeechGate:
    """The probability of speech, frame by frame."""

    def __init__(self, silero: Silero | None = None, strictness: int = 1) -> None:
        self._silero = silero or Silero()
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
            self._probability = self._silero.push(self._waiting[:_WINDOW])
            self._waiting = self._waiting[_WINDOW:]
            self.windows += 1
        if not self._open:
            self._close()
        return self._probability
