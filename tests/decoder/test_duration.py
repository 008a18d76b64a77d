from __future__ import annotations

import math

import pytest

from cslm_core.decoder.decoder import FlowDecoder
from cslm_core.decoder.duration import MAX_FRAMES, DurationStream, Pace
from cslm_core.decoder.flow import place_in_run


def test_rounding_keeps_the_pace() -> None:
    pace = Pace()
    assert sum(pace.frames(math.log(1.4)) for _ in range(100)) == pytest.approx(140, abs=1)


def test_bounds_of_a_run() -> None:
    assert Pace().frames(-9.0) == 1
    assert Pace().frames(9.0) == MAX_FRAMES
    with pytest.raises(ValueError, match="rate"):
        Pace(9.0)


def test_short_runs_do_not_swallow_the_next() -> None:
    pace = Pace()
    for _ in range(50):
        pace.frames(math.log(0.5))
    assert pace.frames(math.log(4.0)) == 3


def test_a_faster_rate_is_shorter(decoder: FlowDecoder) -> None:
    units = [i % 32 for i in range(60)]
    slow, fast = (sum(n for _, n in runs(decoder, units, rate)) for rate in (1.0, 1.5))
    assert fast < 0.8 * slow


def runs(decoder: FlowDecoder, units: list[int], rate: float = 1.0) -> list[tuple[int, int]]:
    stream = DurationStream(decoder.duration, rate)
    return [run for unit in units for run in stream.push(unit)] + stream.finish()


def test_every_run_comes_out_once_and_one_run_late(decoder: FlowDecoder) -> None:
    units = [3, 1, 4, 1, 5]
    stream = DurationStream(decoder.duration)
    assert [[u for u, _ in stream.push(unit)] for unit in units] == [[], [3], [1], [4], [1]]
    assert [u for u, _ in stream.finish()] == [5]
    assert DurationStream(decoder.duration).finish() == []


def test_place_in_run() -> None:
    place = place_in_run([1, 2])
    assert place.tolist() == [[0.5, 0.0], [0.25, pytest.approx(math.log(2))], [0.75, pytest.approx(math.log(2))]]
