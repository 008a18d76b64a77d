"""Choosing the next token from logits: greedy or sampled, among those allowed, with a brake on repeated units.

Pure numpy, one generator per turn: the same seed and logits give the same tokens. Knows nothing of the grammar; what is
allowed comes as a mask. Units that sound alike are chosen together, then one of them. The brake is the repetition-aware
sampling of VALL-E 2: a unit that has come too often of late is drawn anew from the whole distribution.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["Sampler", "SamplingOptions"]

_GREEDY: Final = 1e-3
"""Below it the likeliest is all there is, and dividing by it would overflow."""
_HEAD: Final = 256
"""So many of the likeliest tokens are sorted first; they nearly always hold all of top-p."""


@dataclass(frozen=True)
class SamplingOptions:
    """How tokens are drawn. A temperature of 0 takes the likeliest, always."""

    temperature: float = 0.0
    top_p: float = 0.7
    unit_temperature: float | None = None
    """None: as `temperature`."""
    repeat_window: int = 20
    """How many of the last units are looked at."""
    repeat_limit: int = 5
    """A unit that has come so often within them is drawn anew; 0: never."""
    seed: int = 0

    def __post_init__(self) -> None:
        warm = self.unit_temperature if self.unit_temperature is not None else 0.0
        if not (0 <= self.temperature < math.inf and 0 <= warm < math.inf and 0 < self.top_p <= 1):
            raise ValueError("temperatures must be finite and not negative, and top-p must be in (0, 1]")
        if self.repeat_window < 1 or self.repeat_limit < 0:
            raise ValueError("the window of repetitions must be at least 1, its limit at least 0")
        if self.seed < 0:
            raise ValueError("a seed must not be negative")


class Sampler:
    """Draws the tokens of one turn."""

    def __init__(self, options: SamplingOptions, alike: NDArray[np.int32] | None = None) -> None:
        """`alike` (vocabulary,) gives the units that sound alike one number; None: each is one of its own."""
        self.options = options
        self._alike = alike
        self._random = np.random.default_rng(options.seed)
        self._recent: deque[int] = deque(maxlen=options.repeat_window)

    def pick(self, logits: NDArray[np.float32], allowed: NDArray[np.bool_], *, units: bool = False) -> int:
        """A token of those allowed, from logits (vocabulary,) and a mask of the same shape.

        `units` says that a unit is due (what ends the speech may be allowed with it). Logits that are not numbers count
        as impossible. Raises ValueError when nothing is allowed.
        """
        candidates = np.flatnonzero(allowed)
        if not len(candidates):
            raise ValueError("no token is allowed")
        scores = logits[candidates].astype(np.float64)
        scores[~np.isfinite(scores)] = -1e30
        options = self.options
        temperature = options.temperature
        if units and options.unit_temperature is not None:
            temperature = options.unit_temperature
        if not units:
            return int(candidates[self._draw(scores, temperature)])
        choice = int(candidates[self._draw_unit(candidates, scores, temperature)])
        if options.repeat_limit and self._recent.count(choice) >= options.repeat_limit:
            # As it is, without top-p: the usual nucleus may hold nothing but the unit that is stuck.
            choice = int(candidates[self._random.choice(len(scores), p=_softmax(scores))])
        self._recent.append(choice)
        return choice

    def forget_units(self) -> None:
        """A new piece of speech begins: what came before does not count as repetition."""
        self._recent.clear()

    def _draw_unit(self, candidates: NDArray[np.intp], scores: NDArray[np.float64], temperature: float) -> int:
        """First the sound, then which of its units.

        A sound that a hundred units stand for is rarely the likeliest by any one of them, however sure it is.
        """
        if self._alike is None:
            return self._draw(scores, temperature)
        alike = self._alike[candidates]
        sums = np.bincount(alike, _softmax(scores))
        sounds = np.flatnonzero(sums)
        sound = sounds[self._draw(np.log(sums[sounds]), temperature)]
        members = np.flatnonzero(alike == sound)
        return int(members[self._draw(scores[members], temperature)])

    def _draw(self, scores: NDArray[np.float64], temperature: float) -> int:
        if temperature < _GREEDY:
            return int(scores.argmax())
        probabilities = _softmax(scores / temperature)
        order = _largest(probabilities, min(_HEAD, len(probabilities)))
        if len(order) < len(probabilities) and probabilities[order].sum() < self.options.top_p:
            order = _largest(probabilities, len(probabilities))
        kept = probabilities[order]
        # The nucleus: as few as reach top-p, the one that crosses it included.
        count = int(np.searchsorted(np.cumsum(kept), self.options.top_p - 1e-12) + 1)
        kept = kept[:count]
        return int(order[self._random.choice(len(kept), p=kept / kept.sum())])


def _softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    weights = np.exp(scores - scores.max())
    return weights / weights.sum()


def _largest(values: NDArray[np.float64], count: int) -> NDArray[np.intp]:
    """Indices of the `count` largest values, largest first; ties by index, so that a seed decides alike everywhere."""
    chosen = np.arange(len(values)) if count >= len(values) else np.sort(np.argpartition(-values, count - 1)[:count])
    return chosen[np.argsort(-values[chosen], kind="stable")]
