"""Units to say a language with: what was misheard is put right by the letters, where the letters know."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cslm_core.units import UnitRuns
from trainer.language.saying import CodeLetters, to_say

# Codes 0 and 1 stand for letter 1, codes 2 and 3 for letter 2, code 4 for silence; letter 3 is never heard.
COUNTS = np.array([[0, 50, 1, 4], [0, 40, 0, 5], [0, 2, 60, 3], [0, 0, 30, 3], [0, 0, 0, 0]])
KNOWN = CodeLetters(COUNTS)


def costs(frames: int, *, nearest: list[int]) -> np.ndarray:
    """Codes in the order of `nearest`, in every frame."""
    row = np.zeros(5, np.float32)
    row[nearest] = np.arange(5)
    return np.tile(row, (frames, 1))


def said(codes: list[int], letters: list[tuple[int, int]], nearest: tuple[int, ...] = (0, 1, 2, 3, 4)) -> list[int]:
    return to_say(
        UnitRuns.of_codes(np.array(codes)), costs(len(codes), nearest=list(nearest)), letters, KNOWN
    ).units.tolist()


def test_what_was_heard_well_stays() -> None:
    assert said([0, 0, 2, 3, 4], [(1, 0), (2, 2), (2, 3)]) == [0, 2, 3, 4]


def test_what_was_misheard_becomes_the_nearest_code_of_its_letter() -> None:
    assert said([0, 0, 0, 2], [(2, 1), (2, 3)], nearest=(0, 3, 2, 1, 4)) == [3, 2]
    assert said([2, 4, 4], [(1, 0)], nearest=(2, 1, 0, 3, 4)) == [1, 4]


def test_each_letter_of_a_run_is_told_apart() -> None:
    assert said([0, 0, 0], [(1, 0), (2, 2)]) == [0, 2]
    assert said([2, 2, 0, 0], [(1, 1), (2, 1), (1, 3)], nearest=(2, 1, 0, 3, 4)) == [1, 2, 0]


def test_a_letter_found_in_a_long_silence_does_not_fill_it() -> None:
    assert said([4] * 12, [(2, 8)]) == [4, 2]
    assert said([4] * 20, [(2, 8)]) == [4, 2, 4]


def test_a_silent_letter_corrects_nothing() -> None:
    assert said([4, 4, 2], [(3, 0), (2, 2)]) == [4, 2]


def test_runs_that_become_equal_are_one() -> None:
    runs = to_say(
        UnitRuns.of_codes(np.array([2, 2, 0, 2])), costs(4, nearest=[0, 2, 3, 1, 4]), [(2, 0), (2, 2), (2, 3)], KNOWN
    )
    assert runs.units.tolist() == [2]
    assert runs.durations.tolist() == [4]


@given(
    st.lists(st.integers(0, 4), min_size=1, max_size=30),
    st.lists(st.tuples(st.integers(1, 3), st.integers(0, 29)), max_size=20),
)
def test_length_and_silence_are_kept(codes: list[int], letters: list[tuple[int, int]]) -> None:
    letters = [(letter, min(frame, len(codes) - 1)) for letter, frame in letters]
    runs = UnitRuns.of_codes(np.array(codes))
    found = to_say(runs, costs(len(codes), nearest=[0, 1, 2, 3, 4]), letters, KNOWN)
    assert found.durations.sum() == len(codes)
    ends = np.cumsum(runs.durations)
    for end, length in zip(ends, runs.durations, strict=True):
        if not any(end - length <= frame < end for _, frame in letters):
            assert (found.codes()[end - length : end] == codes[end - 1]).all()


@pytest.mark.parametrize("letters", [[], [(1, 0)]])
def test_codes_that_nobody_knows_do_no_harm(letters: list[tuple[int, int]]) -> None:
    nothing = CodeLetters(np.zeros((5, 4), np.int64))
    runs = UnitRuns.of_codes(np.array([2, 2, 3]))
    assert to_say(runs, costs(3, nearest=[0, 1, 2, 3, 4]), letters, nothing).units.tolist() == [2, 3]
