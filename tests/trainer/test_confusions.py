"""Units as they might have been heard in another voice: how many change, and into what."""

import random

import numpy as np
import pytest

from trainer.lm.confusions import OTHER, SAME, Confusions, disturb

PHONEMES = np.repeat(np.arange(20), 40)  # of code i, in a book of 800
CODES = np.random.default_rng(0).standard_normal((20, 1, 3)).repeat(40, 1).reshape(800, 3).astype(np.float32) * 10
CODES += np.random.default_rng(1).standard_normal((800, 3)).astype(np.float32)


@pytest.fixture(scope="module")
def confusions() -> Confusions:
    return Confusions.of_codes(CODES, PHONEMES)


def test_codes_stand_in_for_near_ones_of_their_phoneme(confusions: Confusions) -> None:
    rng = random.Random(0)
    stands_in = [confusions.changed(100, rng, 1.0, 0.0) for _ in range(500)]
    assert 100 not in stands_in
    assert {int(PHONEMES[u]) for u in stands_in} == {int(PHONEMES[100])}
    assert 1 < len(set(stands_in)) <= SAME
    distance = np.linalg.norm(CODES - CODES[100], axis=1)
    assert np.mean(distance[stands_in]) < np.mean(distance[80:120])


def test_or_for_near_ones_of_another(confusions: Confusions) -> None:
    stands_in = {confusions.changed(100, random.Random(n), 0.0, 1.0) for n in range(500)}
    assert 1 < len(stands_in) <= OTHER
    assert PHONEMES[100] not in PHONEMES[list(stands_in)]


def test_a_phoneme_with_one_code_is_left_as_it_is() -> None:
    alone = Confusions.of_codes(CODES[:3], np.arange(3))
    assert {alone.changed(1, random.Random(n), 0.9, 0.0) for n in range(50)} == {1}


def test_an_utterance_is_changed_a_little_or_a_lot(confusions: Confusions) -> None:
    units = random.Random(3).choices(range(800), k=400)
    kept, phonemes = [], []
    for seed in range(200):
        out = disturb(units, random.Random(seed), confusions)
        assert out == disturb(units, random.Random(seed), confusions)
        assert 340 < len(out) < 400
        pairs = list(zip(units[:5], out[:5], strict=True))  # before many are dropped
        kept.append(np.mean([a == b for a, b in pairs]))
        phonemes.append(np.mean([PHONEMES[a] == PHONEMES[b] for a, b in pairs]))
    assert max(kept) == 1
    assert min(kept) < 0.5
    assert 0.5 < np.mean(kept) < 0.8 < np.mean(phonemes) < 0.97


def test_without_confusions_it_is_rare_and_never_empties() -> None:
    units = list(range(1000))
    out = disturb(units, random.Random(1))
    assert 950 < len(out) < 1000
    assert len(set(out)) > 950
    assert disturb(units, random.Random(1)) == out
    assert {tuple(disturb([5], random.Random(n))) for n in range(300)} == {(5,)}
