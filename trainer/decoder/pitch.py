"""The pitch of recordings: whose harmonics fit each frame best, on a path without jumps.

The templates are those whose mels the decoder lays over its mean (`cslm_core.decoder.pitch`), so that what is found is
what explains the mel. Of a female voice's frames that Praat calls voiced as well one in two thousand is off by more
than a fifth (LAB.md).
"""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor
from torch.nn import functional

from cslm_core.decoder.mel import FFT, HOP, SAMPLE_RATE, magnitudes
from cslm_core.decoder.pitch import PITCHES, pitches, pulse_spectra

_HIGHEST = 1500.0
"""Hz: above that harmonics are weak and run together."""
_ENVELOPE = 31
"""Bins of the running mean that is taken for the envelope."""
_JUMP = 8
"""Pitches of the table that a frame may differ from the one before at most: nine per cent."""
_COST = 0.02
"""What each of them costs, in correlation."""
_VOICED = 0.45
"""Correlation with its pulses from which on a frame is voiced: one in 20 of Praat's unvoiced ones has that."""


def track(padded: Tensor) -> tuple[Tensor, Tensor]:
    """Logarithms of the pitch in Hz (batch, frames) of samples with margins (batch, samples) at 24 kHz, as `log_mel`
    takes them, and whether each frame is voiced (batch, frames), 0 or 1; the pitch of one that is not leads on."""
    spectra = _flattened(magnitudes(padded, FFT, HOP)[:, :, : _bins()].clamp_min(1e-3).log())
    score = spectra @ _templates().T / (spectra.norm(dim=2, keepdim=True) + 1e-3)
    path = _best_path(score)
    found = score.gather(2, path[:, :, None])[:, :, 0]
    return pitches().log().float()[path], (found > _VOICED).float()


def _bins() -> int:
    return int(_HIGHEST / SAMPLE_RATE * FFT)


def _flattened(logs: Tensor) -> Tensor:
    """Without the envelope, over the last dimension."""
    rows = logs.reshape(-1, 1, logs.shape[-1])
    around = functional.pad(rows, (_ENVELOPE // 2, _ENVELOPE // 2), mode="replicate")
    return logs - functional.avg_pool1d(around, _ENVELOPE, 1).reshape(logs.shape)


@lru_cache(maxsize=1)
def _templates() -> Tensor:
    """(PITCHES, bins), each of length 1."""
    spectra = pulse_spectra()[:, : _bins()]
    flat = _flattened((spectra + 0.01 * spectra.amax(1, keepdim=True)).log())
    return functional.normalize(flat, dim=1).float()


def _best_path(score: Tensor) -> Tensor:
    """(batch, frames, PITCHES) -> the pitches (batch, frames) with the highest sum of scores less costs of jumps."""
    offsets = torch.arange(-_JUMP, _JUMP + 1)
    cost = _COST * offsets.abs()
    best = score[:, 0]
    came = torch.zeros(score.shape, dtype=torch.int64)
    for frame in range(1, score.shape[1]):
        windows = functional.pad(best, (_JUMP, _JUMP), value=-1e9).unfold(1, len(offsets), 1)
        best, choice = (windows - cost).max(2)
        best = best + score[:, frame]
        came[:, frame] = choice + offsets[0]
    places = torch.arange(PITCHES)
    came += places
    path = [best.argmax(1)]
    for frame in range(score.shape[1] - 1, 0, -1):
        path.append(came[:, frame].gather(1, path[-1][:, None])[:, 0])
    return torch.stack(path[::-1], dim=1)
