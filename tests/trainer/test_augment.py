"""Noise, rooms and other speakers of training speech."""

import random

import numpy as np
import pytest

from trainer.augment import SAMPLE_RATE, Augmenter


def hum(hertz: float = 200.0, seconds: float = 1.0) -> np.ndarray:
    time = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return (0.3 * np.sin(2 * np.pi * hertz * time)).astype(np.float32)


def test_the_same_state_gives_the_same_sound() -> None:
    augmenter = Augmenter(warp=0.5)
    first, second = (augmenter(hum(), random.Random("x")) for _ in range(2))
    assert first.dtype == np.float32
    assert np.array_equal(first, second)
    assert np.abs(first).max() <= 1


def test_without_warp_the_length_stays() -> None:
    assert {len(Augmenter()(hum(), random.Random(n))) for n in range(20)} == {SAMPLE_RATE}


def test_a_warped_voice_is_higher_and_shorter_or_lower_and_longer() -> None:
    quiet = Augmenter(snr=(90, 90), gain=(0, 0), warp=1.0)
    lengths = []
    for n in range(30):
        out = quiet(hum(), random.Random(n))
        lengths.append(len(out))
        loudest = np.abs(np.fft.rfft(out)).argmax() * SAMPLE_RATE / len(out)
        if loudest > 300:  # the telephone's band took the hum away
            continue
        assert loudest == pytest.approx(200 * SAMPLE_RATE / len(out), rel=0.03)
    assert min(lengths) < 0.9 * SAMPLE_RATE
    assert max(lengths) > 1.1 * SAMPLE_RATE
    assert all(SAMPLE_RATE / 1.23 < length < SAMPLE_RATE / 0.81 for length in lengths)
