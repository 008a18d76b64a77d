"""Merged speech units: what the joint LM reads and writes. Knows nothing of models."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CODE_RATE = 25
CODE_COUNT = 4096


@dataclass(frozen=True)
class UnitRuns:
    """Runs of equal codes: `units` (N,) int32 in [0, CODE_COUNT), `durations` (N,) int32 in frames of 1/CODE_RATE s."""

    units: NDArray[np.int32]
    durations: NDArray[np.int32]

    def __post_init__(self) -> None:
        if self.units.shape != self.durations.shape or self.units.ndim != 1:
            raise ValueError(f"units {self.units.shape} and durations {self.durations.shape} must be equal vectors")

    def __len__(self) -> int:
        return len(self.units)

    @property
    def seconds(self) -> float:
        return float(self.durations.sum()) / CODE_RATE

    @staticmethod
    def empty() -> UnitRuns:
        return UnitRuns(np.zeros(0, np.int32), np.zeros(0, np.int32))

    @staticmethod
    def of_codes(codes: NDArray[np.integer]) -> UnitRuns:
        """Merge a code sequence (T,) into runs (paper: runs of one code are merged before the LM sees them)."""
        if len(codes) == 0:
            return UnitRuns.empty()
        starts = np.flatnonzero(np.r_[True, codes[1:] != codes[:-1]])
        durations = np.diff(np.r_[starts, len(codes)])
        return UnitRuns(codes[starts].astype(np.int32), durations.astype(np.int32))

    def codes(self) -> NDArray[np.int32]:
        """The code sequence (T,) that these runs were merged from."""
        return np.repeat(self.units, self.durations)

    def __add__(self, other: UnitRuns) -> UnitRuns:
        return UnitRuns.of_codes(np.concatenate([self.codes(), other.codes()]))
