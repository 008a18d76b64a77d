"""What the prior is taught with: spectra that are warped so that a few voices become many, voices, and melody."""

from dataclasses import replace

import numpy as np
import torch

from cslm_core.decoder.flow import Flow, FlowConfig
from cslm_core.decoder.mel import MELS
from trainer.decoder.data import Clip, UnitClip
from trainer.decoder.units import Corruption, FlowSampler
from trainer.language.pronounce import _melody, _Voice, warped


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


def test_some_recordings_are_without_their_voice_while_it_learns_and_none_when_it_is_watched() -> None:
    torch.manual_seed(0)
    voice = _Voice(torch.zeros(1, 1, MELS), 4)
    torch.nn.init.ones_(voice.project.weight)
    mel, weight, bands = torch.ones(400, 4, MELS), torch.ones(400, 4, 1), torch.ones(400, 1, MELS)
    told = (voice.train()(mel, weight, bands).abs().sum((1, 2)) > 0).float().mean()
    assert 0.6 < float(told) < 0.8
    assert (voice.eval()(mel, weight, bands).abs().sum((1, 2)) > 0).all()


def test_of_pitch_the_melody_is_learnt_and_not_the_height() -> None:
    torch.manual_seed(0)
    config = FlowConfig(codes=8, width=8, hidden=8, unit_rights=(1,), mel_rights=(1,), field_depth=1, pitched=True)
    prior = Flow(config).prior
    torch.nn.init.normal_(prior.pitch.weight)
    units = np.array([1, 5, 2, 7, 3], np.int64)
    clip = UnitClip(Clip("a", "", "tst", np.zeros(4800, np.int16)), units, np.ones(5, np.int64))
    batch = FlowSampler(Corruption(8, None, 0.0, 0), 125, 0).join([clip])
    batch = replace(batch, voiced=torch.ones_like(batch.voiced))
    with torch.no_grad():
        hidden, _ = prior(batch.codes, batch.place, batch.mask)
        said = prior.log_pitch(hidden)
        assert float(_melody(prior, hidden, replace(batch, log_pitch=said - 0.7))) < 1e-10
        flat = float(_melody(prior, hidden, replace(batch, log_pitch=torch.full_like(said, 5.0))))
        torch.testing.assert_close(torch.tensor(flat), said.var(correction=0))
    plain = Flow(replace(config, pitched=False)).prior
    assert float(_melody(plain, hidden, batch)) == 0
