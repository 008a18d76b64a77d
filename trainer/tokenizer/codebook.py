"""Mini-batch-free k-means in torch, for code books of a few thousand codes. Knows nothing of speech."""

from __future__ import annotations

import torch
from torch import Tensor


@torch.no_grad()
def kmeans(vectors: Tensor, count: int, iterations: int = 15, limit: int = 120_000, seed: int = 0) -> Tensor:
    """Centres (count, D) of `vectors` (N, D); empty centres are moved onto random vectors. At most `limit` are used."""
    generator = torch.Generator().manual_seed(seed)
    if len(vectors) > limit:
        vectors = vectors[torch.randperm(len(vectors), generator=generator)[:limit]]
    centres = vectors[torch.randperm(len(vectors), generator=generator)[:count]].clone()
    if len(centres) < count:
        raise ValueError(f"{len(vectors)} vectors are too few for {count} codes.")
    for _ in range(iterations):
        near = torch.cat([(centres.square().sum(-1) - 2 * part @ centres.T).argmin(-1) for part in vectors.split(8192)])
        sums = torch.zeros_like(centres).index_add_(0, near, vectors)
        counts = torch.bincount(near, minlength=count)
        centres = sums / counts.clamp(min=1)[:, None]
        empty = (counts == 0).nonzero()[:, 0]
        centres[empty] = vectors[torch.randint(len(vectors), (len(empty),), generator=generator)]
    return centres
