"""The loss of sounds and of units within them."""

import math

import pytest
import torch
import torch.nn.functional as F

from trainer.lm.loss import SoundLoss

ALIKE = torch.tensor([0, 1, 2, 2, 2, 5, 5, 7], dtype=torch.int32)  # 2 to 4 sound alike, and 5 and 6


@pytest.fixture
def logits() -> torch.Tensor:
    return torch.randn(8, 8, generator=torch.Generator().manual_seed(0), requires_grad=True)


def by_hand(logits: torch.Tensor, target: int, within: float) -> float:
    p = logits.double().softmax(0)
    sound = sum(p[i] for i in range(8) if ALIKE[i] == ALIKE[target])
    return -float(sound.log() + within * (p[target] / sound).log()) if sound > p[target] else -float(p[target].log())


@pytest.mark.parametrize("within", [0.0, 0.2, 1.0])
def test_it_is_what_it_says(logits: torch.Tensor, within: float) -> None:
    found = SoundLoss(ALIKE, within)(logits, torch.arange(8)).detach()
    assert found.tolist() == pytest.approx([by_hand(row, i, within) for i, row in enumerate(logits.detach())], rel=1e-5)


def test_with_a_weight_of_one_it_is_the_cross_entropy(logits: torch.Tensor) -> None:
    targets = torch.tensor([4, 4, 5, 0, 7, 6, 2, 1])
    assert torch.equal(SoundLoss(ALIKE, 1.0)(logits, targets), F.cross_entropy(logits, targets, reduction="none"))


def test_with_none_all_units_of_a_sound_are_the_same(logits: torch.Tensor) -> None:
    loss = SoundLoss(ALIKE, 0.0)
    per_unit = [loss(logits[:1], torch.tensor([unit])).item() for unit in (2, 3, 4)]
    assert per_unit == pytest.approx([per_unit[0]] * 3)
    loss(logits[:1], torch.tensor([3])).sum().backward()
    assert logits.grad is not None
    within = logits.detach()[0, 2:5].softmax(0)
    shares = logits.grad[0, 2:5] / logits.grad[0, 2:5].sum()
    assert torch.allclose(shares, within, atol=1e-5)  # as likely among each other as before


def test_what_is_all_but_impossible_stays_a_number() -> None:
    logits = torch.tensor([[0.0, 0, -300, -300, -300, 0, 0, 0]], requires_grad=True)
    loss = SoundLoss(ALIKE, 0.2)(logits, torch.tensor([2]))
    loss.sum().backward()
    assert math.isfinite(loss.item())
    assert logits.grad is not None
    assert logits.grad.isfinite().all()


def test_no_unit_among_the_targets(logits: torch.Tensor) -> None:
    assert len(SoundLoss(ALIKE, 0.2)(logits[:0], torch.zeros(0, dtype=torch.long))) == 0
    plain = F.cross_entropy(logits, torch.arange(8), reduction="none")
    assert torch.equal(SoundLoss(torch.arange(8), 0.2)(logits, torch.arange(8)), plain)  # nothing sounds alike
    text = torch.tensor([0, 1, 7])
    assert torch.equal(SoundLoss(ALIKE, 0.2)(logits[text], text), plain[text])
