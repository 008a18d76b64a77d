"""Harmonics over a mel, and the pitch of a recording."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from cslm_core.decoder.decoder import FlowDecoder
from cslm_core.decoder.flow import Flow, FlowConfig
from cslm_core.decoder.mel import HOP, MARGIN, MELS, log_mel
from cslm_core.decoder.pitch import PITCHES, harmonics, pitches
from tests.decoder.conftest import tiny_decoder
from trainer.decoder.pitch import track

RATE = 24_000


def voice(hertz: np.ndarray) -> torch.Tensor:
    """A buzz (1, samples) whose pitch is given for every sample, its harmonics falling by 12 dB an octave above 500 Hz,
    as of a voice."""
    turns = np.cumsum(hertz) / RATE
    total = np.zeros(len(hertz))
    for number in range(1, int(11_000 / hertz.max())):
        total += np.sin(2 * np.pi * number * turns) / (1 + (number * hertz / 500) ** 2)
    return torch.from_numpy((0.1 * total).astype(np.float32))[None]


def test_harmonics_are_where_a_buzz_has_them() -> None:
    table = harmonics(pitches().log().float())
    assert table.shape == (PITCHES, MELS)
    torch.testing.assert_close(table.mean(0), torch.zeros(MELS), atol=1e-5, rtol=0)
    for hertz in (110.0, 190.0, 320.0):
        mel = log_mel(voice(np.full(RATE // 2, hertz)))[0, 10:-10].mean(0)
        low = mel[:30] - torch.nn.functional.avg_pool1d(mel[None, None, :45], 15, 1, 7)[0, 0, :30]
        fits = torch.tensor([torch.corrcoef(torch.stack((low[8:], row[8:30])))[0, 1] for row in table])
        assert abs(math.log(float(pitches()[int(fits.argmax())]) / hertz)) < 0.03


def test_harmonics_follow_the_pitch_and_stop_at_its_ends() -> None:
    assert torch.equal(harmonics(torch.tensor([0.0, 10.0])), harmonics(torch.tensor([60.0, 500.0]).log()))
    pitch = torch.tensor(5.3, requires_grad=True)
    harmonics(pitch)[5].backward()
    assert pitch.grad is not None
    assert float(pitch.grad) != 0


def test_the_pitch_of_a_glide_is_found() -> None:
    hertz = np.geomspace(120, 300, 60 * HOP)
    padded = torch.nn.functional.pad(voice(hertz), (MARGIN, MARGIN))
    both = torch.cat((padded, 0.05 * torch.randn(1, padded.shape[1], generator=torch.Generator().manual_seed(0))))
    log_pitch, voiced = track(both)
    assert log_pitch.shape == voiced.shape == (2, 60)
    truth = torch.from_numpy(np.log(hertz[HOP // 2 :: HOP])).float()
    assert float((log_pitch[0] - truth)[2:-2].abs().max()) < 0.03
    assert voiced[0].all()
    assert float(voiced[1].mean()) < 0.2


def test_the_pitch_agrees_with_another_program() -> None:
    librosa = pytest.importorskip("librosa", exc_type=ImportError)
    sound = 200 + 60 * np.sin(np.arange(80 * HOP) / RATE * 2 * np.pi)
    samples = voice(sound)
    theirs, flags, _ = librosa.pyin(samples[0].numpy(), fmin=60, fmax=500, sr=RATE, hop_length=HOP)
    ours, _ = track(torch.nn.functional.pad(samples, (MARGIN, MARGIN)))
    count = min(len(theirs), ours.shape[1])
    off = np.abs(np.log(theirs[:count]) - ours[0, :count].numpy())[flags[:count]][3:-3]
    assert np.median(off) < 0.02


def test_a_pitch_that_is_told_shows_in_the_mean() -> None:
    torch.manual_seed(0)
    config = FlowConfig(codes=8, width=8, hidden=8, unit_rights=(1,), mel_rights=(1,), field_depth=1, pitched=True)
    prior = Flow(config).prior
    codes, place = torch.tensor([[1, 2, 3]]), torch.rand(1, 3, 2)
    with torch.no_grad():
        hidden, silent = prior(codes, place)
        torch.testing.assert_close(prior.log_pitch(hidden), torch.full((1, 12), math.log(220.0)))
        prior.voicing.bias.fill_(1.0)
        told = torch.full((1, 12), math.log(150.0))
        torch.testing.assert_close(prior(codes, place, log_pitch=told)[1] - silent, harmonics(told))
        said = prior(codes, place)[1]
        torch.testing.assert_close(said - silent, harmonics(prior.log_pitch(hidden)))


def test_a_decoder_with_pitch_is_kept_and_read(tmp_path: Path) -> None:
    decoder = tiny_decoder(pitched=True)
    decoder.save(tmp_path)
    again = FlowDecoder.load(tmp_path)
    assert again.flow.config.pitched
    torch.testing.assert_close(again.flow.prior.pitch.weight, decoder.flow.prior.pitch.weight, atol=0.01, rtol=0)
    assert np.abs(again.speak([1, 2, 3, 4]) - tiny_decoder().speak([1, 2, 3, 4])).max() > 1e-3
