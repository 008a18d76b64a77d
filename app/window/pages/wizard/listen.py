"""Hearing a sound file, or a part of one, through the loudspeaker of the program. Knows nothing of why."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
import soxr

from app.window.context import Context
from cslm_core.audio import LISTEN_RATE, Pcm, read_audio
from cslm_core.errors import CslmError

__all__ = ["hear"]

_RATE: Final = 24_000
_STREAMS: Final = itertools.count(1 << 40)
"""Numbers that no session uses: it counts from 1."""


def hear(
    context: Context, path: Path, failed: Callable[[str], None], start: float = 0.0, end: float | None = None
) -> None:
    """Play seconds `start` to `end` of a file, in place of whatever is playing; `failed` gets a sentence."""

    def read() -> Pcm:
        pcm = read_audio(path)
        piece = pcm[round(start * LISTEN_RATE) : None if end is None else round(end * LISTEN_RATE)]
        played: Pcm = np.asarray(soxr.resample(piece, LISTEN_RATE, _RATE), np.float32)
        return played

    def play(pcm: Pcm) -> None:
        room = context.room
        if room is None:
            failed(str(CslmError("There is no loudspeaker; plug one in to hear it.")))
            return
        stream = next(_STREAMS)
        room.play(stream, pcm)
        room.end(stream)

    context.background.run(read, play, failed)
