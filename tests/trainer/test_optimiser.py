"""Rows of tokens: one that is only made less likely stays, one that is met learns."""

import torch
from torch import nn

from trainer.optimiser import row_group


def test_a_row_with_hardly_a_gradient_stays() -> None:
    rows = nn.Parameter(torch.zeros(3, 4))
    optimiser = torch.optim.AdamW([row_group([rows], 2.0)], lr=1e-3)
    for _ in range(50):
        rows.grad = torch.tensor([[2e-7], [1e-4], [1e-3]]).expand(3, 4).clone()
        optimiser.step()
    never, met, often = (-rows / (50 * 1e-3)).mean(1).tolist()
    assert never < 0.05
    assert met > 0.85
    assert often > 0.95
