"""Sound between a device's callback and the processing thread: a ring for one writer and one reader, exact frames.

No lock: each side moves only its own counter, and integers are replaced whole. Knows nothing of devices, rates or time.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from cslm_core.audio import Pcm

__all__ = ["FRAME", "FRAME_SECONDS", "Block", "Framer", "Ring", "Tape"]

FRAME_SECONDS: Final = 0.01
FRAME: Final = 160
"""Samples of one frame of 10 ms at 16 kHz."""

Block = npt.NDArray[np.float32]
"""Samples of a device, shape (n, channels)."""


class Ring:
    """Up to `capacity` samples of `channels` channels, float32. One thread writes, another one reads."""

    def __init__(self, capacity: int, channels: int = 1) -> None:
        self._data = np.zeros((capacity, channels), np.float32)
        self._written = 0
        self._read = 0
        self.lost = 0
        """Samples that were not taken because nobody read."""

    @property
    def channels(self) -> int:
        return self._data.shape[1]

    @property
    def written(self) -> int:
        """Samples written since the beginning; `take_back` counts backwards."""
        return max(self._written, self._read)

    @property
    def consumed(self) -> int:
        """Samples read since the beginning."""
        return self._read

    @property
    def readable(self) -> int:
        return max(0, self._written - self._read)

    @property
    def writable(self) -> int:
        return len(self._data) - self.readable

    def write(self, block: Block) -> int:
        """Writer: append (n, channels); what does not fit is lost. The number of samples taken."""
        start = self.written
        taken = min(len(block), self.writable)
        at = start % len(self._data)
        first = min(taken, len(self._data) - at)
        self._data[at : at + first] = block[:first]
        self._data[: taken - first] = block[first:taken]
        self._written = start + taken  # after the samples: the reader never sees unwritten ones
        self.lost += len(block) - taken
        return taken

    def read_into(self, out: Block) -> int:
        """Reader: fill the beginning of `out` (n, channels). The number of samples given; the rest is untouched."""
        given = min(len(out), self.readable)
        at = self._read % len(self._data)
        first = min(given, len(self._data) - at)
        out[:first] = self._data[at : at + first]
        out[first:given] = self._data[: given - first]
        self._read += given
        return given

    def read(self, most: int | None = None) -> Block:
        """Reader: what is there, (n, channels), at most `most` samples."""
        out = np.empty((self.readable if most is None else min(most, self.readable), self.channels), np.float32)
        return out[: self.read_into(out)]

    def take_back(self, keep: int) -> int:
        """Writer: forget all but the next `keep` samples. The number of samples that will not be read.

        `keep` must be more than what the reader may take while this runs (one block of the device); if the reader is
        faster all the same, it has merely read a little more.
        """
        until = self._read + keep
        if until >= self._written:
            return 0
        dropped = self._written - until
        self._written = until
        return dropped


class Framer:
    """Cuts a stream of any pieces into frames of exactly `size` samples."""

    def __init__(self, size: int = FRAME) -> None:
        self._size = size
        self._rest: Pcm = np.zeros(0, np.float32)

    @property
    def pending(self) -> int:
        """Samples that wait for the rest of their frame."""
        return self._rest.size

    def push(self, pcm: Pcm) -> list[Pcm]:
        """Add samples (n,); the frames that are full now, each (size,)."""
        joined = np.concatenate([self._rest, pcm]) if self._rest.size else pcm
        full = joined.size // self._size * self._size
        self._rest = joined[full:].copy()
        return [joined[at : at + self._size] for at in range(0, full, self._size)]


class Tape:
    """Samples (n,) that only grow at the end, kept in one piece."""

    def __init__(self) -> None:
        self._data: Pcm = np.zeros(4096, np.float32)
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def append(self, pcm: Pcm) -> None:
        needed = self._length + pcm.size
        if needed > self._data.size:
            grown = np.zeros(max(needed, 2 * self._data.size), np.float32)
            grown[: self._length] = self._data[: self._length]
            self._data = grown
        self._data[self._length : needed] = pcm
        self._length = needed

    def slice(self, start: int, end: int) -> Pcm:
        """Samples from `start` to `end` (or to the end of what is there), a copy."""
        return self._data[start : min(end, self._length)].copy()
