"""Where to cut a long recording: at its pauses, by the probability of speech in each 32 ms. Knows nothing of files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["CHUNK_SECONDS", "CutLimits", "cut_at_pauses"]

CHUNK_SECONDS: Final = 512 / 16_000
_ON, _OFF = 0.5, 0.35


@dataclass(frozen=True)
class CutLimits:
    """Seconds: a pause that separates, the length of a piece, and the margin that is left around its speech."""

    pause: float = 0.5
    shortest: float = 0.8
    longest: float = 15.0
    margin: float = 0.2


def cut_at_pauses(probabilities: NDArray[np.float32], limits: CutLimits) -> list[tuple[float, float]]:
    """(start, end) in seconds of the pieces with speech, in order and not overlapping.

    What is longer than `longest` is cut where speech is least likely, in the second half of what is allowed.
    """
    pieces: list[tuple[int, int]] = []
    for start, end in _speech(probabilities, round(limits.pause / CHUNK_SECONDS)):
        pieces += _shortened(probabilities, start, end, max(2, int(limits.longest / CHUNK_SECONDS)))
    margin = round(limits.margin / CHUNK_SECONDS)
    found: list[tuple[float, float]] = []
    for number, (start, end) in enumerate(pieces):
        if (end - start) * CHUNK_SECONDS < limits.shortest:
            continue
        before = pieces[number - 1][1] if number else 0
        after = pieces[number + 1][0] if number + 1 < len(pieces) else len(probabilities)
        first = max(start - margin, (before + start + 1) // 2)
        last = min(end + margin, (end + after) // 2)
        found.append((first * CHUNK_SECONDS, last * CHUNK_SECONDS))
    return found


def _speech(probabilities: NDArray[np.float32], pause: int) -> list[tuple[int, int]]:
    """Stretches of chunks with speech; shorter pauses than `pause` chunks do not end one."""
    found: list[tuple[int, int]] = []
    start, quiet = None, 0
    for i, probability in enumerate(probabilities):
        if start is None:
            if probability >= _ON:
                start, quiet = i, 0
        elif probability < _OFF:
            quiet += 1
            if quiet >= max(1, pause):
                found.append((start, i + 1 - quiet))
                start = None
        else:
            quiet = 0
    if start is not None:
        found.append((start, len(probabilities) - quiet))
    return found


def _shortened(probabilities: NDArray[np.float32], start: int, end: int, longest: int) -> list[tuple[int, int]]:
    pieces = []
    while end - start > longest:
        middle = start + longest // 2
        cut = middle + int(probabilities[middle : start + longest].argmin())
        pieces.append((start, cut))
        start = cut
    return [*pieces, (start, end)]
