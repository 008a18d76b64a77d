"""Convolution over time with a known window, and the caches that let it run piece by piece.

Every layer says how many frames it looks back (`left`) and ahead (`right`). On a whole sequence it pads with zeros; as
a `LayerStream` it keeps the last `left + right` frames instead, so that the pieces joined are the whole. Sequences are
(batch, time, channels). Knows nothing of units, mels or audio.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional


class Windowed(nn.Module):
    """A layer whose output at t depends on its input at t - left ... t + right."""

    def __init__(self, channels_in: int, channels_out: int, kernel: int, right: int) -> None:
        super().__init__()
        if not 0 <= right < kernel:
            raise ValueError(f"right context {right} does not fit a kernel of {kernel}")
        self.channels_in = channels_in
        self.channels_out = channels_out
        self.kernel = kernel
        self.left = kernel - 1 - right
        self.right = right

    def valid(self, window: Tensor, modulation: Tensor | None = None) -> Tensor:
        """(batch, time + left + right, channels_in) -> (batch, time, channels_out)."""
        raise NotImplementedError

    def forward(self, x: Tensor, modulation: Tensor | None = None) -> Tensor:
        """(batch, time, channels_in) -> (batch, time, channels_out), zeros beyond both ends."""
        return self.valid(functional.pad(x, (0, 0, self.left, self.right)), modulation)


class WindowConv(Windowed):
    """A plain convolution."""

    def __init__(self, channels_in: int, channels_out: int, kernel: int, right: int) -> None:
        super().__init__(channels_in, channels_out, kernel, right)
        self.project = nn.Linear(channels_in * kernel, channels_out)

    def valid(self, window: Tensor, modulation: Tensor | None = None) -> Tensor:
        return self.project(window.unfold(1, self.kernel, 1).flatten(2))


class ConvNext(Windowed):
    """A ConvNeXt block: depthwise convolution, layer norm, two pointwise layers, residual.

    `modulation` (batch, 3 * channels) gives a shift and a scale after the norm and a gate on the way out, which is how
    the velocity field learns the time of the flow; without it a learnt scale is the gate.
    """

    def __init__(self, channels: int, hidden: int, kernel: int, right: int, gate: float = 0.15) -> None:
        super().__init__(channels, channels, kernel, right)
        # As a 2-d convolution of height one: several times faster on a CPU than the 1-d one in this memory layout.
        self.depthwise = nn.Conv2d(channels, channels, (1, kernel), groups=channels)
        self.norm = nn.LayerNorm(channels)
        self.widen = nn.Linear(channels, hidden)
        self.narrow = nn.Linear(hidden, channels)
        self.gate = nn.Parameter(torch.full((channels,), gate))

    def valid(self, window: Tensor, modulation: Tensor | None = None) -> Tensor:
        time = window.shape[1] - self.left - self.right
        y = self.depthwise(window.transpose(1, 2).unsqueeze(2)).squeeze(2).transpose(1, 2)
        y = self.norm(y)
        gate: Tensor = self.gate
        if modulation is not None:
            shift, scale, extra = modulation.unsqueeze(1).chunk(3, dim=-1)
            y = y * (1 + scale) + shift
            gate = gate + extra
        y = self.narrow(functional.gelu(self.widen(y)))
        return window[:, self.left : self.left + time] + gate * y


def block_stack(channels: int, hidden: int, kernel: int, rights: Sequence[int]) -> nn.ModuleList:
    """One ConvNeXt block per entry of `rights`, which are their right contexts in frames."""
    return nn.ModuleList(ConvNext(channels, hidden, kernel, right) for right in rights)


class LayerStream:
    """One layer run piece by piece. Its cache never holds more than `left + right` frames between calls."""

    def __init__(self, layer: Windowed, modulation: Tensor | None = None) -> None:
        self._layer = layer
        self._modulation = modulation
        self._cache = torch.zeros(1, layer.left, layer.channels_in)

    def push(self, x: Tensor) -> Tensor:
        """New input (1, n, channels_in) -> the output that has become certain, (1, at most n, channels_out)."""
        layer = self._layer
        window = torch.cat((self._cache, x), dim=1)
        keep = layer.left + layer.right
        if window.shape[1] <= keep:
            self._cache = window
            return x.new_zeros(1, 0, layer.channels_out)
        self._cache = window[:, window.shape[1] - keep :].clone()
        return layer.valid(window, self._modulation)

    def finish(self) -> Tensor:
        """The last `right` frames of output, as if zeros followed."""
        return self.push(torch.zeros(1, self._layer.right, self._layer.channels_in))


class StackStream:
    """Layers one after another, run piece by piece."""

    def __init__(self, layers: Iterable[nn.Module], modulations: Sequence[Tensor] | None = None) -> None:
        windowed = [layer for layer in layers if isinstance(layer, Windowed)]
        self._streams = [
            LayerStream(layer, None if modulations is None else modulations[i]) for i, layer in enumerate(windowed)
        ]

    def push(self, x: Tensor) -> Tensor:
        """New input (1, n, channels) -> the output that has become certain."""
        for stream in self._streams:
            x = stream.push(x)
        return x

    def finish(self, x: Tensor) -> Tensor:
        """The last input `x` (possibly of no frames), then the end: all that is left of the output."""
        for stream in self._streams:
            x = torch.cat((stream.push(x), stream.finish()), dim=1)
        return x
