"""Noise, room, level, telephone-band and vocal-tract changes of training speech. Knows nothing of corpora or models."""

from __future__ import annotations

import random

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, fftconvolve, sosfilt

SAMPLE_RATE = 16_000
WARPED = 0.7
"""Share of noisy copies that are of another speaker too."""


class Augmenter:
    """Changes 16 kHz speech at random; the same `random.Random` state gives the same result.

    `warp` is the share that is played at another speed (0.82 to 1.22 times), which makes another speaker of it:
    pitch, formants and tempo move together.
    """

    def __init__(
        self, snr: tuple[float, float] = (5.0, 30.0), gain: tuple[float, float] = (-20.0, 3.0), warp: float = 0.0
    ) -> None:
        self.snr = snr
        self.gain = gain
        self.warp = warp

    def __call__(self, pcm: NDArray[np.float32], rng: random.Random) -> NDArray[np.float32]:
        """Same length as `pcm` (samples,) unless it is played at another speed; float32 in [-1, 1]."""
        noise_source = np.random.default_rng(rng.getrandbits(32))
        out = pcm.astype(np.float32)
        if self.warp and rng.random() < self.warp:
            out = self._played(out, rng.uniform(0.82, 1.22))
        if rng.random() < 0.5:
            out = self._room(out, rng, noise_source)
        if rng.random() < 0.2:
            band = butter(4, (300, 3400), "bandpass", fs=SAMPLE_RATE, output="sos")
            out = sosfilt(band, out).astype(np.float32)
        if rng.random() < 0.8:
            out = out + self._noise(out, rng, noise_source)
        level = 10 ** (rng.uniform(*self.gain) / 20)
        return np.clip(out * level, -1, 1).astype(np.float32)

    @staticmethod
    def _played(pcm: NDArray[np.float32], factor: float) -> NDArray[np.float32]:
        import soxr

        return np.asarray(soxr.resample(pcm, SAMPLE_RATE * factor, SAMPLE_RATE), np.float32)

    @staticmethod
    def _room(pcm: NDArray[np.float32], rng: random.Random, source: np.random.Generator) -> NDArray[np.float32]:
        seconds = rng.uniform(0.1, 0.5)
        length = int(seconds * SAMPLE_RATE)
        tail = source.standard_normal(length) * np.exp(-6.9 * np.arange(length) / length)
        tail[: int(0.002 * SAMPLE_RATE)] = 0
        response = tail * rng.uniform(0.05, 0.4) / (np.abs(tail).sum() ** 0.5 + 1e-6)
        response[0] = 1.0
        return fftconvolve(pcm, response)[: len(pcm)].astype(np.float32)

    def _noise(self, pcm: NDArray[np.float32], rng: random.Random, source: np.random.Generator) -> NDArray[np.float32]:
        """White to brown noise at a random SNR: the spectrum falls with frequency to the power 0 to 1."""
        spectrum = np.fft.rfft(source.standard_normal(len(pcm)))
        spectrum /= np.maximum(np.arange(len(spectrum)), 1) ** rng.uniform(0, 1)
        noise = np.fft.irfft(spectrum, len(pcm))
        power = float(np.mean(pcm**2)) + 1e-9
        target = power / 10 ** (rng.uniform(*self.snr) / 10)
        return (noise * (target / (float(np.mean(noise**2)) + 1e-12)) ** 0.5).astype(np.float32)
