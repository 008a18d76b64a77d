"""Two people in one recording, where their pitch gives them away: a man and a woman, an adult and a child.

Two voices of like pitch are not told apart here, and the check does not claim that a recording has one speaker only.
Knows nothing of files or texts.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from cslm_core.audio import Pcm, resample

__all__ = ["pitch_track", "two_voices"]

_RATE: Final = 8_000
_HOP: Final = 160  # 20 ms
_WINDOW: Final = 400  # 50 ms: three periods of the lowest voice
_LOWEST, _HIGHEST = 60, 400
_VOICED: Final = 0.55
_PAUSE: Final = 8
"""Frames without voice that may be a change of speaker (160 ms)."""
_APART: Final = 0.6
"""Octaves between the medians of two people (7 semitones): one reader's phrases stay within half of that."""
_SPREAD: Final = 0.25
_LEAST: Final = 30
"""Voiced frames that each of the two must have (0.6 s)."""


def pitch_track(pcm: Pcm, rate: int) -> NDArray[np.float64]:
    """Pitch in Hz of each 20 ms of the samples (n,), 0.0 where there is no voice; by normalised autocorrelation."""
    signal = resample(pcm, rate, _RATE)
    count = (len(signal) - _WINDOW) // _HOP + 1
    if count < 1:
        return np.zeros(0)
    frames = np.lib.stride_tricks.sliding_window_view(signal, _WINDOW)[::_HOP][:count].astype(np.float64)
    frames = frames - frames.mean(1, keepdims=True)
    energy = np.square(frames).sum(1)
    spectrum = np.fft.rfft(frames, 2 * _WINDOW)
    lags = np.fft.irfft(np.abs(spectrum) ** 2)[:, :_WINDOW]
    head = np.concatenate([np.zeros((count, 1)), np.cumsum(np.square(frames), 1)], 1)
    span = np.arange(_RATE // _HIGHEST, min(_RATE // _LOWEST, _WINDOW - 1) + 1)
    overlap = np.sqrt(head[:, _WINDOW - span] * (head[:, -1:] - head[:, span])) + 1e-9
    strength = lags[:, span] / overlap
    best = strength.max(1)
    # The first lag that is nearly as strong as the strongest: multiples of the period correlate as well.
    first = (strength >= 0.9 * best[:, None]).argmax(1)
    first = _climb(strength, first)
    loud = energy > 1e-3 * np.percentile(energy, 95)
    return np.where((best > _VOICED) & loud, _RATE / span[first], 0.0)


def _climb(strength: NDArray[np.float64], at: NDArray[np.intp]) -> NDArray[np.intp]:
    """From each lag up to the top of its hill."""
    rows = np.arange(len(at))
    for _ in range(12):
        after = np.minimum(at + 1, strength.shape[1] - 1)
        at = np.where(strength[rows, after] > strength[rows, at], after, at)
    return at


def two_voices(pcm: Pcm, rate: int) -> tuple[float, float] | None:
    """The median pitches (Hz) of two people who speak one after the other, or None.

    The recording is cut at its pauses; it has two voices when its phrases fall into two groups of steady pitch that are
    more than `_APART` octaves apart. One lively reader moves less from phrase to phrase.
    """
    phrases = _phrases(pitch_track(pcm, rate))
    if len(phrases) < 2:
        return None
    middles = np.array([float(np.median(p)) for p in phrases])
    order = np.argsort(middles)
    gaps = np.diff(middles[order])
    cut = int(gaps.argmax())
    if gaps[cut] < _APART:
        return None
    groups = [np.concatenate([phrases[i] for i in part]) for part in (order[: cut + 1], order[cut + 1 :])]
    if any(len(group) < _LEAST or float(np.median(np.abs(group - np.median(group)))) > _SPREAD for group in groups):
        return None
    low, high = (float(2 ** np.median(group)) for group in groups)
    return low, high


def _phrases(track: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """The pitches (log2 Hz) of each stretch between pauses, leaving out stretches of under 10 voiced frames."""
    phrases: list[list[float]] = [[]]
    silence = 0
    for pitch in track:
        if pitch == 0.0:
            silence += 1
            continue
        if silence >= _PAUSE and phrases[-1]:
            phrases.append([])
        silence = 0
        phrases[-1].append(float(np.log2(pitch)))
    return [np.array(p) for p in phrases if len(p) >= 10]
