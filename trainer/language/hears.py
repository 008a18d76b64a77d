"""What the units of a new language are heard as: the base pack's classes, told further apart where the language does.

A base pack may hear all codes of a phoneme as one (`cslm_core/lm/layout.py`). Another language may need to tell some of
those apart, as Spanish does r and rr. Letters that are found on the codes in the language's own speech show which.
Knows nothing of sound or of the LM's weights.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["BASE", "majorities", "told_apart"]

BASE: Final = -1
"""A unit that is heard as the base pack hears it."""
_SURE: Final = 3
"""Letters that a code must have been found under before it counts for one of them."""
_LEAST, _SHARE, _MOST = 40, 0.04, 400
"""How often a letter must be found in a class, and in which share of it, to be told apart; the most that are."""


def told_apart(heard: Sequence[int], counts: NDArray[np.int64]) -> list[int]:
    """For each unit `BASE`, or the number of a class of its own that it falls into, from 0 on.

    `heard` is the id as which the base pack hears each unit, `counts` (units, letters) how often each letter
    was found on it. The commonest letter of a class
    of the base stays in it; another one that is common too takes the codes with it that mostly stand for it.
    """
    letter = np.where(counts.sum(1) >= _SURE, counts.argmax(1), -1)
    groups: Counter[tuple[int, int]] = Counter()
    whole: Counter[int] = Counter()
    for unit, own in enumerate(letter.tolist()):
        if own >= 0:
            count = int(counts[unit].sum())
            groups[heard[unit], own] += count
            whole[heard[unit]] += count
    main = {base: max((n, -own) for (b, own), n in groups.items() if b == base)[1] for base in whole}
    apart = [
        (base, own)
        for (base, own), count in sorted(groups.items(), key=lambda item: (-item[1], item[0]))
        if own != -main[base] and count >= _LEAST and count >= _SHARE * whole[base]
    ][:_MOST]
    number = {group: n for n, group in enumerate(apart)}
    return [number.get((heard[unit], own), BASE) for unit, own in enumerate(letter.tolist())]


def majorities(now: Sequence[int], before: Sequence[int]) -> dict[int, int]:
    """For each class of `now` the class of `before`, both as `told_apart` has them, that most of its units were in;
    those that were heard as the base hears them are left out."""
    votes: dict[int, Counter[int]] = {}
    for number, old in zip(now, before, strict=False):
        if number != BASE:
            votes.setdefault(number, Counter())[old] += 1
    found = {number: max(own, key=lambda old: (own[old], old)) for number, own in votes.items()}
    return {number: old for number, old in found.items() if old != BASE}
