"""Windows over speech: every step is kept exactly once, and no window is longer than a core and its contexts."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from cslm_core.tokenizer.windows import CONTEXT_SECONDS, CORE_SECONDS, Window, next_window

LENGTHS = st.integers(0, 60)
RATES = st.integers(1, 3)


def cut(arrivals: list[int], rate: int) -> list[Window]:
    """All windows of an input that arrives in pieces of these lengths."""
    windows, position, available = [], 0, 0
    for number, piece in enumerate([*arrivals, 0]):
        available += piece
        last = number == len(arrivals)
        while (window := next_window(position, available, rate, last=last)) is not None:
            assert window.end <= available
            windows.append(window)
            position = window.keep_end
    return windows


def cut_at_once(length: int, rate: int) -> list[Window]:
    """All windows of an input that is whole from the start."""
    windows: list[Window] = []
    while (window := next_window(windows[-1].keep_end if windows else 0, length, rate, last=True)) is not None:
        windows.append(window)
    return windows


@given(st.lists(LENGTHS, max_size=8), RATES)
def test_windows_tile_the_input_once(arrivals: list[int], rate: int) -> None:
    windows = cut(arrivals, rate)
    edges = [0, *(w.keep_end for w in windows)]
    assert [w.keep_start for w in windows] == edges[:-1]
    assert edges[-1] == sum(arrivals)
    assert all(a < b for a, b in pairwise(edges))


@given(st.lists(LENGTHS, max_size=8), RATES)
def test_windows_are_bounded_and_have_context(arrivals: list[int], rate: int) -> None:
    windows = cut(arrivals, rate)
    core, context = CORE_SECONDS * rate, CONTEXT_SECONDS * rate
    for window in windows:
        assert window.start == max(0, window.keep_start - context)
        assert window.end - window.start <= core + 2 * context
    for window in windows[:-1]:
        assert window.keep_end - window.keep_start == core
        assert window.end == window.keep_end + context


@given(st.lists(LENGTHS, max_size=8), RATES)
def test_arrival_changes_no_window(arrivals: list[int], rate: int) -> None:
    assert cut(arrivals, rate) == cut([sum(arrivals)], rate) == cut_at_once(sum(arrivals), rate)


def test_a_question_of_seven_seconds_is_one_window() -> None:
    assert cut([350], 50) == [Window(0, 350, 0, 350)]
    assert len(cut([351], 50)) == 2
