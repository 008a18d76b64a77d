"""A recording of the microphone as it is: before cancelling, suppression and gain, 16 kHz.

Knows nothing of devices and of what is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from app.audio.echo import FLOOR_DBFS, Clean
from app.audio.lines import Line
from app.audio.listening import SpeechEvent
from app.audio.ring import FRAME_SECONDS
from cslm_core.audio import Pcm

if TYPE_CHECKING:
    from app.audio.hearing import Ear

__all__ = ["Recording"]

_LONGEST: Final = 120.0
"""Seconds after which a forgotten recording takes no more memory."""


class Recording:
    """A recording that is under way: fed by the room's thread (`Tap`), looked at by another one."""

    def __init__(self) -> None:
        self.problem = ""
        """Why there is no recording; a sentence."""
        self._frames: list[Pcm] = []
        self._loudest = FLOOR_DBFS

    def begin(self, ear: Ear | None, microphone: Line | None, now: float) -> list[SpeechEvent]:
        """In the room's thread: take every frame of `ear` from now on. A turn that had begun is dropped."""
        if ear is None or microphone is None:
            self.problem = "There is no microphone to record with; plug one in and unmute it."
            return []
        if ear.tap is not None:
            self.problem = "The microphone is in use by a measurement; wait a few seconds and try again."
            return []
        ear.tap = self
        return ear.listener.drop(now)

    def end(self, ear: Ear | None) -> None:
        """In the room's thread: let the conversation listen again."""
        if ear is not None and ear.tap is self:
            ear.tap = None

    def frame(self, raw: Pcm, clean: Clean, render: Pcm | None) -> None:
        if self.seconds < _LONGEST:
            self._frames.append(raw)
            self._loudest = max(self._loudest, clean.raw_dbfs)

    @property
    def seconds(self) -> float:
        """How much there is so far."""
        return len(self._frames) * FRAME_SECONDS

    def level(self) -> float:
        """dBFS of the loudest frame since it was asked last, -100 where there was none."""
        level, self._loudest = self._loudest, FLOOR_DBFS
        return level

    def pcm(self) -> Pcm:
        """All that was recorded so far, 16 kHz (n,)."""
        return np.concatenate(self._frames) if self._frames else np.zeros(0, np.float32)
