"""Small discriminators on complex spectrograms of several resolutions. Training only: nothing of them is shipped."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.parametrizations import weight_norm

from cslm_core.decoder.mel import hann

SCALES = ((2048, 512), (1024, 256), (512, 128))
"""(FFT, hop) of the three."""


class SpectrogramDiscriminator(nn.Module):
    """Looks at real and imaginary parts of one STFT, halving the frequencies layer by layer."""

    def __init__(self, fft: int, hop: int, channels: int) -> None:
        super().__init__()
        self._fft = fft
        self._hop = hop
        sizes = [2, channels // 2, channels, channels, channels]
        self.layers = nn.ModuleList(
            weight_norm(nn.Conv2d(a, b, (3, 7), stride=(1, 2 if i else 3), padding=(1, 3)))
            for i, (a, b) in enumerate(pairwise(sizes))
        )
        self.layers.append(weight_norm(nn.Conv2d(channels, channels, (3, 3), padding=1)))
        self.score = weight_norm(nn.Conv2d(channels, 1, (3, 3), padding=1))

    def forward(self, pcm: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Samples (batch, n) -> scores (batch, 1, time, bins) and the features of each layer."""
        spectrum = torch.fft.rfft(pcm.unfold(-1, self._fft, self._hop) * hann(self._fft))
        # Compressed magnitudes: quiet harmonics must count as well as loud ones.
        spectrum = spectrum * (spectrum.abs() + 1e-3).pow(-0.5)
        x = torch.stack((spectrum.real, spectrum.imag), dim=1).contiguous(memory_format=torch.channels_last)
        features = []
        for layer in self.layers:
            x = functional.leaky_relu(layer(x), 0.1)
            features.append(x.float())
        return self.score(x).float(), features


class Discriminators(nn.Module):
    """The three resolutions together."""

    def __init__(self, channels: int = 32) -> None:
        super().__init__()
        self.parts = nn.ModuleList(SpectrogramDiscriminator(fft, hop, channels) for fft, hop in SCALES)

    def forward(self, pcm: Tensor) -> tuple[list[Tensor], list[list[Tensor]]]:
        """Samples (batch, n) -> the scores and the features of each part."""
        results = [part(pcm) for part in self.parts]
        return [score for score, _ in results], [features for _, features in results]
