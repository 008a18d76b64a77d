"""Which arithmetic is faster on this machine. Knows nothing of models.

bfloat16 doubles the speed where the processor has instructions for it, and costs five sixths of it where it has none.
"""

from __future__ import annotations

import functools
import time

import torch

ROWS, INNER, COLUMNS = 256, 384, 960


def _seconds(dtype: torch.dtype, times: int = 3) -> float:
    """The shortest time of one matrix product, after one to warm up."""
    a, b = torch.ones(ROWS, INNER, dtype=dtype), torch.ones(INNER, COLUMNS, dtype=dtype)
    spans = []
    for _ in range(times + 1):
        began = time.perf_counter()
        a @ b
        spans.append(time.perf_counter() - began)
    return min(spans[1:])


@functools.cache
def bfloat16_pays() -> bool:
    """Whether products in bfloat16 are faster than in float32, measured once."""
    return _seconds(torch.bfloat16) < _seconds(torch.float32)


def mixed() -> torch.autocast:
    """The autocast context of a training step on the processor: bfloat16 where it is faster, else nothing."""
    return torch.autocast("cpu", torch.bfloat16, enabled=bfloat16_pays())
