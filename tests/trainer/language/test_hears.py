"""Which codes a new language is heard to tell apart."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from trainer.language.hears import BASE, told_apart

R, RR, T = 1, 2, 3


def test_codes_of_one_class_that_stand_for_two_letters() -> None:
    counts = np.zeros((6, 4), np.int64)
    for code, letter, times in ((0, R, 100), (1, R, 30), (2, RR, 60), (2, R, 5), (3, RR, 2), (4, T, 80), (5, T, 80)):
        counts[code, letter] = times
    heard = [10, 10, 10, 10, 20, 20]
    # Code 3 was hardly found, and the other class has one letter.
    assert told_apart(heard, counts) == [BASE, BASE, 0, BASE, BASE, BASE]


def test_a_rare_letter_stays_in_its_class() -> None:
    counts = np.array([[0, 2000, 0], [0, 0, 50]])
    assert told_apart([10, 10], counts) == [BASE, BASE]
    counts[1, RR] = 500
    assert told_apart([10, 10], counts) == [BASE, 0]
    assert told_apart([10, 11], counts) == [BASE, BASE]  # the base tells them apart itself


def test_nothing_was_found() -> None:
    assert told_apart([1, 2, 2], np.zeros((3, 5), np.int64)) == [BASE] * 3


@given(
    arrays(np.int64, (12, 4), elements=st.integers(0, 300)),
    st.lists(st.integers(100, 103), min_size=12, max_size=12),
)
def test_classes_are_numbered_without_gaps_and_lie_within_one_of_the_base(counts: np.ndarray, heard: list[int]) -> None:
    found = told_apart(heard, counts)
    assert len(found) == 12
    assert sorted(set(found) - {BASE}) == list(range(max(found) + 1))
    for number in set(found) - {BASE}:
        assert len({heard[unit] for unit, own in enumerate(found) if own == number}) == 1
    for base in set(heard):  # some of every class stay in it, so that the base's own id is still heard
        own = [found[unit] for unit in range(12) if heard[unit] == base]
        assert BASE in own or not counts[[u for u in range(12) if heard[u] == base]].any()
