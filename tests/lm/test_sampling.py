"""Sampling: masks, seeds, top-p, and the brake on repeated units."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cslm_core.lm.sampling import Sampler, SamplingOptions

SIZE = 1000
ALL = np.ones(SIZE, bool)


def logits(seed: int = 0) -> np.ndarray:
    return (np.random.default_rng(seed).standard_normal(SIZE) * 3).astype(np.float32)


def only(*ids: int) -> np.ndarray:
    mask = np.zeros(SIZE, bool)
    mask[list(ids)] = True
    return mask


def test_greedy_takes_the_likeliest_that_is_allowed() -> None:
    values = logits()
    assert Sampler(SamplingOptions()).pick(values, ALL) == values.argmax()
    assert Sampler(SamplingOptions()).pick(values, only(3, 9)) == (3 if values[3] >= values[9] else 9)


@given(
    st.integers(0, 2**32 - 1),
    st.sets(st.integers(0, SIZE - 1), min_size=1, max_size=5),
    st.floats(0, 3),
    st.floats(0.01, 1),
    st.booleans(),
    st.booleans(),
)
def test_nothing_else_is_ever_picked(
    seed: int, ids: set[int], temperature: float, top_p: float, units: bool, grouped: bool
) -> None:
    options = SamplingOptions(temperature, top_p, repeat_window=4, repeat_limit=2, seed=seed)
    sampler = Sampler(options, np.arange(SIZE, dtype=np.int32) // 3 if grouped else None)
    for step in range(6):
        assert sampler.pick(logits(step), only(*ids), units=units) in ids


def test_a_seed_decides() -> None:
    def draw(seed: int) -> list[int]:
        sampler = Sampler(SamplingOptions(1.0, 0.95, seed=seed))
        return [sampler.pick(logits(step), ALL) for step in range(20)]

    assert draw(1) == draw(1) != draw(2)


def test_top_p_keeps_only_the_likely() -> None:
    values = logits()
    order = np.argsort(-values)
    probabilities = np.exp(values - values.max())
    probabilities /= probabilities.sum()
    nucleus = order[: int(np.searchsorted(np.cumsum(probabilities[order]), 0.5)) + 1]
    half = Sampler(SamplingOptions(1.0, 0.5))
    assert {half.pick(values, ALL) for _ in range(300)} <= set(nucleus.tolist())


def test_a_flat_distribution_is_sampled_beyond_the_likeliest_few() -> None:
    sampler = Sampler(SamplingOptions(1.0, 1.0))
    picked = {sampler.pick(np.zeros(SIZE, np.float32), ALL) for _ in range(3000)}
    assert len(picked) > 900


def test_a_unit_that_is_stuck_is_drawn_anew() -> None:
    values = np.zeros(SIZE, np.float32)
    values[7] = 4.0  # likeliest by far, but only 5 % of the whole
    braked = Sampler(SamplingOptions(repeat_window=10, repeat_limit=3))
    picked = [braked.pick(values, ALL, units=True) for _ in range(30)]
    assert picked[:3] == [7, 7, 7]
    assert picked.count(7) < 15
    assert len(set(picked)) > 10
    free = Sampler(SamplingOptions(repeat_limit=0))
    assert {free.pick(values, ALL, units=True) for _ in range(30)} == {7}
    assert {braked.pick(values, ALL) for _ in range(30)} == {7}  # text is not braked
    braked.forget_units()
    assert braked.pick(values, ALL, units=True) == 7


def test_a_sound_is_as_likely_as_all_of_its_units_together() -> None:
    alike = np.arange(SIZE, dtype=np.int32)
    alike[100:200] = 100
    values = np.full(SIZE, -20.0, np.float32)
    values[7], values[100:200] = 3.0, 0.0  # 20 to 100
    values[150] = 0.1
    assert Sampler(SamplingOptions(), alike).pick(values, ALL, units=True) == 150
    assert Sampler(SamplingOptions(), alike).pick(values, only(7, 100), units=True) == 7
    assert Sampler(SamplingOptions(), alike).pick(values, ALL) == 7  # text is not counted so
    warm = Sampler(SamplingOptions(1.0, 1.0, repeat_limit=0), alike)
    picked = [warm.pick(values, ALL, units=True) for _ in range(300)]
    assert 20 <= picked.count(7) <= 80
    assert len(set(picked) & set(range(100, 200))) > 60


def test_logits_that_are_no_numbers_do_no_harm() -> None:
    values = np.full(SIZE, np.nan, np.float32)
    values[5], values[6] = 1.0, np.inf
    assert Sampler(SamplingOptions()).pick(values, ALL) == 5
    assert Sampler(SamplingOptions(1.0, 1.0)).pick(values, ALL) == 5
    assert Sampler(SamplingOptions(), np.zeros(SIZE, np.int32)).pick(values, ALL, units=True) == 5


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="allowed"):
        Sampler(SamplingOptions()).pick(logits(), np.zeros(SIZE, bool))
    refused: list[dict[str, float]] = [{"temperature": value} for value in (-1, math.nan, math.inf)]
    refused += [{"unit_temperature": math.nan}, {"top_p": 0}, {"repeat_window": 0}, {"seed": -1}]
    for options in refused:
        with pytest.raises(ValueError, match="must"):
            SamplingOptions(**options)  # type: ignore[arg-type]
