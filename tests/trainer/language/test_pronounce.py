"""What the prior is taught with: spectra that are warped so that a few voices become many."""

import torch

from trainer.language.pronounce import warped


def test_a_spectrum_is_stretched_and_squeezed_and_never_leaves_its_bands() -> None:
    mel = torch.arange(80.0)[None, None].repeat(3, 4, 1)
    found = warped(mel, torch.tensor([1.0, 1.1, 0.9]))
    assert found.shape == mel.shape
    assert torch.equal(found[0], mel[0])
    assert torch.allclose(found[1, 2, [0, 10, 40, 79]], torch.tensor([0.0, 11.0, 44.0, 79.0]))
    assert torch.allclose(found[2, 0, [0, 10, 79]], torch.tensor([0.0, 9.0, 71.1]))
    assert found.min() >= 0
    assert found.max() <= 79


def test_each_recording_is_warped_by_its_own_factor_at_all_times_alike() -> None:
    mel = torch.zeros(2, 5, 80)
    mel[:, :, 40] = 1.0
    found = warped(mel, torch.tensor([1.25, 0.8]))
    assert found[0].argmax(-1).tolist() == [32] * 5
    assert found[1].argmax(-1).tolist() == [50] * 5
