"""The small waveforms beside the chunks: read from the stored sound in the background, kept for the turns last shown.

Knows nothing of painting.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.store.model import Turn
from app.window.background import Background
from cslm_core.audio import Pcm

__all__ = ["Bars", "Waveforms", "bar_count", "chunk_bars"]

Bars: TypeAlias = tuple[float, ...]
_KEPT: Final = 400
_AGAIN: Final = 20.0
"""Seconds until a turn without sound is looked at again."""

SoundOf: TypeAlias = Callable[[int], "tuple[Pcm, int] | None"]


def bar_count(seconds: float) -> int:
    """Bars for so much speech: longer speech has a longer mark, within reason."""
    return max(4, min(22, round(seconds * 6)))


def chunk_bars(pcm: Pcm, rate: int, spans: Sequence[tuple[float, float]]) -> tuple[Bars, ...]:
    """For each (start, seconds) of `pcm` (n,) the heights of its bars, 0 to 1."""
    made: list[Bars] = []
    top = float(np.max(np.abs(pcm))) if pcm.size else 0.0
    for start, seconds in spans:
        piece = np.abs(pcm[round(start * rate) : round((start + seconds) * rate)])
        if not piece.size or top <= 0:
            made.append(())
            continue
        parts = np.array_split(piece, bar_count(seconds))
        made.append(tuple(float(np.sqrt(np.mean(part**2)) / top) ** 0.6 if part.size else 0.0 for part in parts))
    return tuple(made)


class Waveforms(QObject):
    """`of(turn)` gives what is there and fetches what is not; then `ready` comes with the turn's number."""

    ready = Signal(int)

    def __init__(self, sound_of: SoundOf, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sound_of = sound_of
        self._background = background
        self._bars: OrderedDict[int, tuple[tuple[tuple[float, float], ...], tuple[Bars, ...], float]] = OrderedDict()
        self._wanted: set[int] = set()

    def of(self, turn: Turn) -> tuple[Bars, ...]:
        """Bars by chunk; empty while they are not known."""
        if turn.state in ("listening", "thinking", "speaking"):
            return ()
        spans = tuple((chunk.start, chunk.seconds) for chunk in turn.chunks)
        if not any(seconds for _, seconds in spans):
            return ()
        kept = self._bars.get(turn.id)
        if kept is not None and kept[0] == spans and (kept[1] or time.monotonic() < kept[2]):
            self._bars.move_to_end(turn.id)
            return kept[1]
        if turn.id not in self._wanted:
            self._wanted.add(turn.id)
            number = turn.id

            def fetch() -> tuple[Bars, ...]:
                sound = self._sound_of(number)
                return () if sound is None else chunk_bars(sound[0], sound[1], spans)

            def done(bars: tuple[Bars, ...]) -> None:
                self._wanted.discard(number)
                self._bars[number] = (spans, bars, time.monotonic() + _AGAIN)
                while len(self._bars) > _KEPT:
                    self._bars.popitem(last=False)
                if bars:
                    self.ready.emit(number)

            self._background.run(fetch, done, lambda _sentence: done(()))
        return ()
