"""Whole-utterance features through the same windows that streaming uses. Knows nothing of units."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from cslm_core.tokenizer.whisper import FRAME_SAMPLES, SAMPLE_RATE, WhisperEncoder
from cslm_core.tokenizer.windows import next_window


def features(encoder: WhisperEncoder, pcm: NDArray[np.float32]) -> Tensor:
    """Whisper features (frames, width) at 50/s of `pcm` (samples,) 16 kHz of any length; an odd frame is cut off."""
    rate = SAMPLE_RATE // FRAME_SAMPLES
    available = len(pcm) // FRAME_SAMPLES // 2 * 2
    position, parts = 0, []
    while (window := next_window(position, available, rate, last=True)) is not None:
        piece = torch.from_numpy(np.ascontiguousarray(pcm[window.start * FRAME_SAMPLES : window.end * FRAME_SAMPLES]))
        out = encoder(piece)
        parts.append(out[window.keep_start - window.start : window.keep_end - window.start])
        position = window.keep_end
    return torch.cat(parts) if parts else torch.zeros(0, encoder.config.width)
