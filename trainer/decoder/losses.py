"""What the vocoder is trained to match: mel and STFT distances at several resolutions, and adversarial terms."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from cslm_core.decoder.mel import magnitudes, mel_filters

MEL_SCALES = ((2048, 512, 160), (1024, 240, 100), (512, 128, 60), (256, 64, 30))
"""(FFT, hop, bands) of the mel distances: the coarse ones hear pitch, the fine ones hear attacks and clicks."""
STFT_SCALES = ((2048, 400), (1024, 200), (512, 100))


def mel_distance(fake: Tensor, real: Tensor) -> Tensor:
    """Mean absolute difference of log-mels over all MEL_SCALES; `fake` and `real` are (batch, samples)."""
    both = torch.cat((fake, real))
    total = fake.new_zeros(())
    for fft, hop, bands in MEL_SCALES:
        mel = (magnitudes(both, fft, hop) @ mel_filters(fft, bands)).clamp_min(1e-5).log10()
        a, b = mel.chunk(2)
        total = total + functional.l1_loss(a, b)
    return total / len(MEL_SCALES)


def stft_distance(fake: Tensor, real: Tensor) -> Tensor:
    """Spectral convergence plus log-magnitude difference, averaged over STFT_SCALES (Parallel WaveGAN)."""
    both = torch.cat((fake, real))
    total = fake.new_zeros(())
    for fft, hop in STFT_SCALES:
        a, b = magnitudes(both, fft, hop).chunk(2)
        convergence = torch.linalg.vector_norm(a - b) / torch.linalg.vector_norm(b).clamp_min(1e-4)
        total = total + convergence + functional.l1_loss((a + 1e-5).log(), (b + 1e-5).log())
    return total / len(STFT_SCALES)


def discriminator_loss(real: Sequence[Tensor], fake: Sequence[Tensor]) -> Tensor:
    """Least squares: real scores to one, fake ones to zero."""
    terms = [(1 - r).square().mean() + f.square().mean() for r, f in zip(real, fake, strict=True)]
    return torch.stack(terms).sum()


def adversarial_loss(fake: Sequence[Tensor]) -> Tensor:
    """Least squares: what the discriminators should have said of the fake."""
    return torch.stack([(1 - f).square().mean() for f in fake]).sum()


def feature_distance(real: Sequence[Sequence[Tensor]], fake: Sequence[Sequence[Tensor]]) -> Tensor:
    """Feature matching, each layer relative to the size of its real features."""
    terms = [
        (f - r.detach()).abs().mean() / r.detach().abs().mean().clamp_min(1e-4)
        for layers_r, layers_f in zip(real, fake, strict=True)
        for r, f in zip(layers_r, layers_f, strict=True)
    ]
    return torch.stack(terms).mean()
