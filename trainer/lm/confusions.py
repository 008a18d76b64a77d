"""What the tokenizer might have made of an utterance in another voice or room: units put in the place of others.

Measured (LAB.md): between an utterance and its noisy copy as another speaker, every second unit becomes another code of
the same phoneme and every tenth is of another phoneme, too many or missing. Drawing such changes anew each time an
utterance is learnt from costs nothing and never ends, where copies cost a pass of the encoder each. Knows nothing of
tasks or models.
"""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from trainer.tokenizer.label import Labeller

SAME, OTHER = 24, 16
"""How many codes can stand in for one: of its phoneme, and of others."""
DROPPED_OR_DOUBLED = 0.03
WITHIN, BEYOND = 0.5, 0.18
"""The largest shares that are changed within and beyond their phoneme: an unknown voice costs one in six."""


class Confusions:
    """For each code the nearest of its phoneme and the nearest of other phonemes, nearest first."""

    def __init__(self, same: list[list[int]], other: list[list[int]]) -> None:
        self._same, self._other = same, other

    @classmethod
    def of_tokenizer(cls, folder: Path) -> Confusions:
        """From the code book and the phoneme head of a packed tokenizer."""
        labeller = Labeller(folder)
        return cls.of_codes(labeller.tokenizer.quantiser.codebook.float().numpy(), labeller.phoneme_of)

    @classmethod
    def of_codes(cls, codebook: NDArray[np.float32], phonemes: NDArray[np.int64]) -> Confusions:
        """From vectors (codes, D) and the phoneme of each code (codes,)."""
        vectors = torch.from_numpy(codebook)
        order = torch.cdist(vectors, vectors).argsort(dim=1, stable=True).numpy()
        same, other = [], []
        for code, nearest in enumerate(order):
            alike = phonemes[nearest] == phonemes[code]
            same.append([int(c) for c in nearest[alike] if c != code][:SAME])
            other.append(nearest[~alike][:OTHER].tolist())
        return cls(same, other)

    def changed(self, unit: int, rng: random.Random, same: float, other: float) -> int:
        """`unit` or, with the probabilities `same` and `other`, a code in its place; near ones are likelier."""
        draw = rng.random()
        if draw < same and self._same[unit]:
            return _near(self._same[unit], rng)
        if same <= draw < same + other and self._other[unit]:
            return _near(self._other[unit], rng)
        return unit


def _near(codes: list[int], rng: random.Random) -> int:
    """The median is a fourth of the way down the list."""
    return codes[int(len(codes) * rng.random() ** 2)]


def disturb(units: list[int], rng: random.Random, confusions: Confusions | None = None) -> list[int]:
    """Some units dropped or doubled with a neighbour's: the tokenizer errs too. With `confusions` many are changed
    besides, how many is drawn once for the utterance: from none to `WITHIN` and `BEYOND`."""
    how_much = rng.random() if confusions else 0.0
    rate = DROPPED_OR_DOUBLED * (1 + how_much)
    out: list[int] = []
    for i, unit in enumerate(units):
        draw = rng.random()
        if draw < rate / 2:
            continue
        now = units[i - 1] if draw < rate and i else unit
        out.append(confusions.changed(now, rng, WITHIN * how_much, BEYOND * how_much) if confusions else now)
    return out or units
