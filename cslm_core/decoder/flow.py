"""Units to mel frames by conditional flow matching (paper, speech decoder).

A prior encoder turns unit frames into a coarse mean mel and hidden frames; a velocity field carries noise around that
mean to a mel in a few Euler steps. The prior says a pitch as well, whose harmonics are laid over its mean. It looks a
little ahead, the field not at all: its steps would add up. Knows nothing of audio, nor of how long a unit lasts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn

from cslm_core.decoder.layers import StackStream, block_stack
from cslm_core.decoder.mel import FRAMES_PER_UNIT, MELS
from cslm_core.decoder.noise import frame_noise
from cslm_core.decoder.pitch import USUAL, harmonics

PLACE_FEATURES = 2


@dataclass(frozen=True)
class FlowConfig:
    """Sizes. Right contexts of the unit blocks are in unit frames (40 ms), of the mel blocks in mel frames (10 ms)."""

    codes: int = 4096
    width: int = 256
    hidden: int = 768
    unit_kernel: int = 7
    unit_rights: tuple[int, ...] = (1, 1, 1, 0)
    mel_kernel: int = 7
    mel_rights: tuple[int, ...] = (2, 1, 1)
    field_width: int = 384
    field_hidden: int = 960
    field_kernel: int = 7
    field_depth: int = 8
    sigma: float = 0.5
    """Spread of the noise around the mean, in normalised mel: about what the mean leaves unsaid."""
    pitched: bool = False
    """Whether the prior says a pitch; packs up to 0.7.0 do not."""

    @property
    def lookahead(self) -> int:
        """Mel frames that must be known beyond a mel frame before it is certain."""
        return sum(self.unit_rights) * FRAMES_PER_UNIT + sum(self.mel_rights)


def place_in_run(durations: Sequence[int]) -> Tensor:
    """Where each frame stands in its run, (frames, 2) float32: how far through it (0 to 1), and log of its length."""
    lengths = torch.tensor(durations, dtype=torch.float32)
    counts = torch.tensor(durations)
    starts = counts.cumsum(0) - counts
    repeated = lengths.repeat_interleave(counts)
    index = torch.arange(int(counts.sum())) - starts.repeat_interleave(counts)
    return torch.stack(((index + 0.5) / repeated, repeated.log()), dim=1)


class PriorEncoder(nn.Module):
    """Unit frames (batch, N) int64, their places (batch, N, 2) -> hidden (batch, 4N, width) and mean (batch, 4N, MELS).

    Code `codes` stands for an unknown unit.
    """

    def __init__(self, config: FlowConfig) -> None:
        super().__init__()
        self.config = config
        self.embedding = nn.Embedding(config.codes + 1, config.width)
        self.place = nn.Linear(PLACE_FEATURES, config.width)
        self.unit_blocks = block_stack(config.width, config.hidden, config.unit_kernel, config.unit_rights)
        self.upsample = nn.Linear(config.width, FRAMES_PER_UNIT * config.width)
        self.mel_blocks = block_stack(config.width, config.hidden, config.mel_kernel, config.mel_rights)
        self.norm = nn.LayerNorm(config.width)
        self.mean = nn.Linear(config.width, MELS)
        if config.pitched:
            self.pitch = nn.Linear(config.width, 1)
            self.voicing = nn.Linear(config.width, MELS)
            for layer in (self.pitch, self.voicing):
                nn.init.zeros_(layer.weight)
                nn.init.zeros_(layer.bias)

    def embed(self, codes: Tensor, place: Tensor) -> Tensor:
        """(batch, N), (batch, N, 2) -> (batch, N, width)."""
        x: Tensor = self.embedding(codes) + self.place(place)
        return x

    def spread(self, x: Tensor) -> Tensor:
        """Unit frames (batch, N, width) -> mel frames (batch, 4N, width)."""
        return self.upsample(x).reshape(x.shape[0], x.shape[1] * FRAMES_PER_UNIT, x.shape[2])

    def read(self, x: Tensor, log_pitch: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Last hidden frames -> what the field is given and the mean mel, with the harmonics of `log_pitch` (batch, 4N)
        or of the pitch that it says itself."""
        hidden: Tensor = self.norm(x)
        mean: Tensor = self.mean(hidden).float()
        if self.config.pitched:
            pitch = self.log_pitch(hidden) if log_pitch is None else log_pitch
            mean = mean + self.voicing(hidden).float() * harmonics(pitch)
        return hidden, mean

    def log_pitch(self, hidden: Tensor) -> Tensor:
        """Of what the field is given (batch, 4N, width) the logarithm of the pitch in Hz (batch, 4N); only where the
        prior is `pitched`."""
        offset: Tensor = self.pitch(hidden).float().squeeze(-1)
        return USUAL + offset

    def forward(
        self,
        codes: Tensor,
        place: Tensor,
        mask: Tensor | None = None,
        speaker: Tensor | None = None,
        log_pitch: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        """`mask` (batch, N, 1) is 0 beyond the end of a sequence, where every layer sees zeros, as in a stream.

        `speaker` (batch, 1, width) is added to every unit frame, and `log_pitch` (batch, 4N) is told instead of being
        said; both are for training only, one speaker is folded into the shipped weights.
        """
        unit_mask = torch.ones(()) if mask is None else mask
        mel_mask = unit_mask if mask is None else mask.repeat_interleave(FRAMES_PER_UNIT, dim=1)
        x = self.embed(codes, place) if speaker is None else self.embed(codes, place) + speaker
        for block in self.unit_blocks:
            x = block(x * unit_mask)
        x = self.spread(x)
        for block in self.mel_blocks:
            x = block(x * mel_mask)
        return self.read(x, log_pitch)


class PriorStream:
    """The prior encoder piece by piece."""

    def __init__(self, encoder: PriorEncoder) -> None:
        self._encoder = encoder
        self._units = StackStream(encoder.unit_blocks)
        self._mels = StackStream(encoder.mel_blocks)

    def push(self, codes: Tensor, place: Tensor) -> tuple[Tensor, Tensor]:
        """Unit frames (1, n), (1, n, 2) -> hidden and mean of the mel frames that have become certain."""
        x = self._units.push(self._encoder.embed(codes, place))
        return self._encoder.read(self._mels.push(self._encoder.spread(x)))

    def finish(self, codes: Tensor, place: Tensor) -> tuple[Tensor, Tensor]:
        """The last unit frames, possibly none -> hidden and mean of all that is left."""
        x = self._units.finish(self._encoder.embed(codes, place))
        return self._encoder.read(self._mels.finish(self._encoder.spread(x)))


class VelocityField(nn.Module):
    """Where a noisy mel should move at time t in [0, 1], given the prior: causal ConvNeXt blocks."""

    def __init__(self, config: FlowConfig) -> None:
        super().__init__()
        width = config.field_width
        self.config = config
        self.enter = nn.Linear(2 * MELS + config.width, width)
        last = nn.Linear(width, 3 * width)
        self.time = nn.Sequential(nn.Linear(128, width), nn.SiLU(), last)
        # One time network for all blocks and a small offset each: a network per block would be a third of the model.
        self.offsets = nn.Parameter(torch.zeros(config.field_depth, 3 * width))
        self.blocks = block_stack(width, config.field_hidden, config.field_kernel, (0,) * config.field_depth)
        self.norm = nn.LayerNorm(width)
        self.leave = nn.Linear(width, MELS)
        # At first no time is special and nothing moves: the mean alone is a fair guess to start from.
        for layer in (self.leave, last):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)

    def modulations(self, t: Tensor) -> list[Tensor]:
        """Times (batch,) -> for each block (batch, 3 * field_width)."""
        frequencies = torch.exp(torch.arange(64) * (-math.log(1000.0) / 63)) * 1000.0
        angles = t[:, None].float() * frequencies
        common = self.time(torch.cat((angles.sin(), angles.cos()), dim=1))
        return [common + offset for offset in self.offsets]

    def open(self, x: Tensor, mean: Tensor, hidden: Tensor) -> Tensor:
        """Joins what the field is given: (batch, n, MELS), (batch, n, MELS), (batch, n, width) -> (batch, n, field)."""
        joined: Tensor = self.enter(torch.cat((x, mean, hidden), dim=2))
        return joined

    def close(self, x: Tensor) -> Tensor:
        """Last hidden frames -> velocities (batch, n, MELS)."""
        velocity: Tensor = self.leave(self.norm(x)).float()
        return velocity

    def forward(self, x: Tensor, mean: Tensor, hidden: Tensor, t: Tensor) -> Tensor:
        y = self.open(x, mean, hidden)
        for block, modulation in zip(self.blocks, self.modulations(t), strict=True):
            y = block(y, modulation)
        return self.close(y)


