"""The units to say a new language with: what the tokenizer misheard is not learnt as pronunciation.

The base pack's own corpora have them by phonemes (`trainer.tokenizer.label --aloud`). Of a new language only letters
are known: where the code under a letter seldom stands for it, the letter's own frames become the nearest code that
does, so that each letter is told apart from its neighbours. Knows nothing of sound or of the LM.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cslm_core.units import UnitRuns

__all__ = ["CodeLetters", "to_say"]

_PLAUSIBLE: Final = 0.3
"""The share of a code's letters from which on it stands for one."""
_OWN: Final = 0.5
"""The share of a letter that must be on codes of its own; one like a silent h has none and corrects nothing."""

_REACH: Final = 3
"""Frames that a letter lasts to either side of where it was found: 0.12 s."""


class CodeLetters:
    """Which letters the codes stand for: `counts` (codes, letters) is how often each was found on each."""

    def __init__(self, counts: NDArray[np.int64]) -> None:
        total = counts.sum(1, keepdims=True)
        self.plausible: NDArray[np.bool_] = counts >= np.maximum(1, _PLAUSIBLE * total)
        main = np.where(total[:, 0] > 0, counts.argmax(1), -1)
        self._codes: dict[int, NDArray[np.int64]] = {}
        for letter in range(counts.shape[1]):
            own = np.flatnonzero(main == letter)
            if len(own) and counts[own, letter].sum() >= _OWN * counts[:, letter].sum():
                self._codes[letter] = own

    def codes_of(self, letter: int) -> NDArray[np.int64]:
        """Codes that mostly stand for the letter; none where it has no codes of its own."""
        return self._codes.get(letter, np.zeros(0, np.int64))


def to_say(
    runs: UnitRuns, costs: NDArray[np.float32], letters: Sequence[tuple[int, int]], known: CodeLetters
) -> UnitRuns:
    """The runs with what was misheard put right.

    `costs` (frames, codes) says how far each code is from each frame, `letters` are (number, frame) of the text in its
    order; frames are those of the runs.
    """
    ends = np.cumsum(runs.durations)
    codes = runs.codes()
    frames = [frame for _, frame in letters]
    on = [min(int(np.searchsorted(ends, frame, side="right")), len(runs) - 1) for frame in frames]
    for place, (letter, frame) in enumerate(letters):
        number = on[place]
        own = known.codes_of(letter)
        if not len(own) or known.plausible[runs.units[number], letter]:
            continue
        # A letter has its run, or as much of it as the others there leave and as a letter is long.
        first = max(int(ends[number] - runs.durations[number]), frame - _REACH)
        last = min(int(ends[number]), frame + _REACH + 1)
        if place and on[place - 1] == number:
            first = max(first, (frames[place - 1] + frame + 1) // 2)
        if place + 1 < len(letters) and on[place + 1] == number:
            last = min(last, (frame + frames[place + 1] + 1) // 2)
        if last <= first:
            first, last = frame, frame + 1
        codes[first:last] = own[costs[first:last, own].sum(0).argmin()]
    return UnitRuns.of_codes(codes)
