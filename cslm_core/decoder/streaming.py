"""Merged units in, 24 kHz speech out, piece by piece (paper, speech decoder; contract `DecoderStream`).

The work is done in blocks whose bounds depend on their place alone, never on how the units arrive: the same arithmetic
in the same shapes, hence bit for bit the same samples whether units come one by one or all at once. Caches are bounded.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from cslm_core.decoder.duration import DurationPredictor, DurationStream
from cslm_core.decoder.flow import Flow, FlowStream, place_in_run
from cslm_core.decoder.mel import SAMPLES_PER_UNIT
from cslm_core.decoder.vocoder import Vocoder, VocoderStream

SMALLEST_BLOCK = 2


def block_sizes(first: int, later: int) -> Iterator[int]:
    """Unit frames of each block: `first` fills the look-ahead, then small blocks (early sound), growing to `later`."""
    yield first
    size = 4
    while size < later:
        yield size
        size *= 2
    while True:
        yield later


class DecoderStream:
    """One utterance being spoken. `push` and `finish` give float32 samples in [-1, 1] at 24 kHz."""

    def __init__(
        self,
        duration: DurationPredictor,
        flow: Flow,
        vocoder: Vocoder,
        seed: int,
        *,
        steps: int,
        temperature: float,
        rate: float = 1.0,
        block: int = 16,
    ) -> None:
        self.begins: list[int] = []
        """The sample at which each unit whose duration is certain begins."""
        self.first_mel: float | None = None
        self._length = 0
        self._codes = flow.config.codes
        with torch.inference_mode():
            self._durations = DurationStream(duration, rate)
            self._flow = FlowStream(flow, seed, steps, temperature)
            self._vocoder = VocoderStream(vocoder)
        ahead = flow.config.lookahead + vocoder.config.lookahead
        self._sizes = block_sizes(-(-ahead // 4) + SMALLEST_BLOCK, block)
        self._size = next(self._sizes)
        self._frames: list[int] = []
        self._places: list[Tensor] = []
        self._finished = False

    def push(self, units: Iterable[int]) -> NDArray[np.float32]:
        """Further merged units, each in [0, codes) -> the samples (n,) that have become certain.

        Raises ValueError for a unit out of range and after `finish`.
        """
        wanted = [int(unit) for unit in units]
        self._check_open()
        if any(not 0 <= unit < self._codes for unit in wanted):
            raise ValueError(f"units must be in 0 ... {self._codes - 1}")
        pieces: list[Tensor] = []
        with torch.inference_mode():
            for unit in wanted:
                self._lengthen(self._durations.push(unit))
                pieces += self._blocks()
        return _samples(pieces)

    def push_runs(self, units: Iterable[int], durations: Iterable[int]) -> NDArray[np.float32]:
        """As `push`, with known durations in frames of 40 ms; for judging the flow apart from the predictor.

        One stream takes either units or runs, not both.
        """
        self._check_open()
        pieces: list[Tensor] = []
        with torch.inference_mode():
            for unit, frames in zip(units, durations, strict=True):
                self._lengthen([(int(unit), int(frames))])
                pieces += self._blocks()
        return _samples(pieces)

    def finish(self) -> NDArray[np.float32]:
        """All that is left; the stream takes no more units after this."""
        self._check_open()
        self._finished = True
        with torch.inference_mode():
            self._lengthen(self._durations.finish())
            pieces = list(self._blocks())
            codes, places = self._take(len(self._frames))
            mel = self._flow.finish(codes, places)
            self._note_mel()
            pieces.append(self._vocoder.finish(mel))
        return _samples(pieces)

    def _check_open(self) -> None:
        if self._finished:
            raise ValueError("this stream has been finished")

    def _lengthen(self, runs: list[tuple[int, int]]) -> None:
        """Queues the frames of runs."""
        for unit, frames in runs:
            self.begins.append(self._length * SAMPLES_PER_UNIT)
            self._length += frames
            self._frames += [unit] * frames
            self._places += place_in_run([frames]).unbind()

    def _take(self, count: int) -> tuple[Tensor, Tensor]:
        """Unqueues `count` frames: codes (1, count) and places (1, count, 2)."""
        codes, places = self._frames[:count], self._places[:count]
        del self._frames[:count]
        del self._places[:count]
        return torch.tensor([codes], dtype=torch.int64), torch.stack(places)[None] if places else torch.zeros(1, 0, 2)

    def _blocks(self) -> Iterator[Tensor]:
        """Works off whole blocks."""
        while len(self._frames) >= self._size:
            codes, places = self._take(self._size)
            self._size = next(self._sizes)
            mel = self._flow.push(codes, places)
            self._note_mel()
            yield self._vocoder.push(mel)

    def _note_mel(self) -> None:
        if self.first_mel is None:
            self.first_mel = time.perf_counter()


def _samples(pieces: list[Tensor]) -> NDArray[np.float32]:
    """Pieces joined, kept within what a sound card takes."""
    if not pieces:
        return np.zeros(0, np.float32)
    return torch.cat(pieces).clamp(-1.0, 1.0).numpy()
