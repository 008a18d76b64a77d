"""The units to say a new language with: what the tokenizer misheard is not learnt as pronunciation.

The base pack's own corpora have them by phonemes (`trainer.tokenizer.label --aloud`). Of a new language only letters
are known: a run of a unit under which letters were found that its code hardly ever stands for was misheard, and becomes
the nearest code that does stand for one of them. Knows nothing of sound or of the LM.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cslm_core.units import UnitRuns

__all__ = ["CodeLetters", "to_say"]

_PLAUSIBLE: Final = 0.1
"""The share of a code's letters from which on it stands for one."""
_OWN: Final = 0.5
"""The share of a letter that must be on codes of its own; one like a silent h has none and corrects nothing."""


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

    def codes_of(self, letters: Sequence[int]) -> NDArray[np.int64]:
        """Codes that mostly stand for one of the letters; none for letters without codes of their own."""
        found = [self._codes[letter] for letter in letters if letter in self._codes]
        return np.concatenate(found) if found else np.zeros(0, np.int64)


def to_say(
    runs: UnitRuns, costs: NDArray[np.float32], letters: Sequence[tuple[int, int]], known: CodeLetters
) -> UnitRuns:
    """The runs with what was misheard put right.

    `costs` (frames, codes) says how far each code is from each frame, `letters` are (number, frame) of the text; frames
    are those of the runs.
    """
    ends = np.cumsum(runs.durations)
    found: list[list[int]] = [[] for _ in range(len(runs))]
    for letter, frame in letters:
        found[min(int(np.searchsorted(ends, frame, side="right")), len(runs) - 1)].append(letter)
    units = runs.units.copy()
    for number, own in enumerate(found):
        if not own or known.plausible[units[number], own].any():
            continue
        codes = known.codes_of(own)
        if len(codes):
            first, last = int(ends[number] - runs.durations[number]), int(ends[number])
            units[number] = codes[costs[first:last, codes].sum(0).argmin()]
    return UnitRuns.of_codes(np.repeat(units, runs.durations))
