"""Whisper features to codes: a small convolutional encoder, a vector-quantiser, and a Viterbi pass that merges runs.

4,096 codes at 25/s (paper, section "Architecture": supervised semantic tokenizer). Training targets live in `trainer`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True)
class QuantiserConfig:
    """Sizes of the quantiser; `switch_cost` (the squared distance that a change of code costs) makes runs longer."""

    features: int = 512
    width: int = 320
    blocks: int = 4
    kernel: int = 5
    bottleneck: int = 24
    codes: int = 4096
    switch_cost: float = 0.0


class _Block(nn.Module):
    def __init__(self, width: int, kernel: int) -> None:
        super().__init__()
        self.depthwise = nn.Conv1d(width, width, kernel, padding=kernel // 2, groups=width)
        self.norm = nn.LayerNorm(width)
        self.up = nn.Linear(width, 2 * width)
        self.down = nn.Linear(2 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        y = self.depthwise(x.transpose(1, 2)).transpose(1, 2)
        return x + self.down(F.gelu(self.up(self.norm(y))))


class Quantiser(nn.Module):
    """Features (batch, 2T, 512) at 50/s -> bottleneck (batch, T, D) at 25/s -> codes (T,)."""

    codebook: Tensor

    def __init__(self, config: QuantiserConfig | None = None) -> None:
        super().__init__()
        self.config = config = config or QuantiserConfig()
        self.enter = nn.Linear(2 * config.features, config.width)
        self.blocks = nn.ModuleList(_Block(config.width, config.kernel) for _ in range(config.blocks))
        self.leave = nn.Sequential(nn.LayerNorm(config.width), nn.Linear(config.width, config.bottleneck))
        self.register_buffer("codebook", torch.zeros(config.codes, config.bottleneck))

    def wide(self, features: Tensor) -> Tensor:
        """Hidden vectors (batch, T, width) before the bottleneck; an odd last feature frame is dropped."""
        batch, frames, width = features.shape
        pairs = features[:, : frames // 2 * 2].reshape(batch, frames // 2, 2 * width)
        x = F.layer_norm(pairs, (2 * width,))
        x = self.enter(x)
        for block in self.blocks:
            x = block(x)
        return x

    def forward(self, features: Tensor) -> Tensor:
        """Bottleneck vectors (batch, T, D)."""
        return self.leave(self.wide(features))

    def distances(self, vectors: Tensor) -> Tensor:
        """Squared distance of each vector (T, D) to each code: (T, codes)."""
        squares = vectors.square().sum(-1, keepdim=True) + self.codebook.square().sum(-1)
        return squares - 2 * vectors @ self.codebook.T

    def codes(self, vectors: Tensor) -> NDArray[np.int32]:
        """The merged code sequence (T,) of bottleneck vectors (T, D), by `smooth_path` with the configured cost."""
        return smooth_path(self.distances(vectors).numpy(), self.config.switch_cost)


def smooth_path(costs: NDArray[np.float32], switch_cost: float) -> NDArray[np.int32]:
    """The path (T,) through `costs` (T, K) that minimises its sum plus `switch_cost` per change of code.

    Exact dynamic programme: staying is free, changing costs the same from any code, so each step is O(K).
    """
    frames, _ = costs.shape
    if frames == 0:
        return np.zeros(0, np.int32)
    came_from = np.empty(costs.shape, np.int32)
    total = costs[0].copy()
    own = np.arange(costs.shape[1], dtype=np.int32)
    for t in range(1, frames):
        best = int(total.argmin())
        switch = total[best] + switch_cost
        stay = total <= switch
        came_from[t] = np.where(stay, own, best)
        total = np.where(stay, total, switch) + costs[t]
    path = np.empty(frames, np.int32)
    path[-1] = int(total.argmin())
    for t in range(frames - 1, 0, -1):
        path[t - 1] = came_from[t, path[t]]
    return path