def time_steps(steps: int) -> list[float]:
    """The times 0 ... 1 of an Euler path of `steps` steps, closer together at the start, where the path bends."""
    return [1.0 - math.cos(0.5 * math.pi * i / steps) if i < steps else 1.0 for i in range(steps + 1)]


class Flow(nn.Module):
    """The prior and the field."""

    def __init__(self, config: FlowConfig) -> None:
        super().__init__()
        self.config = config
        self.prior = PriorEncoder(config)
        self.field = VelocityField(config)

    def sample(self, codes: Tensor, place: Tensor, noise: Tensor, steps: int, speaker: Tensor | None = None) -> Tensor:
        """Unit frames (batch, N), (batch, N, 2), noise (batch, 4N, MELS) -> normalised mel (batch, 4N, MELS)."""
        hidden, mean = self.prior(codes, place, None, speaker)
        x = mean + self.config.sigma * noise
        times = time_steps(steps)
        for now, then in pairwise(times):
            x = x + (then - now) * self.field(x, mean, hidden, torch.full((x.shape[0],), now))
        return x


class FlowStream:
    """The flow piece by piece: one set of caches for each Euler step."""

    def __init__(self, flow: Flow, seed: int, steps: int, temperature: float = 1.0) -> None:
        self._flow = flow
        self._prior = PriorStream(flow.prior)
        times = time_steps(steps)
        self._spans = [then - now for now, then in pairwise(times)]
        self._fields = [
            StackStream(flow.field.blocks, flow.field.modulations(torch.tensor([now]))) for now in times[:-1]
        ]
        self._seed = seed
        self._spread = flow.config.sigma * temperature
        self._frames = 0

    def push(self, codes: Tensor, place: Tensor) -> Tensor:
        """Unit frames (1, n), (1, n, 2) -> the mel frames (1, m, MELS) that have become certain."""
        return self._move(*self._prior.push(codes, place))

    def finish(self, codes: Tensor, place: Tensor) -> Tensor:
        """The last unit frames, possibly none -> all mel frames that are left."""
        return self._move(*self._prior.finish(codes, place))

    def _move(self, hidden: Tensor, mean: Tensor) -> Tensor:
        n = mean.shape[1]
        if n == 0:
            return mean
        x = mean + self._spread * frame_noise(self._seed, self._frames, n, MELS)
        self._frames += n
        field = self._flow.field
        for span, stream in zip(self._spans, self._fields, strict=True):
            x = x + span * field.close(stream.push(field.open(x, mean, hidden)))
        return x
