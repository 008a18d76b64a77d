"""A microphone and a loudspeaker without a sound card: for screenshots on machines that have none.

Sound files are spoken into the microphone, which hears a quiet echo of the loudspeaker, too; time is the real one. The
room above it works as with real devices. Knows nothing of windows.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import Final

import numpy as np

from app.audio.lines import Device, Line
from cslm_core.audio import LISTEN_RATE, Pcm, resample

__all__ = ["Studio"]

_RATE: Final = 48_000
_BLOCK: Final = 480
_ECHO: Final = 0.02
_ECHO_BLOCKS: Final = 8
_NOISE: Final = 0.0004
_BEHIND: Final = 0.5
"""Seconds after which lost time is given up, on a machine that is too busy."""


class Studio:
    """A `Backend`."""

    def __init__(self) -> None:
        self._lines: dict[str, Line] = {}
        self._speech: deque[Pcm] = deque()
        self._echo: deque[Pcm] = deque([np.zeros(_BLOCK, np.float32)] * _ECHO_BLOCKS)
        self._random = np.random.default_rng(1)
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="studio", daemon=True)
        self._thread.start()

    def say(self, pcm16k: Pcm) -> None:
        """Speak into the microphone from now on; 16 kHz (n,)."""
        sound = resample(pcm16k, LISTEN_RATE, _RATE)
        sound = np.pad(sound, (0, -sound.size % _BLOCK))
        with self._lock:
            self._speech.extend(sound.reshape(-1, _BLOCK))

    def close(self) -> None:
        self._closed.set()
        self._thread.join()

    # Backend

    def now(self) -> float:
        return time.monotonic()

    def devices(self) -> list[Device]:
        return [
            Device("microphone", "Studio microphone", _RATE, 1, True, 0),
            Device("loudspeaker", "Studio loudspeaker", _RATE, 1, True, 1),
        ]

    def rescan(self) -> None:
        """There is nothing else."""

    def changed(self) -> bool:
        return False

    def live(self) -> bool:
        return False

    def open(self, device: Device) -> Line:
        line = Line(device, rate=_RATE, channels=1, latency=0.02)
        line.attach(lambda: self._let_go(device.kind))
        with self._lock:
            self._lines[device.kind] = line
        return line

    def _let_go(self, kind: str) -> None:
        with self._lock:
            self._lines.pop(kind, None)

    def _run(self) -> None:
        due = time.monotonic()
        while not self._closed.wait(max(0.0, due - time.monotonic())):
            now = time.monotonic()
            due = max(due, now - _BEHIND) + _BLOCK / _RATE
            with self._lock:
                self._tick(now)

    def _tick(self, now: float) -> None:
        """10 ms pass."""
        out = np.zeros((_BLOCK, 1), np.float32)
        loudspeaker, microphone = self._lines.get("loudspeaker"), self._lines.get("microphone")
        if loudspeaker is not None:
            loudspeaker.give(out, now)
        self._echo.append(out[:, 0] * np.float32(_ECHO))
        heard = self._echo.popleft() + self._random.standard_normal(_BLOCK).astype(np.float32) * np.float32(_NOISE)
        if microphone is not None:
            if self._speech:
                heard = heard + self._speech.popleft()
            microphone.hear(heard[:, None], now)
