"""The log-mel spectrogram that the flow writes and the vocoder reads: 24 kHz, 100 bands, 100 frames a second.

Frame m is centred on sample 240 m + 120, so that T frames belong to exactly 240 T samples and four frames to one unit
frame of 40 ms. Knows nothing of models; the normalisation is fixed, so that no statistics travel with a pack.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

SAMPLE_RATE = 24_000
FFT = 1024
HOP = 240
MARGIN = (FFT - HOP) // 2
"""Samples that the outer frames look at beyond the samples they stand for, on each side."""
MELS = 100
FRAMES_PER_UNIT = 4
SAMPLES_PER_UNIT = HOP * FRAMES_PER_UNIT
FLOOR = 1e-5
CENTRE = -4.5
SPREAD = 2.5


def _slaney(hertz: np.ndarray) -> np.ndarray:
    """Hertz to Slaney's mel scale: linear below 1 kHz, logarithmic above."""
    linear = hertz * 3.0 / 200.0
    logarithmic = 15.0 + 27.0 * np.log(np.maximum(hertz, 1000.0) / 1000.0) / np.log(6.4)
    return np.where(hertz < 1000.0, linear, logarithmic)


def _hertz(mel: np.ndarray) -> np.ndarray:
    return np.where(mel < 15.0, mel * 200.0 / 3.0, 1000.0 * np.exp((mel - 15.0) * np.log(6.4) / 27.0))


@lru_cache(maxsize=8)
def mel_filters(fft: int = FFT, mels: int = MELS, rate: int = SAMPLE_RATE) -> Tensor:
    """Triangular filters of unit area, shape (fft // 2 + 1, mels), float32, from 0 Hz to half of `rate`."""
    bins = np.linspace(0.0, rate / 2, fft // 2 + 1)
    edges = _hertz(np.linspace(0.0, float(_slaney(np.array(rate / 2))), mels + 2))
    up = (bins[:, None] - edges[None, :-2]) / (edges[1:-1] - edges[:-2])
    down = (edges[None, 2:] - bins[:, None]) / (edges[2:] - edges[1:-1])
    triangles = np.maximum(0.0, np.minimum(up, down)) * (2.0 / (edges[2:] - edges[:-2]))
    # What is kept for all callers must be an ordinary tensor, even if the first of them is in inference mode.
    with torch.inference_mode(False):
        return torch.from_numpy(triangles.astype(np.float32))


@lru_cache(maxsize=8)
def hann(length: int = FFT) -> Tensor:
    """The periodic Hann window, shape (length,), float32."""
    with torch.inference_mode(False):
        return torch.hann_window(length, periodic=True)


def magnitudes(padded: Tensor, fft: int, hop: int) -> Tensor:
    """|STFT| of `padded` (batch, samples), without padding: (batch, 1 + (samples - fft) // hop, fft // 2 + 1)."""
    frames = padded.unfold(-1, fft, hop) * hann(fft)
    return torch.fft.rfft(frames).abs()


def log_mel(pcm: Tensor, margins: bool = False) -> Tensor:
    """Normalised log-mel frames of 24 kHz audio, float32, roughly zero mean and unit variance in speech.

    `pcm` is (batch, samples); the result is (batch, frames, MELS) with frames = ceil(samples / HOP). With `margins` the
    first and last MARGIN samples are only looked at, which makes the frames of a crop equal those of the whole.
    """
    if not margins:
        pcm = functional.pad(pcm, (MARGIN, MARGIN + (-pcm.shape[-1]) % HOP))
    mel = magnitudes(pcm, FFT, HOP) @ mel_filters()
    return (mel.clamp_min(FLOOR).log() - CENTRE) / SPREAD
