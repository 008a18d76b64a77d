"""The vocoder: log-mel frames to 24 kHz speech by ConvNeXt blocks and an inverse STFT head (paper: HiFi-GAN; ours is of
the Vocos kind, many times cheaper on a CPU).

Looks ahead `VocoderConfig.lookahead` mel frames and two more for overlap-add. Knows nothing of units.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from cslm_core.decoder.layers import StackStream, WindowConv, block_stack
from cslm_core.decoder.mel import FFT, HOP, MARGIN, MELS, hann

MAX_LOG_MAGNITUDE = 6.0
"""exp(6) is beyond any bin of speech in [-1, 1]; it keeps an untrained head from overflowing."""


@dataclass(frozen=True)
class VocoderConfig:
    """Sizes. `rights` are the right contexts of the blocks, in mel frames."""

    width: int = 320
    hidden: int = 1024
    kernel: int = 7
    first_right: int = 1
    rights: tuple[int, ...] = (1, 1, 1, 0, 0, 0, 0)

    @property
    def lookahead(self) -> int:
        return self.first_right + sum(self.rights)


class Vocoder(nn.Module):
    """Mel frames (batch, frames, MELS) -> samples (batch, HOP * frames)."""

    def __init__(self, config: VocoderConfig) -> None:
        super().__init__()
        self.config = config
        self.first = WindowConv(MELS, config.width, config.kernel, config.first_right)
        self.first_norm = nn.LayerNorm(config.width)
        self.blocks = block_stack(config.width, config.hidden, config.kernel, config.rights)
        self.last_norm = nn.LayerNorm(config.width)
        self.head = nn.Linear(config.width, FFT + 2)

    def frames(self, hidden: Tensor) -> Tensor:
        """Last hidden frames (batch, n, width) -> windowed time frames (batch, n, FFT), not yet overlapped."""
        log_magnitude, phase = self.head(self.last_norm(hidden)).float().chunk(2, dim=-1)
        magnitude = log_magnitude.clamp(max=MAX_LOG_MAGNITUDE).exp()
        spectrum = torch.complex(magnitude * phase.cos(), magnitude * phase.sin())
        return torch.fft.irfft(spectrum, n=FFT) * hann()

    def forward(self, mel: Tensor) -> Tensor:
        x = self.first_norm(self.first(mel))
        for block in self.blocks:
            x = block(x)
        return overlap_add(self.frames(x))


def _fold(frames: Tensor) -> Tensor:
    """Frames (batch, n, FFT) laid HOP apart and added: (batch, (n - 1) * HOP + FFT)."""
    n = frames.shape[1]
    size = (n - 1) * HOP + FFT
    return functional.fold(frames.transpose(1, 2), (1, size), (1, FFT), stride=(1, HOP))[:, 0, 0]


def _envelope(n: int) -> Tensor:
    """What n windows add up to when they are laid over one another, shape ((n - 1) * HOP + FFT,)."""
    return _fold(hann().square().expand(1, n, FFT))[0]


def overlap_add(frames: Tensor) -> Tensor:
    """Windowed frames (batch, n, FFT) -> samples (batch, n * HOP)."""
    n = frames.shape[1]
    inner = slice(MARGIN, MARGIN + n * HOP)
    return _fold(frames)[:, inner] / _envelope(n)[inner]


class VocoderStream:
    """The vocoder piece by piece, with bounded caches."""

    def __init__(self, vocoder: Vocoder) -> None:
        self._vocoder = vocoder
        self._first = StackStream([vocoder.first])
        self._blocks = StackStream(vocoder.blocks)
        # Sums of overlapped frames and windows from the first sample on that a later frame may still touch.
        self._sum = torch.zeros(0)
        self._weight = torch.zeros(0)
        self._skip = MARGIN
        self._frames = 0
        self._emitted = 0

    def push(self, mel: Tensor) -> Tensor:
        """Mel frames (1, n, MELS) -> the samples (m,) that no later frame touches."""
        hidden = self._blocks.push(self._vocoder.first_norm(self._first.push(mel)))
        self._overlap(hidden)
        return self._take(hidden.shape[1] * HOP)

    def finish(self, mel: Tensor) -> Tensor:
        """The last frames (1, n, MELS), possibly none -> all samples that are left, HOP for each frame in all."""
        self._overlap(self._blocks.finish(self._vocoder.first_norm(self._first.finish(mel))))
        left = self._frames * HOP - self._emitted
        return self._take(self._sum.shape[0])[:left]

    def _overlap(self, hidden: Tensor) -> None:
        n = hidden.shape[1]
        if n == 0:
            return
        grown = (0, (n - 1) * HOP + FFT - self._sum.shape[0])
        self._sum = functional.pad(self._sum, grown) + _fold(self._vocoder.frames(hidden))[0]
        self._weight = functional.pad(self._weight, grown) + _envelope(n)
        self._frames += n

    def _take(self, ready: int) -> Tensor:
        """Removes the first `ready` samples of the sums and returns them as speech, less the margin of the start."""
        done, self._sum = self._sum[:ready], self._sum[ready:].clone()
        weight, self._weight = self._weight[:ready], self._weight[ready:].clone()
        skip = min(self._skip, ready)
        self._skip -= skip
        pcm = done[skip:] / weight[skip:]
        self._emitted += pcm.shape[0]
        return pcm
