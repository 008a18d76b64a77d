"""What a voice's pitch does to a log-mel spectrum: harmonics, as a table over pitches.

The prior says the envelope of speech and how clearly it is voiced; where the harmonics stand follows from the pitch
alone and need not be learnt: a net that knows no pitch can only say their mean over all pitches, a blur, and one that
is given it as a number makes little of it (LAB.md). Knows nothing of models.
"""

from __future__ import annotations

import math
from functools import lru_cache

import torch
from torch import Tensor

from cslm_core.decoder.mel import FFT, SAMPLE_RATE, SPREAD, mel_filters

LOWEST, HIGHEST = 60.0, 500.0
"""Hz; a pitch outside is taken for the nearest inside."""
PITCHES = 192
"""Entries of the table, equally far apart on a logarithmic scale: 1.1 % each."""
USUAL = math.log(220.0)
"""Logarithm of the pitch in Hz about which a prior says its own."""
_NEIGHBOURS = 4
_STEP = math.log(HIGHEST / LOWEST) / (PITCHES - 1)


def pitches() -> Tensor:
    """The pitches of the table in Hz, (PITCHES,)."""
    return (math.log(LOWEST) + _STEP * torch.arange(PITCHES, dtype=torch.float64)).exp()


def pulse_spectra() -> Tensor:
    """|STFT| of pulses at each pitch of the table, as `mel.magnitudes` windows it: (PITCHES, FFT // 2 + 1), all
    harmonics equally strong, their phases left out of account."""
    hertz = torch.arange(FFT // 2 + 1, dtype=torch.float64) * (SAMPLE_RATE / FFT)
    pitch = pitches()[:, None]
    nearest = (hertz / pitch).round()
    power = torch.zeros(PITCHES, len(hertz), dtype=torch.float64)
    for offset in range(-_NEIGHBOURS, _NEIGHBOURS + 1):
        harmonic = nearest + offset
        bins = (hertz - harmonic * pitch) * (FFT / SAMPLE_RATE)
        power += torch.where(harmonic >= 1, _hann_transform(bins).square(), 0.0)
    return power.sqrt()


def _hann_transform(bins: Tensor) -> Tensor:
    """What a Hann window leaves of a tone so many bins away; 1 at 0."""
    # At one bin away numerator and denominator are both zero, and half is left.
    away = torch.where((bins.abs() - 1).abs() < 1e-6, bins * (1 + 1e-4), bins)
    return torch.sinc(away) / (1 - away.square())


@lru_cache(maxsize=1)
def _table() -> Tensor:
    with torch.inference_mode(False):  # as in `mel_filters`
        mel = pulse_spectra() @ mel_filters().double()
        # Pulses have a floor between their harmonics, as a voice has its noise.
        logs = (mel + 0.03 * mel.mean(1, keepdim=True)).log()
        logs = logs - logs.mean(1, keepdim=True)
        return ((logs - logs.mean(0)) / SPREAD).float()


def harmonics(log_pitch: Tensor) -> Tensor:
    """Logarithms of a pitch in Hz (...) -> what its harmonics add to a normalised log mel, (..., MELS).

    Zero in the mean of all pitches, differentiable by the pitch.
    """
    place = ((log_pitch.float() - math.log(LOWEST)) / _STEP).clamp(0, PITCHES - 1)
    low = place.detach().floor().clamp(max=PITCHES - 2).long()
    share = (place - low)[..., None]
    table = _table()
    return table[low] * (1 - share) + table[low + 1] * share
