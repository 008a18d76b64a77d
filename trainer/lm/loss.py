"""The loss of a token: of its sound, and of which of the sound's units it is with a weight of its own.

About a hundred units stand for each sound, and which of them a recording has is mostly chance (three nats of every
unit, LAB.md), of which there is nothing to learn but how likely each is. Knows nothing of models and batches.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

_LEAST = 1e-37
"""Keeps the logarithm of a sound that is all but impossible finite."""


class SoundLoss(nn.Module):
    """-log P(sound) - `within` * log P(unit | sound) for units, -log P for all that sounds like nothing else."""

    _shared: Tensor
    _units: Tensor
    _column: Tensor
    _member: Tensor

    def __init__(self, alike: Tensor, within: float) -> None:
        """`alike` (vocabulary,): tokens with one number sound alike. With `within` 1 it is the cross-entropy."""
        super().__init__()
        self.within = within
        sounds, sound, counts = alike.unique(return_inverse=True, return_counts=True)
        shared = counts[sound] > 1
        units = shared.nonzero().squeeze(1)
        many = (counts > 1).nonzero().squeeze(1)
        column = torch.full((len(sounds),), -1, dtype=torch.long)
        column[many] = torch.arange(len(many))
        member = (column[sound[units], None] == torch.arange(len(many))).float()
        for name, value in (("_shared", shared), ("_units", units), ("_column", column[sound]), ("_member", member)):
            self.register_buffer(name, value, persistent=False)

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        """(targets,) from float logits (targets, vocabulary) and token ids (targets,)."""
        scores = logits.log_softmax(1)
        plain = F.nll_loss(scores, targets, reduction="none")
        rows = self._shared[targets].nonzero().squeeze(1)
        if self.within == 1 or not len(rows):
            return plain
        units = scores[rows.unsqueeze(1), self._units].exp()
        column = self._column[targets[rows]].unsqueeze(1)
        sound = -(units @ self._member).gather(1, column).squeeze(1).clamp_min(_LEAST).log()
        return plain.index_put((rows,), sound + self.within * (plain[rows] - sound))
