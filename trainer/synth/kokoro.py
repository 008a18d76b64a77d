"""The Kokoro-82M teacher as an ONNX session: phonemes and a style in, 24 kHz speech out.

Knows nothing of corpora. Blends of two voices' style vectors are new speakers (weights 0.35 to 0.65).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cslm_core.errors import TrainingError
from trainer.synth.g2p import kokoro_phonemes

SAMPLE_RATE = 24_000
MAX_SYMBOLS = 500
STYLE = 256


@dataclass(frozen=True)
class Speaker:
    """A voice, or a blend `weight * first + (1 - weight) * second` of two."""

    first: str
    second: str | None = None
    weight: float = 1.0

    @property
    def name(self) -> str:
        return self.first if self.second is None else f"{self.first}*{self.weight:.2f}+{self.second}"


def read_styles(folder: Path) -> dict[str, NDArray[np.float32]]:
    """The style vectors of each voice, (symbols, 1, STYLE): those of `voices.npz`, and of `voices/NAME.bin` (float32
    and nothing else, as the hub repository onnx-community/Kokoro-82M-v1.0-ONNX has them); either may be missing.

    TrainingError without any, and for a file that has no whole number of style vectors.
    """
    styles: dict[str, NDArray[np.float32]] = {}
    if (folder / "voices.npz").exists():
        with np.load(folder / "voices.npz") as voices:
            styles = {name: voices[name] for name in voices.files}
    for path in sorted((folder / "voices").glob("*.bin")):
        if path.stat().st_size % (4 * STYLE):
            raise TrainingError(f"{path} is not a voice of Kokoro's; copy it again.")
        styles[path.stem] = np.fromfile(path, np.float32).reshape(-1, 1, STYLE)
    if not styles:
        raise TrainingError(f"{folder} has no voices; put Kokoro's there, as voices.npz or as voices/NAME.bin.")
    return styles


class Kokoro:
    """One ONNX session; `threads` is the number of cores it may use."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._session: Any = onnxruntime.InferenceSession(
            str(folder / "kokoro.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._symbols: dict[str, int] = json.loads((folder / "vocab.json").read_text("utf-8"))["vocab"]
        self._styles = read_styles(folder)

    @property
    def voices(self) -> list[str]:
        return sorted(self._styles)

    def speak(self, text: str, language: str, speaker: Speaker, speed: float = 1.0) -> NDArray[np.float32]:
        """Speech of `text`, shape (samples,), 24 kHz, float32. ValueError where nothing can be spoken."""
        ids = [self._symbols[s] for s in kokoro_phonemes(text, language) if s in self._symbols][:MAX_SYMBOLS]
        if not ids:
            raise ValueError(f"Nothing to speak in {text!r}.")
        style = self._styles[speaker.first][len(ids)]
        if speaker.second is not None:
            style = speaker.weight * style + (1 - speaker.weight) * self._styles[speaker.second][len(ids)]
        inputs = {
            "tokens": np.array([[0, *ids, 0]], np.int64),
            "style": style.astype(np.float32),
            "speed": np.array([speed], np.float32),
        }
        return np.asarray(self._session.run(None, inputs)[0], np.float32).reshape(-1)
