"""Whether a sound holds speech at all: the level, then WebRTC's detector, then Silero's small network.

Each stage is dearer than the one before and only asked when that saw something. Nothing is cut: a question is answered
as it came, or not at all. Knows nothing of the model, of turns, or of when a speaker has finished.
"""

from __future__ import annotations

import importlib.util
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import webrtcvad
from numpy.typing import NDArray

from cslm_core.audio import LISTEN_RATE, Pcm, is_silence

if TYPE_CHECKING:
    import onnxruntime

__all__ = ["Finding", "Quiet", "SileroStream", "SileroVad", "SpeechGate", "silero_path"]

Finding = Literal["speech", "silence", "no-speech"]

_FRAME: Final = LISTEN_RATE * 30 // 1000
_MODE: Final = 1
"""WebRTC's detector from 0 (lets much through) to 3; the gate must not lose soft speakers."""
_STRICT: Final = 2
_MIN_FRAMES: Final = 3
_SILERO_CHUNK: Final = 512
_SILERO_CONTEXT: Final = 64
_SILERO_FILE: Final = "silero_vad_v6.onnx"
_SPEECH_PROBABILITY: Final = 0.5
_PERHAPS_SPEECH: Final = 0.35
"""Below it nobody speaks."""
_MIN_CHUNKS: Final = 3
"""Chunks of 32 ms that must be speech: shorter than any word, longer than a click."""


class SpeechGate:
    """Tells speech from silence and from other sounds. Thread-safe."""

    def __init__(self, silero: SileroVad | None = None) -> None:
        self._silero = silero

    @classmethod
    def standard(cls) -> SpeechGate:
        """With Silero where the installation has its file, else with WebRTC's detector alone."""
        path = silero_path()
        return cls(SileroVad(path) if path is not None else None)

    def warm_up(self) -> None:
        """Load what would otherwise be loaded at the first question."""
        if self._silero is not None:
            self._silero.load()

    def quiet(self) -> Quiet:
        """For a sound that is about to come."""
        return Quiet(self._silero)

    def find(self, pcm16k: Pcm) -> Finding:
        """What is in the samples (n,) of 16 kHz."""
        if is_silence(pcm16k):
            return "silence"
        if not self._webrtc(pcm16k):
            return "no-speech"
        if self._silero is not None and not self._silero.speech(pcm16k):
            return "no-speech"
        return "speech"

    def _webrtc(self, pcm: Pcm) -> bool:
        detector = webrtcvad.Vad(_MODE)  # it adapts to what it hears: a new one for each question
        whole = np.pad(pcm, (0, -len(pcm) % _FRAME))
        frames = (np.clip(whole, -1.0, 1.0) * 32767).astype("<i2").reshape(-1, _FRAME)
        voiced = sum(detector.is_speech(frame.tobytes(), LISTEN_RATE) for frame in frames)
        return bool(voiced >= _MIN_FRAMES)


class Quiet:
    """How long nobody has spoken, of a sound that is still coming: by Silero, or where that is missing by WebRTC's."""

    def __init__(self, silero: SileroVad | None = None) -> None:
        self._silero = SileroStream(silero) if silero is not None else None
        self._frame = _SILERO_CHUNK if silero is not None else _FRAME
        self._detector = webrtcvad.Vad(_STRICT)
        self._rest = np.zeros(0, np.float32)
        self.seconds = 0.0
        """Since the last frame that may be a voice, or since the beginning."""

    def push(self, pcm16k: Pcm) -> bool:
        """More samples (n,) of 16 kHz; whether there may be a voice in them."""
        sound = np.concatenate([self._rest, pcm16k])
        whole = len(sound) // self._frame * self._frame
        frames, self._rest = sound[:whole].reshape(-1, self._frame), sound[whole:]
        if not len(frames):
            return False
        voiced = self._voiced(frames)
        found = np.flatnonzero(voiced)
        silent = len(frames) - 1 - int(found[-1]) if len(found) else len(frames)
        self.seconds = silent * self._frame / LISTEN_RATE + (0.0 if len(found) else self.seconds)
        return bool(len(found))

    def _voiced(self, frames: NDArray[np.float32]) -> NDArray[np.bool_]:
        if self._silero is None:
            samples = (np.clip(frames, -1.0, 1.0) * 32767).astype("<i2")
            return np.array([self._detector.is_speech(frame.tobytes(), LISTEN_RATE) for frame in samples])
        return self._silero.push(frames) >= _PERHAPS_SPEECH


def silero_path() -> Path | None:
    """The network that comes inside faster-whisper, found without importing that."""
    spec = importlib.util.find_spec("faster_whisper")
    if spec is None or not spec.submodule_search_locations:
        return None
    path = Path(spec.submodule_search_locations[0]) / "assets" / _SILERO_FILE
    return path if path.is_file() else None


class SileroVad:
    """Silero's network through ONNX Runtime, loaded at the first use. Thread-safe."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._session: onnxruntime.InferenceSession | None = None

    def load(self) -> onnxruntime.InferenceSession:
        with self._lock:
            if self._session is None:
                import onnxruntime

                options = onnxruntime.SessionOptions()
                options.inter_op_num_threads = options.intra_op_num_threads = 1
                options.enable_cpu_mem_arena = False
                options.log_severity_level = 4
                self._session = onnxruntime.InferenceSession(
                    str(self._path), providers=["CPUExecutionProvider"], sess_options=options
                )
            return self._session

    def probabilities(self, pcm16k: Pcm) -> NDArray[np.float32]:
        """The probability of speech in each chunk of 32 ms of the samples (n,), shape (ceil(n / 512),)."""
        chunks = np.pad(pcm16k, (0, -len(pcm16k) % _SILERO_CHUNK)).reshape(-1, _SILERO_CHUNK).astype(np.float32)
        return SileroStream(self).push(chunks)

    def speech(self, pcm16k: Pcm) -> bool:
        """Whether a word's worth of chunks is likely speech."""
        return int((self.probabilities(pcm16k) >= _SPEECH_PROBABILITY).sum()) >= _MIN_CHUNKS


class SileroStream:
    """The network with its memory, of a sound that is still coming. Belongs to one thread."""

    def __init__(self, silero: SileroVad) -> None:
        self._session = silero.load()
        self.reset()

    def reset(self) -> None:
        """Another sound."""
        self._h = self._c = np.zeros((1, 1, 128), np.float32)
        self._before = np.zeros(_SILERO_CONTEXT, np.float32)

    def push(self, chunks: NDArray[np.float32]) -> NDArray[np.float32]:
        """The probabilities of speech (n,) in the next chunks (n, 512) of 16 kHz, n at least 1."""
        contexts = np.concatenate([self._before[None], chunks[:-1, -_SILERO_CONTEXT:]])
        feed = {"input": np.concatenate([contexts, chunks], 1), "h": self._h, "c": self._c}
        found, self._h, self._c = self._session.run(None, feed)
        self._before = chunks[-1, -_SILERO_CONTEXT:]
        return np.asarray(found, np.float32).reshape(-1)
