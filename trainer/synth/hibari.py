"""Hibari as a very fast English teacher: a female voice distilled from Kokoro's af_heart, 24 kHz, 130 x real time.

Knows nothing of corpora.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Heart:
    """The voice of `model`, the `hibari.onnx` that is inside the package `hibari-tts`; nothing is fetched."""

    name = "heart"

    def __init__(self, model: Path, threads: int = 1) -> None:
        from hibari import Hibari

        self._voice: Any = Hibari(model=str(model), threads=threads)
        self.sample_rate: int = self._voice.sample_rate

    def speak(self, text: str, *, speed: float = 1.0, seed: int = 0) -> NDArray[np.float32]:
        """Speech of `text`, shape (samples,), float32 at `sample_rate`, its noise by `seed`; ValueError for silence."""
        pcm = np.asarray(self._voice(text, speed=speed, seed=seed), np.float32).reshape(-1)
        if not len(pcm):
            raise ValueError(f"Nothing to speak in {text!r}.")
        return pcm
