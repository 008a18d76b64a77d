"""The contract of `DecoderStream`: pieces equal the whole, look-ahead and caches are bounded."""

from __future__ import annotations

import random
import time
from itertools import pairwise

import numpy as np
import pytest
import torch

from cslm_core.components import DecoderStream as Contract
from cslm_core.components import SpeechDecoder
from cslm_core.decoder.decoder import FlowDecoder
from cslm_core.decoder.duration import DurationStream
from cslm_core.decoder.flow import FlowConfig, place_in_run
from cslm_core.decoder.mel import MELS, SAMPLES_PER_UNIT
from cslm_core.decoder.noise import frame_noise
from cslm_core.decoder.vocoder import VocoderConfig
from tests.decoder.conftest import tiny_decoder


@pytest.fixture(params=[False, True], ids=["plain", "pitched"])
def decoder(request: pytest.FixtureRequest) -> FlowDecoder:
    return tiny_decoder(pitched=request.param)


UNITS = [random.Random(0).randrange(32) for _ in range(70)]


def in_pieces(decoder: FlowDecoder, sizes: list[int], seed: int = 5) -> np.ndarray:
    stream = decoder.stream(seed)
    left, out = list(UNITS), []
    for size in sizes:
        out.append(stream.push(left[:size]))
        left = left[size:]
    out += [stream.push(np.array(left, np.int32)), stream.finish()]
    return np.concatenate(out)


@pytest.mark.parametrize("sizes", [[1] * 70, [0, 3, 0, 30, 1, 1], [13, 13, 13], [69]])
def test_pieces_are_bit_for_bit_the_whole(decoder: FlowDecoder, sizes: list[int]) -> None:
    whole = decoder.speak(UNITS, 5)
    assert whole.dtype == np.float32
    assert np.array_equal(in_pieces(decoder, sizes), whole)


def test_where_units_begin_is_known_before_their_sound_and_does_not_depend_on_the_pieces(decoder: FlowDecoder) -> None:
    whole = decoder.stream(5)
    whole.push(UNITS)
    total = len(decoder.speak(UNITS, 5))
    whole.finish()
    stream, sent = decoder.stream(5), 0
    for unit in UNITS:
        sent += len(stream.push([unit]))
        assert sent == 0 or stream.begins[-1] + 50 * SAMPLES_PER_UNIT > sent
    stream.finish()
    assert list(stream.begins) == list(whole.begins)
    assert len(stream.begins) == len(UNITS)
    assert stream.begins[0] == 0
    assert all(before < after < total for before, after in pairwise(stream.begins))


def test_when_flow_gave_its_first_frames_is_noted_once_and_before_their_sound(decoder: FlowDecoder) -> None:
    stream = decoder.stream(5)
    assert stream.first_mel is None
    begun = time.perf_counter()
    while not len(stream.push([UNITS[0], UNITS[1]])):
        pass
    first = stream.first_mel
    assert first is not None
    assert begun < first < time.perf_counter()
    stream.finish()
    assert stream.first_mel == first


def test_the_stream_is_the_offline_model(decoder: FlowDecoder) -> None:
    durations = DurationStream(decoder.duration)
    runs = [run for unit in UNITS for run in durations.push(unit)] + durations.finish()
    codes = torch.tensor([[unit for unit, frames in runs for _ in range(frames)]])
    place = place_in_run([frames for _, frames in runs])[None]
    noise = frame_noise(5, 0, codes.shape[1] * 4, MELS)[None]
    with torch.inference_mode():
        mel = decoder.flow.sample(codes, place, noise, decoder.steps)
        whole = decoder.vocoder(mel)[0].clamp(-1, 1).numpy()
    spoken = decoder.speak(UNITS, 5)
    assert len(spoken) == codes.shape[1] * SAMPLES_PER_UNIT
    assert np.abs(whole).max() > 0.01
    np.testing.assert_allclose(spoken, whole, atol=1e-5)


def test_offline_durations_are_those_of_the_stream(decoder: FlowDecoder) -> None:
    with torch.inference_mode():
        logs = decoder.duration(torch.tensor([UNITS]))[0]
    stream = DurationStream(decoder.duration)
    runs = [run for unit in UNITS for run in stream.push(unit)] + stream.finish()
    assert abs(float(logs.exp().sum()) - sum(n for _, n in runs)) < 2


def test_known_durations(decoder: FlowDecoder) -> None:
    stream = decoder.stream(1)
    pcm = np.concatenate((stream.push_runs([1, 2, 3], [4, 1, 9]), stream.finish()))
    assert len(pcm) == 14 * SAMPLES_PER_UNIT


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_short_utterances(decoder: FlowDecoder, count: int) -> None:
    pcm = decoder.speak(UNITS[:count])
    assert len(pcm) % SAMPLES_PER_UNIT == 0
    assert (len(pcm) == 0) == (count == 0)
    assert np.isfinite(pcm).all()


def test_without_noise_all_seeds_are_one(decoder: FlowDecoder) -> None:
    def spoken(seed: int, temperature: float | None) -> np.ndarray:
        stream = decoder.stream(seed, temperature=temperature)
        return np.concatenate((stream.push([1, 2, 3, 4]), stream.finish()))

    assert np.array_equal(spoken(1, 0.0), spoken(2, 0.0))
    assert not np.array_equal(spoken(1, None), spoken(2, None))
    decoder.temperature = 0.0
    assert np.array_equal(spoken(1, None), spoken(1, 0.0))


def test_seeds_differ_and_repeat(decoder: FlowDecoder) -> None:
    assert np.array_equal(decoder.speak(UNITS, 1), decoder.speak(UNITS, 1))
    assert not np.array_equal(decoder.speak(UNITS, 1), decoder.speak(UNITS, 2))


def test_later_units_do_not_change_earlier_sound(decoder: FlowDecoder) -> None:
    """What was pushed out before a unit is known cannot depend on it; and sound does come out before the end."""
    stream, other = decoder.stream(0), decoder.stream(0)
    early, same = stream.push(UNITS[:40]), other.push(UNITS[:40])
    assert len(early) > 40 * SAMPLES_PER_UNIT / 2
    assert np.array_equal(early, same)


def test_caches_do_not_grow(decoder: FlowDecoder) -> None:
    def held() -> int:
        return len(stream._frames) + stream._vocoder._sum.shape[0]

    stream = decoder.stream(0)
    stream.push(UNITS)
    before = held()
    for _ in range(5):
        stream.push(UNITS)
    assert held() < before + 2 * 8 + 2000


def test_misuse(decoder: FlowDecoder) -> None:
    stream = decoder.stream(0)
    with pytest.raises(ValueError, match="units must be"):
        stream.push([32])
    stream.finish()
    for call in (stream.finish, lambda: stream.push([1]), lambda: stream.push_runs([1], [1])):
        with pytest.raises(ValueError, match="finished"):
            call()


def test_contracts(decoder: FlowDecoder) -> None:
    assert isinstance(decoder, SpeechDecoder)
    assert isinstance(decoder.stream(0), Contract)


def test_look_ahead_is_under_a_quarter_of_a_second() -> None:
    """Prior, vocoder and the two frames of overlap-add, in mel frames of 10 ms."""
    assert FlowConfig().lookahead + VocoderConfig().lookahead + 2 <= 24


def test_golden_samples() -> None:
    decoder = tiny_decoder()
    pcm = decoder.speak(UNITS[:12], 3)
    np.testing.assert_allclose(pcm[[1000, 5000, 9000, 12000]], GOLDEN_SAMPLES, atol=2e-4)


GOLDEN_SAMPLES = [-0.00786, 0.00105, 2e-05, 2e-05]
