"""How long each merged unit lasts: a small net over runs (paper: the duration predictor undoes the merging).

It predicts the logarithm of the mean number of frames (25 a second); rounding carries its error on to the next run, so
that speech keeps its pace although every run is a whole number of frames. Knows nothing of mels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from cslm_core.decoder.layers import StackStream, block_stack

MAX_FRAMES = 50
"""No run lasts longer than 2 s, whatever the net says."""


@dataclass(frozen=True)
class DurationConfig:
    """Sizes. `rights` are the right contexts of the blocks, in runs."""

    codes: int = 4096
    width: int = 128
    hidden: int = 384
    kernel: int = 5
    rights: tuple[int, ...] = (1, 0, 0)

    @property
    def lookahead(self) -> int:
        return sum(self.rights)


class DurationPredictor(nn.Module):
    """Merged units (batch, runs) int64 -> log mean frames (batch, runs). Code `codes` stands for an unknown unit."""

    def __init__(self, config: DurationConfig) -> None:
        super().__init__()
        self.config = config
        self.embedding = nn.Embedding(config.codes + 1, config.width)
        self.blocks = block_stack(config.width, config.hidden, config.kernel, config.rights)
        self.norm = nn.LayerNorm(config.width)
        self.head = nn.Linear(config.width, 1)

    def log_frames(self, hidden: Tensor) -> Tensor:
        """Last hidden runs (batch, n, width) -> log mean frames (batch, n)."""
        logs: Tensor = self.head(self.norm(hidden)).float().squeeze(-1)
        return logs.clamp(-1.0, math.log(MAX_FRAMES))

    def forward(self, units: Tensor, mask: Tensor | None = None, speaker: Tensor | None = None) -> Tensor:
        """`mask` (batch, runs, 1) is 0 beyond the end of a sequence, where every layer sees zeros, as in a stream.

        `speaker` (batch, 1, width) is added to every run; training only, one is folded into the shipped weights.
        """
        run_mask = torch.ones(()) if mask is None else mask
        x = self.embedding(units) if speaker is None else self.embedding(units) + speaker
        for block in self.blocks:
            x = block(x * run_mask)
        return self.log_frames(x)


class Pace:
    """Turns mean durations into whole frames, carrying the rounding error from run to run."""

    def __init__(self, rate: float = 1.0) -> None:
        if not 0.25 <= rate <= 4.0:
            raise ValueError(f"a speaking rate of {rate} is outside 0.25 to 4")
        self._rate = rate
        self._carry = 0.0

    def frames(self, log_mean: float) -> int:
        """Frames of the next run, 1 to MAX_FRAMES."""
        wanted = math.exp(log_mean) / self._rate + self._carry
        frames = min(MAX_FRAMES, max(1, round(wanted)))
        # Many short runs in a row must not swallow the next vowel to make up for the frames they could not give back.
        self._carry = min(1.0, max(-1.0, wanted - frames))
        return frames


class DurationStream:
    """The predictor run by run: (unit, frames) of each run as soon as the runs it looks ahead to are there.

    Always one run at a time: the same arithmetic however the units arrive, so that a rounding can never fall otherwise.
    """

    def __init__(self, predictor: DurationPredictor, rate: float = 1.0) -> None:
        self._predictor = predictor
        self._blocks = StackStream(predictor.blocks)
        self._pace = Pace(rate)
        self._waiting: list[int] = []

    def push(self, unit: int) -> list[tuple[int, int]]:
        """The next unit -> the runs whose duration has become certain."""
        self._waiting.append(unit)
        return self._settle(self._blocks.push(self._predictor.embedding(torch.tensor([[unit]]))))

    def finish(self) -> list[tuple[int, int]]:
        """The runs that are left."""
        return self._settle(self._blocks.finish(torch.zeros(1, 0, self._predictor.config.width)))

    def _settle(self, hidden: Tensor) -> list[tuple[int, int]]:
        if hidden.shape[1] == 0:
            return []
        logs = self._predictor.log_frames(hidden)[0].tolist()
        runs = [(unit, self._pace.frames(log)) for unit, log in zip(self._waiting, logs, strict=False)]
        del self._waiting[: len(runs)]
        return runs
