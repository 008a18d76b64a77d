"""Hearing a sound, or a part of a sound file, through the loudspeaker of the program. Knows nothing of why."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
import soxr
from PySide6.QtCore import QCoreApplication

from app.store.sounds import Sound
from app.window.context import Context
from cslm_core.audio import LISTEN_RATE, Pcm, read_audio

__all__ = ["hear", "hear_sound"]

_RATE: Final = 24_000
_STREAMS: Final = itertools.count(1 << 40)
"""Numbers that no session uses: it counts from 1."""


def hear(
    context: Context, path: Path, failed: Callable[[str], None], start: float = 0.0, end: float | None = None
) -> None:
    """Play seconds `start` to `end` of a file, in place of whatever is playing; `failed` gets a sentence."""

    def read() -> Sound:
        pcm = read_audio(path)
        return pcm[round(start * LISTEN_RATE) : None if end is None else round(end * LISTEN_RATE)], LISTEN_RATE

    hear_sound(context, read, failed)


def hear_sound(context: Context, read: Callable[[], Sound], failed: Callable[[str], None]) -> None:
    """Play the samples (n,) and their rate that `read` gives in the background; CslmErrors of it go to `failed`."""

    def prepared() -> Pcm:
        pcm, rate = read()
        played: Pcm = np.asarray(soxr.resample(pcm, rate, _RATE), np.float32)
        return played

    def play(pcm: Pcm) -> None:
        room = context.room
        if room is None:
            failed(QCoreApplication.translate("Listen", "There is no loudspeaker; plug one in to hear it."))
            return
        stream = next(_STREAMS)
        room.play(stream, pcm)
        room.end(stream)

    context.background.run(prepared, play, failed)
