"""The speech tokenizer: mel features, the smoothed path, and streams that equal the whole."""

import itertools
import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cslm_core.errors import PackError
from cslm_core.tensors import save_int8
from cslm_core.tokenizer.encode import features
from cslm_core.tokenizer.quantiser import Quantiser, QuantiserConfig, smooth_path
from cslm_core.tokenizer.tokenizer import WhisperVqTokenizer, load_tokenizer
from cslm_core.tokenizer.whisper import SAMPLE_RATE, WhisperConfig, WhisperEncoder, log_mel, mel_filters

ENCODER = WhisperConfig(mels=80, width=16, heads=2, layers=1)
QUANTISER = QuantiserConfig(features=16, width=12, blocks=1, kernel=3, bottleneck=4, codes=24, switch_cost=0.02)


@pytest.fixture(scope="module")
def tokenizer() -> WhisperVqTokenizer:
    torch.manual_seed(0)
    encoder, quantiser = WhisperEncoder(ENCODER), Quantiser(QUANTISER)
    vectors = quantiser(encoder(torch.from_numpy(speech(5.0)))[None])[0].detach()
    quantiser.codebook.copy_(vectors[torch.randperm(len(vectors))[: QUANTISER.codes]])
    return WhisperVqTokenizer(encoder, quantiser)


