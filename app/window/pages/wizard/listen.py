"""Hearing a sound, or a part of a sound file, through the loudspeaker of the program. Knows nothing of why."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
import soundfile
import soxr
from PySide6.QtCore import QCoreApplication

from app.store.sounds import Sound
from app.window.context import Context
from cslm_core.audio import LISTEN_RATE, MAX_SECONDS, Pcm, check_pcm, read_audio

__all__ = ["hear", "hear_sound"]

_RATE: Final = 24_000
_STREAMS: Final = itertools.count(1 << 40)
"""Numbers that no session uses: it counts from 1."""


def hear(
    context: Context, path: Path, failed: Callable[[str], None], start: float = 0.0, end: float | None = None
) -> None:
    """Play seconds `start` to `end` of a file, two minutes of them at most, in place of whatever is playing; `failed`
    gets a sentence."""
    seconds = MAX_SECONDS if end is None else min(MAX_SECONDS, end - start)
    hear_sound(context, lambda: _part(path, start, seconds), failed)


def _part(path: Path, start: float, seconds: float) -> Sound:
    """A part of a file however long that is: libsndfile reads no more than it needs. Raises AudioError."""
    try:
        with soundfile.SoundFile(path) as file:
            rate = int(file.samplerate)
            file.seek(min(file.frames, round(start * rate)))
            pcm = file.read(round(seconds * rate), dtype="float32", always_2d=True).mean(axis=1)
        return check_pcm(pcm, rate=rate, name=str(path)), rate
    except soundfile.LibsndfileError:  # a format of others, or none at all
        pcm = read_audio(path, max_seconds=None)[round(start * LISTEN_RATE) :]
        return pcm[: round(seconds * LISTEN_RATE)], LISTEN_RATE


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
