"""Gaussian noise that is a function of (seed, absolute mel frame), so that a stream cut anywhere draws the same.

Made from the raw words of a counter-based generator, whose output numpy promises never to change.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

_WORDS_PER_COUNT = 4


def frame_noise(seed: int, first: int, count: int, channels: int) -> Tensor:
    """Standard normal noise of frames first ... first + count - 1, shape (count, channels), float32.

    `channels` must be even; ValueError where it is not or a number is negative.
    """
    if channels % 2 or min(seed, first, count) < 0:
        raise ValueError(f"no noise for seed {seed}, frames {first}+{count}, {channels} channels")
    counts = -(-channels // 2 // _WORDS_PER_COUNT)
    generator = np.random.Philox(key=seed, counter=first * counts)
    words = generator.random_raw(count * counts * _WORDS_PER_COUNT).reshape(count, counts * _WORDS_PER_COUNT)[
        :, : channels // 2
    ]
    radius = ((words >> np.uint64(32)).astype(np.float64) + 0.5) / 2**32
    angle = (words & np.uint64(0xFFFFFFFF)).astype(np.float64) * (2 * np.pi / 2**32)
    radius = np.sqrt(-2.0 * np.log(radius))
    noise = np.concatenate((radius * np.cos(angle), radius * np.sin(angle)), axis=1)
    return torch.from_numpy(noise.astype(np.float32))