def speech(seconds: float, seed: int = 0) -> np.ndarray:
    """Noise in syllables: the features change, so that many codes are used."""
    rng = np.random.default_rng(seed)
    count = int(seconds * SAMPLE_RATE)
    loud = np.repeat(rng.uniform(0, 0.5, count // 1600 + 1), 1600)[:count]
    pitch = np.repeat(rng.uniform(100, 3000, count // 1600 + 1), 1600)[:count]
    tone = np.sin(2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE)
    return (loud * (tone + 0.2 * rng.standard_normal(count))).astype(np.float32)


# --- features ---


def test_mel_filters_are_slaney_triangles() -> None:
    filters = mel_filters(80)
    assert filters.shape == (80, 201)
    assert (filters >= 0).all()
    assert filters.argmax(1).diff().min() >= 0  # the middles rise
    assert filters[0].nonzero()[:, 0].tolist() == [1]
    assert filters[79].nonzero()[:, 0].tolist() == list(range(186, 200))
    peaks = filters[[0, 40, 79]].amax(1).tolist()
    assert peaks == pytest.approx([0.02486259, 0.01473557, 0.00316471], rel=1e-5)


def test_log_mel_keeps_its_values() -> None:
    t = torch.arange(3200) / SAMPLE_RATE
    pcm = 0.3 * torch.sin(2 * torch.pi * 440 * t) + 0.1 * torch.sin(2 * torch.pi * 3000 * t)
    mel = log_mel(pcm, mel_filters(80))
    assert mel.shape == (80, 20)
    assert (mel.max() - mel.min()).item() <= 2.0 + 1e-5
    values = mel[[9, 10, 11, 12, 54, 55, 70], 10].tolist()
    assert values == pytest.approx([1.04847, 1.23781, 1.32728, 1.1826, 0.96456, 0.94097, -0.67272], abs=1e-4)


@pytest.mark.parametrize("seconds", [0.1, 1.0, 3.7])
def test_log_mel_is_that_of_faster_whisper(seconds: float) -> None:
    from faster_whisper.feature_extractor import FeatureExtractor

    pcm = speech(seconds)
    theirs = FeatureExtractor()(pcm, padding=0)
    ours = log_mel(torch.from_numpy(pcm), mel_filters(80)).numpy()
    assert ours.shape == theirs.shape
    assert np.abs(ours - theirs).max() < 1e-4


def test_features_of_long_speech_come_from_windows(tokenizer: WhisperVqTokenizer) -> None:
    pcm = speech(15.01)
    whole = features(tokenizer.encoder, pcm)
    assert whole.shape == (750, ENCODER.width)
    first = tokenizer.encoder(torch.from_numpy(pcm[: 7 * SAMPLE_RATE]))[:300]
    assert torch.equal(whole[:300], first)
    assert features(tokenizer.encoder, pcm[:100]).shape == (0, ENCODER.width)


# --- the path ---


def path_cost(costs: np.ndarray, path: tuple[int, ...], switch_cost: float) -> float:
    changes = sum(a != b for a, b in itertools.pairwise(path))
    return float(sum(costs[t, k] for t, k in enumerate(path))) + switch_cost * changes


@pytest.mark.parametrize("switch_cost", [0.0, 0.2, 1.0, 100.0])
@pytest.mark.parametrize("seed", range(5))
def test_smooth_path_is_the_best_of_all(switch_cost: float, seed: int) -> None:
    costs = np.random.default_rng(seed).uniform(0, 1, (6, 3)).astype(np.float32)
    path = smooth_path(costs, switch_cost)
    best = min(itertools.product(range(3), repeat=6), key=lambda p: path_cost(costs, p, switch_cost))
    assert path_cost(costs, tuple(path), switch_cost) == pytest.approx(path_cost(costs, best, switch_cost), abs=1e-5)
    if switch_cost == 0:
        assert path.tolist() == costs.argmin(1).tolist()
    if switch_cost == 100:
        assert len(set(path.tolist())) == 1


def test_smooth_path_of_nothing() -> None:
    assert smooth_path(np.zeros((0, 3), np.float32), 1.0).shape == (0,)


def test_distances_are_squares(tokenizer: WhisperVqTokenizer) -> None:
    vectors = torch.randn(5, QUANTISER.bottleneck, generator=torch.Generator().manual_seed(1))
    direct = (vectors[:, None] - tokenizer.quantiser.codebook[None]).square().sum(-1)
    assert torch.allclose(tokenizer.quantiser.distances(vectors), direct, atol=1e-5)


# --- streams ---


@settings(max_examples=15, deadline=None)
@given(seconds=st.sampled_from([0.0, 0.01, 0.5, 6.999, 7.0, 7.04, 13.0, 20.3]), data=st.data())
def test_a_stream_equals_the_whole(tokenizer: WhisperVqTokenizer, seconds: float, data: st.DataObject) -> None:
    pcm = speech(seconds)
    whole = tokenizer.encode(pcm)
    stream = tokenizer.stream()
    edges = sorted(data.draw(st.lists(st.integers(0, len(pcm)), max_size=6)))
    runs = stream.push(pcm[: edges[0]] if edges else pcm[:0])
    for start, end in itertools.pairwise([*(edges or [0]), len(pcm)]):
        runs = runs + stream.push(pcm[start:end])
    runs = runs + stream.finish()
    assert runs.units.tolist() == whole.units.tolist()
    assert runs.durations.tolist() == whole.durations.tolist()
    assert int(whole.durations.sum()) == len(pcm) // 640
    assert len(stream.finish()) == 0


def test_a_stream_gives_early_and_holds_little(tokenizer: WhisperVqTokenizer) -> None:
    stream, early = tokenizer.stream(), 0
    for second in range(20):
        early += int(stream.push(speech(1.0, second)).durations.sum())
        assert len(stream._buffer) <= 8 * SAMPLE_RATE
    assert early >= 12 * 25
    assert len(set(tokenizer.encode(speech(20)).units.tolist())) > 4  # else these tests would show nothing


# --- the folder ---


def write(folder: Path, tokenizer: WhisperVqTokenizer) -> None:
    config = {"encoder": asdict(ENCODER), "quantiser": asdict(QUANTISER)}
    (folder / "config.json").write_text(json.dumps(config))
    save_int8(tokenizer.encoder.state_dict(), folder / "encoder.safetensors")
    save_int8(tokenizer.quantiser.state_dict(), folder / "quantiser.safetensors")


def test_a_folder_is_loaded_again(tmp_path: Path, tokenizer: WhisperVqTokenizer) -> None:
    write(tmp_path, tokenizer)
    loaded = load_tokenizer(tmp_path)
    assert loaded.quantiser.config == QUANTISER
    assert loaded.encode(speech(1.0)).seconds == 1.0


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("config.json", b"{"),
        ("config.json", b'{"encoder": {"width": 8}, "quantiser": {}}'),
        ("config.json", b'{"encoder": {"strange": 8}, "quantiser": {}}'),
        ("quantiser.safetensors", b"xx"),
        ("encoder.safetensors", None),
    ],
)
def test_a_damaged_folder_is_refused(
    tmp_path: Path, tokenizer: WhisperVqTokenizer, name: str, content: bytes | None
) -> None:
    write(tmp_path, tokenizer)
    if content is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(PackError, match="cannot be loaded"):
        load_tokenizer(tmp_path)
