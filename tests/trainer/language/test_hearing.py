"""A tokenizer is taught to tell letters apart: on sounds that it can learn, and what is kept where it cannot."""

from pathlib import Path

import numpy as np
import pytest
import torch

from cslm_core.packs.delta import add_delta
from cslm_core.tokenizer.quantiser import Quantiser, QuantiserConfig
from tests.trainer.language.tiny_job import make_job
from trainer.language.hearing import Heard, _fit, _Known, _moved, _Reader, adapt_hearing, adapt_quantiser
from trainer.language.units import adapted_tokenizer, base_tokenizer, listen, prepare_units

LETTERS = "abcdef"
CONFIG = QuantiserConfig(features=16, width=12, blocks=1, kernel=3, bottleneck=4, codes=12)


def quantiser() -> Quantiser:
    """Random, and without a code for each letter."""
    torch.manual_seed(3)
    made = Quantiser(CONFIG)
    made.codebook.copy_(torch.randn(CONFIG.codes, CONFIG.bottleneck))
    return made.eval().requires_grad_(False)


def sounds(seed: int, count: int) -> list[Heard]:
    """Four letters each, every letter 160 ms of a vector of its own."""
    random = np.random.default_rng(seed)
    vectors = 3 * np.random.default_rng(99).standard_normal((len(LETTERS), CONFIG.features))
    found = []
    for _ in range(count):
        said = random.integers(0, len(LETTERS), 4)
        features = np.repeat(vectors[said], 8, axis=0) + 0.3 * random.standard_normal((32, CONFIG.features))
        found.append(Heard(features.astype(np.float16), "".join(LETTERS[n] for n in said)))
    return found


def test_codes_come_to_tell_letters_apart(tmp_path: Path) -> None:
    taught, watched = quantiser(), sounds(1, 10)
    shares: list[float] = []
    before, after = adapt_quantiser(taught, sounds(0, 16), watched, [], 150, tmp_path, progress=shares.append)
    assert after < before
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)
    again = quantiser()
    assert torch.equal(again.codebook, taught.codebook)
    add_delta(again, tmp_path)
    features = torch.from_numpy(watched[0].features.astype(np.float32))[None]
    assert torch.allclose(again(features), taught(features), atol=0.1)
    assert not torch.allclose(quantiser()(features), taught(features), atol=0.1)


def test_what_the_known_languages_sound_like_is_heard_as_before() -> None:
    moved = []
    for kept in (False, True):
        reader = _Reader(quantiser(), list(LETTERS))
        known = _Known.of(reader.quantiser, [item.features for item in sounds(5, 4)])
        _fit(reader, sounds(0, 16), known if kept else [], 30, 0, lambda share: None)
        moved.append(float(_moved(reader.quantiser, known)))
    assert 0 < moved[1] < 0.7 * moved[0]


def test_what_does_not_help_is_not_kept(tmp_path: Path) -> None:
    taught = quantiser()
    state = {name: value.clone() for name, value in taught.state_dict().items()}
    before, after = adapt_quantiser(taught, sounds(0, 4), [], [], 3, tmp_path / "delta")  # nothing to get better at
    assert (before, after) == (0, 0)
    assert not (tmp_path / "delta").exists()
    assert all(torch.equal(value, state[name]) for name, value in taught.state_dict().items())


def test_a_job_is_taught_from_its_own_corpus(tmp_path: Path) -> None:
    job = make_job(tmp_path / "job")
    prepare_units(job, steps=12)
    before, after = adapt_hearing(job, listen(job), [list(range(12))], 3)
    assert after <= before
    assert adapted_tokenizer(job).exists() == (after < before)


def test_another_tokenizer_needs_no_other_aligner(tmp_path: Path) -> None:
    from cslm_core.packs.delta import save_delta

    job = make_job(tmp_path / "job")
    rows = prepare_units(job, steps=12)
    aligner = (job.training / "aligner" / "aligner.safetensors").read_bytes()
    state = base_tokenizer(job).quantiser.state_dict()
    changed = {name: value + 0.5 * torch.randn_like(value) for name, value in state.items() if name != "codebook"}
    save_delta(adapted_tokenizer(job), state, {**state, **changed})
    heard = listen(job)
    assert prepare_units(job, heard=heard) != rows
    assert (job.training / "aligner" / "aligner.safetensors").read_bytes() == aligner


def test_a_corpus_without_letters_teaches_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="nothing to learn letters from"):
        adapt_quantiser(quantiser(), [Heard(np.zeros((8, 16), np.float16), "?!")], [], [], 5, tmp_path)
