"""The small waveforms beside the chunks: read from the stored sound in the background, kept for the turns last shown.

Knows nothing of painting.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.store.model import Turn
from app.window.background import Background
from cslm_core.audio import Pcm

__all__ = ["Bars", "Waveforms", "bar_count", "chunk_bars"]

Bars: TypeAlias = tuple[float, ...]
_KEPT: Final = 400

SoundOf: TypeAlias = Callable[[int], "tuple[Pcm, int] | None"]


def bar_count(seconds: float) -> int:
    """Bars for so much speech: longer speech has a longer mark, within reason."""
    return max(4, min(22, round(seconds * 6)))


def chunk_bars(pcm: Pcm, rate: int, spans: Sequence[tuple[float, float]]) -> tuple[Bars, ...]:
    """For each (start, seconds) of `pcm` (n,) the heights of its bars, 0 to 1: the loudest bar of all is 1."""
    made: list[list[float]] = []
    for start, seconds in spans:
        piece = pcm[round(start * rate) : round((start + seconds) * rate)]
        parts = np.array_split(piece, bar_count(seconds)) if piece.size else []
        made.append([float(np.sqrt(np.mean(np.square(part)))) if part.size else 0.0 for part in parts])
    top = max((bar for bars in made for bar in bars), default=0.0)
    return tuple(tuple((bar / top) ** 0.8 if top > 0 else 0.0 for bar in bars) for bars in made)


class _Kept(NamedTuple):
    """Bars, and of what they were made: the places of the chunks, and whether the turn was over."""

    made_of: tuple[bool, tuple[tuple[float, float], ...]]
    bars: tuple[Bars, ...]


class Waveforms(QObject):
    """`of(turn)` gives what is there and fetches what is not; then `ready` comes with the turn's number."""

    ready = Signal(int)

    def __init__(self, sound_of: SoundOf, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sound_of = sound_of
        self._background = background
        self._kept: OrderedDict[int, _Kept] = OrderedDict()
        self._fetching: set[int] = set()

    def of(self, turn: Turn) -> tuple[Bars, ...]:
        """Bars by chunk; fewer, or none, while they are not known."""
        spans = tuple((chunk.start, chunk.seconds) for chunk in turn.chunks)
        if not any(seconds for _, seconds in spans):
            return ()
        number = turn.id
        made_of = (turn.state not in ("listening", "thinking", "speaking"), spans)
        kept = self._kept.get(number)
        if kept is not None:
            self._kept.move_to_end(number)
        if (kept is None or kept.made_of != made_of) and number not in self._fetching:
            self._fetching.add(number)

            def fetch() -> tuple[Bars, ...]:
                sound = self._sound_of(number)
                return () if sound is None else chunk_bars(sound[0], sound[1], spans)

            def done(bars: tuple[Bars, ...]) -> None:
                self._fetching.discard(number)
                self._kept[number] = _Kept(made_of, bars)
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
                self.ready.emit(number)

            self._background.run(fetch, done, lambda _sentence: done(()))
        return kept.bars if kept is not None else ()
