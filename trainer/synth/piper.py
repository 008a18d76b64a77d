"""Piper voices as fast teachers: text in, speech out (22,050 Hz for the medium voices).

Knows nothing of corpora. Speed and expressiveness vary per call; other speakers are made by resampling (`run.py`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Piper:
    """One Piper voice (`model` is the .onnx file, its .json lies beside it)."""

    def __init__(self, model: Path, threads: int = 1) -> None:
        import onnxruntime
        from piper import PiperVoice

        self._voice: Any = PiperVoice.load(model)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._voice.session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self.sample_rate: int = self._voice.config.sample_rate

    def speak(self, text: str, *, speed: float = 1.0, noise: float = 0.667) -> NDArray[np.float32]:
        """Speech of `text`, shape (samples,), float32 at `sample_rate`."""
        from piper import SynthesisConfig

        config = SynthesisConfig(length_scale=1 / speed, noise_scale=noise)
        pieces = [chunk.audio_float_array for chunk in self._voice.synthesize(text, syn_config=config)]
        return np.concatenate(pieces).astype(np.float32)
