"""Merging codes into runs and back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cslm_core.units import CODE_RATE, UnitRuns

CODES = st.lists(st.integers(0, 3), max_size=40).map(lambda codes: np.array(codes, np.int32))


@given(CODES)
def test_runs_restore_the_codes(codes: np.ndarray) -> None:
    runs = UnitRuns.of_codes(codes)
    assert runs.codes().tolist() == codes.tolist()
    assert runs.units.dtype == runs.durations.dtype == np.int32
    assert (runs.durations > 0).all()
    assert (runs.units[1:] != runs.units[:-1]).all()
    assert runs.seconds == len(codes) / CODE_RATE


@given(CODES, CODES)
def test_a_sum_merges_over_the_seam(first: np.ndarray, second: np.ndarray) -> None:
    joined = UnitRuns.of_codes(first) + UnitRuns.of_codes(second)
    whole = UnitRuns.of_codes(np.concatenate([first, second]))
    assert joined.units.tolist() == whole.units.tolist()
    assert joined.durations.tolist() == whole.durations.tolist()


def test_empty_runs() -> None:
    assert len(UnitRuns.empty()) == 0
    assert UnitRuns.empty().seconds == 0
    assert len(UnitRuns.empty() + UnitRuns.empty()) == 0


@pytest.mark.parametrize(("units", "durations"), [((2,), (3,)), ((2, 1), (2, 1))])
def test_what_does_not_fit_is_refused(units: tuple[int, ...], durations: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="equal vectors"):
        UnitRuns(np.zeros(units, np.int32), np.zeros(durations, np.int32))
