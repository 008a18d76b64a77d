from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from cslm_core.decoder.mel import HOP, MARGIN, MELS, hann, log_mel, mel_filters
from cslm_core.decoder.noise import frame_noise


def tone(samples: int) -> torch.Tensor:
    t = torch.arange(samples) / 24_000
    return (0.3 * torch.sin(2 * math.pi * 440 * t) + 0.1 * torch.sin(2 * math.pi * 3000 * t))[None]


def test_frames_and_samples_agree() -> None:
    assert log_mel(tone(HOP * 10)).shape == (1, 10, MELS)
    assert log_mel(tone(HOP * 10 + 1)).shape == (1, 11, MELS)


def test_a_crop_with_margins_equals_the_whole() -> None:
    pcm = tone(HOP * 20)
    crop = pcm[:, 5 * HOP - MARGIN : 12 * HOP + MARGIN]
    torch.testing.assert_close(log_mel(crop, margins=True), log_mel(pcm)[:, 5:12])


def test_filters_are_those_of_librosa() -> None:
    librosa_filters = pytest.importorskip("librosa.filters", exc_type=ImportError)
    expected = librosa_filters.mel(sr=24_000, n_fft=1024, n_mels=MELS, fmin=0, fmax=12_000)
    np.testing.assert_allclose(mel_filters().T.numpy(), expected, atol=1e-6)


def test_silence_is_the_floor() -> None:
    assert float(log_mel(torch.zeros(1, HOP)).max()) == pytest.approx((math.log(1e-5) + 4.5) / 2.5)


def test_tables_made_in_inference_mode_serve_training() -> None:
    mel_filters.cache_clear()
    hann.cache_clear()
    with torch.inference_mode():
        log_mel(tone(HOP))
    pcm = tone(HOP * 3).requires_grad_()
    log_mel(pcm).sum().backward()
    assert pcm.grad is not None


def test_golden_mel() -> None:
    mel = log_mel(tone(HOP * 10))[0, 5]
    assert [round(float(v), 3) for v in mel[[2, 10, 14, 50, 90]]] == GOLDEN_MEL


def test_noise_depends_on_seed_and_frame_alone() -> None:
    whole = frame_noise(7, 0, 50, 100)
    assert torch.equal(whole[13:21], frame_noise(7, 13, 8, 100))
    assert not torch.equal(whole, frame_noise(8, 0, 50, 100))
    assert abs(float(frame_noise(1, 0, 2000, 100).std()) - 1) < 0.01
    assert frame_noise(1, 5, 0, 100).shape == (0, 100)
    with pytest.raises(ValueError, match="no noise"):
        frame_noise(1, 0, 1, 5)


def test_golden_noise() -> None:
    assert [round(float(v), 4) for v in frame_noise(3, 1000, 1, 100)[0, [0, 1, 50, 99]]] == GOLDEN_NOISE


GOLDEN_MEL = [-1.493, 0.611, 0.538, -2.805, -2.805]
GOLDEN_NOISE = [-2.2199, 1.2423, -0.2327, -1.8052]
