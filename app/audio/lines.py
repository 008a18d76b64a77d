"""An open device as the rest of the program sees it: rings, a rate, a latency, and when its callback last ran.

The callback's work (`hear`, `give`) is here, so that simulated devices do exactly what real ones do. Knows nothing of
PortAudio and of what is said.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import soxr

from app.audio.events import DeviceKind
from app.audio.ring import Block, Ring
from cslm_core.audio import Pcm

__all__ = ["Backend", "Converter", "Device", "Line", "Mixer", "Place"]

_RING_SECONDS: Final = 4.0


@dataclass(frozen=True, slots=True)
class Device:
    """A device of the system, to be chosen by its name."""

    kind: DeviceKind
    name: str
    rate: int
    """Its native rate in Hz."""
    channels: int
    default: bool = False
    index: int = -1
    """What the backend calls it, until the next scan."""
    offered: bool = True
    """Others are used only where the settings name them."""
    also: tuple[str, ...] = ()
    """Other names under which settings may know it."""


class Place(Protocol):
    """Where a sound server lets a line be heard: it moves streams, and can be asked to. Returns at once."""

    def where(self) -> Device | None:
        """The device it is at, or is about to be at; None: at nothing that is one."""

    def go(self, device: Device) -> None:
        """Ask for another device; nothing is closed."""

    def leave(self) -> None:
        """Where it is was our wish: from now on it is where the server has such streams."""


class Line:
    """One open device. A callback writes (`hear`) or reads (`give`); one other thread has the rings' other ends."""

    def __init__(self, device: Device, *, rate: int, channels: int, latency: float) -> None:
        self.device = device
        self.rate = rate
        self.channels = channels
        self.latency = latency
        """Seconds between the callback and the air, either way."""
        size = round(_RING_SECONDS * rate)
        self.ring = Ring(size, channels if device.kind == "microphone" else 1)
        """Microphone: what was heard. Loudspeaker: what is to be played, mono."""
        self.played = Ring(size)
        """Loudspeaker: what was really played, silence counted, mono."""
        self.block = 0
        """Samples of the last callback."""
        self.total = 0
        """Samples of all callbacks, silence counted."""
        self.called = float("-inf")
        """When the callback last ran, `time.monotonic()` seconds."""
        self.sounded: tuple[int, float] | None = None
        """Loudspeaker: the count in `ring` and the time of the last callback that had something to play."""
        self.broken = False
        """Set by the backend: the callback will not come again."""
        self.place: Place | None = None
        """Set by the backend where a server may move it. `device` is where it was when anybody last asked."""
        self._close: Callable[[], None] | None = None

    def attach(self, close: Callable[[], None]) -> None:
        """What closes the device."""
        self._close = close

    def hear(self, block: Block, now: float) -> None:
        """The microphone's callback: `block` (n, channels) came in."""
        self.ring.write(block)
        self.block = len(block)
        self.total += len(block)
        self.called = now

    def give(self, out: Block, now: float) -> None:
        """The loudspeaker's callback: fill `out` (n, channels)."""
        start = self.ring.consumed
        given = self.ring.read_into(out[:, :1])
        out[given:, 0] = 0.0
        out[:, 1:2] = out[:, :1]
        out[:, 2:] = 0.0
        self.played.write(out[:, :1])
        self.block = len(out)
        self.total += len(out)
        self.called = now
        if given:
            self.sounded = (start, now)

    def heard(self, now: float) -> float:
        """Loudspeaker: how many samples of `ring` have left it by `now` (latency counted off)."""
        if self.sounded is None:
            return 0.0
        start, when = self.sounded
        return min(max(0.0, start + (now - when - self.latency) * self.rate), float(self.ring.consumed))

    def close(self) -> None:
        self.broken = True
        close, self._close = self._close, None
        if close is not None:
            close()


class Backend(Protocol):
    """The system's sound, real or simulated. Used by one thread."""

    def now(self) -> float:
        """`time.monotonic()` seconds."""

    def devices(self) -> list[Device]:
        """The devices as of the last scan. Raises AudioError when the system has no sound at all."""

    def rescan(self) -> None:
        """Look anew what is there. No line may be open. Raises AudioError when the system's sound cannot be used."""

    def changed(self) -> bool:
        """Whether a device may have come or gone since the last scan; cheap."""

    def live(self) -> bool:
        """Whether `devices` is up to date without a scan."""

    def open(self, device: Device) -> Line:
        """Raises AudioError, which names the device."""

    def close(self) -> None:
        """Stop looking at the system. The lines are closed already."""


class Converter:
    """A stream of mono sound at one rate made one at another rate."""

    def __init__(self, from_rate: int, to_rate: int) -> None:
        self._stream = None
        if from_rate != to_rate:
            self._stream = soxr.ResampleStream(from_rate, to_rate, 1, dtype="float32", quality="HQ")

    def push(self, pcm: Pcm, last: bool = False) -> Pcm:
        """Samples (n,) in; those that have become certain out. `last`: nothing follows, all come out."""
        if self._stream is None:
            return pcm
        return np.asarray(self._stream.resample_chunk(np.ascontiguousarray(pcm), last=last), np.float32).reshape(-1)


class Mixer:
    """A device's channels made one: their mean, or the loudest where they cancel each other out or one is dead."""

    def __init__(self, channels: int) -> None:
        self._power = np.zeros(channels)
        self._mean = 0.0

    def push(self, block: Block) -> Pcm:
        """(n, channels) -> (n,)"""
        if block.shape[1] == 1 or not len(block):
            return block[:, 0]
        mono = block.mean(axis=1)
        forget = 0.5 ** (len(block) / 48_000)
        self._power = forget * self._power + (1 - forget) * np.square(block).mean(axis=0)
        self._mean = forget * self._mean + (1 - forget) * float(np.square(mono).mean())
        loudest = int(self._power.argmax())
        if self._mean < 0.3 * self._power[loudest]:
            return block[:, loudest]
        return mono
