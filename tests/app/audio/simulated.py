"""A room of numbers: a microphone and a loudspeaker on a virtual clock, air between them, and voices in it.

Devices call back in blocks, at their own rates, with latencies, as real ones do; the loudspeaker is mixed back into the
microphone with a delay and a gain. Nothing sleeps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from app.audio.audioroom import AudioRoom
from app.audio.events import DeviceKind, RoomEvent
from app.audio.lines import Backend, Device, Line
from app.settings.model import AudioSettings
from cslm_core.audio import Pcm, read_audio, resample
from cslm_core.errors import AudioError

QUESTIONS = Path(__file__).parents[3] / "assets" / "questions"
AIR = 48_000
"""The rate of the air."""
STEP = AIR // 100


def question(name: str, rate: int = 16_000) -> Pcm:
    """A recording of assets/questions, mono."""
    return read_audio(QUESTIONS / f"{name}.flac", rate=rate)


def loudness(pcm: Pcm) -> float:
    """RMS of the loud half of the 20 ms frames (n,), so that pauses do not count."""
    frames = np.square(pcm[: pcm.size // 320 * 320].reshape(-1, 320)).mean(axis=1)
    return float(np.sqrt(np.sort(frames)[frames.size // 2 :].mean()))


@dataclass
class _Socket:
    device: Device
    block: int
    latency: float
    line: Line | None = None
    start: int = 0
    """Air samples at which it was opened."""
    done: int = 0
    """Samples of the device that were exchanged."""
    frozen: bool = False
    refuses: bool = False
    gone: bool = False
    opened: int = 0


@dataclass
class Simulation:
    """A `Backend`. `advance` lets time pass; `voices` and `echo_gain` are what the microphone hears."""

    sockets: list[_Socket] = field(default_factory=list)
    echo_gain: float = 0.0
    echo_delay: float = 0.03
    """Seconds through the air."""
    reverb: Pcm | None = None
    noise: float = 0.0003
    server: bool = True

    def __post_init__(self) -> None:
        self.time = 1000.0
        self.air = 0
        """Samples of air so far."""
        self._voice = np.zeros(0, np.float32)
        self._speech = np.zeros(0, np.float32)
        self._speaker: list[Pcm] = []
        self._listed: list[_Socket] | None = None
        self._random = np.random.default_rng(1)
        self.scans = 0
        self._dirty = False

    # the world

    def add(
        self,
        kind: DeviceKind,
        name: str,
        rate: int = 48_000,
        channels: int = 1,
        *,
        default: bool = False,
        block: float = 0.01,
        latency: float = 0.03,
    ) -> _Socket:
        device = Device(kind, name, rate, channels, default, len(self.sockets))
        socket = _Socket(device, round(block * rate), latency)
        self.sockets.append(socket)
        self._dirty = True
        return socket

    def remove(self, socket: _Socket) -> None:
        socket.gone = True
        socket.line = None
        self._dirty = True

    def bring_back(self, socket: _Socket) -> None:
        socket.gone = False
        self._dirty = True

    def say(self, pcm16k: Pcm, gain: float = 1.0, at: float = 0.0) -> float:
        """Somebody speaks `at` seconds from now. The virtual time at which the first sample is in the air."""
        sound = resample(pcm16k, 16_000, AIR) * np.float32(gain)
        start = self.air + round(at * AIR)
        self._voice = _mixed(self._voice, start, sound)
        return 1000.0 + start / AIR

    @property
    def recorded(self) -> Pcm:
        """What the loudspeaker has put into the air so far, 48 kHz (n,)."""
        heard = self._speech
        return heard[: self.air] if heard.size >= self.air else np.pad(heard, (0, self.air - heard.size))

    def advance(self) -> None:
        """10 ms pass."""
        self.air += STEP
        self.time = 1000.0 + self.air / AIR
        for socket in self.sockets:
            line = socket.line
            if line is None or socket.frozen:
                continue
            while socket.done + socket.block <= (self.air - socket.start) * line.rate // AIR:
                socket.done += socket.block
                if line.device.kind == "microphone":
                    line.hear(self._hear(socket, line), self.time)
                else:
                    self._emit(socket, line)

    def _emit(self, socket: _Socket, line: Line) -> None:
        out = np.full((socket.block, line.channels), np.nan, np.float32)
        line.give(out, self.time)
        assert np.isfinite(out).all(), "the callback left samples unset"
        sound = resample(out[:, 0].copy(), line.rate, AIR)
        at = socket.start + socket.done * AIR // line.rate + round(socket.latency * AIR)
        self._speech = _mixed(self._speech, at, sound)

    def _hear(self, socket: _Socket, line: Line) -> Pcm:
        end = socket.start + socket.done * AIR // line.rate - round(socket.latency * AIR)
        start = end - round(socket.block * AIR / line.rate)
        sound = _cut(self._voice, start, end).astype(np.float32)
        if self.echo_gain:
            late = round(self.echo_delay * AIR)
            if self.reverb is None:
                sound += self.echo_gain * _cut(self._speech, start - late, end - late)
            else:
                before = self.reverb.size - 1
                wet = np.convolve(_cut(self._speech, start - late - before, end - late), self.reverb, mode="valid")
                sound += self.echo_gain * wet.astype(np.float32)
        sound += self._random.standard_normal(sound.size).astype(np.float32) * self.noise
        if line.rate != AIR:
            sound = (
                sound[(np.arange(socket.block) * AIR // line.rate)] if AIR % line.rate else sound[:: AIR // line.rate]
            )
        mono = sound[: socket.block]
        return np.repeat(mono[:, None], line.channels, axis=1)

    # Backend

    def now(self) -> float:
        return self.time

    def devices(self) -> list[Device]:
        if self._listed is None:
            self.rescan()
        assert self._listed is not None
        if not self.server:
            raise AudioError("The system has no sound devices; plug one in or start the audio server.")
        return [socket.device for socket in self._listed]

    def rescan(self) -> None:
        assert all(socket.line is None for socket in self.sockets), "a line is open"
        self.scans += 1
        self._dirty = False
        self._listed = [socket for socket in self.sockets if not socket.gone] if self.server else []

    def changed(self) -> bool:
        return self._dirty

    def live(self) -> bool:
        return False

    def close(self) -> None:
        pass

    def open(self, device: Device) -> Line:
        socket = self.sockets[device.index]
        socket.opened += 1
        if socket.gone or socket.refuses or not self.server:
            raise AudioError(f"The {device.kind} “{device.name}” cannot be opened; choose another one.")
        line = Line(device, rate=device.rate, channels=min(2, device.channels), latency=socket.latency)
        socket.line, socket.start, socket.done = line, self.air, 0

        def close() -> None:
            socket.line = None

        line.attach(close)
        return line


class Scene:
    """An AudioRoom in a simulation: runs time and keeps what was told."""

    def __init__(
        self, settings: AudioSettings | None = None, world: Simulation | None = None, backend: Backend | None = None
    ) -> None:
        """`backend`: what is between the room and the world, if anything is."""
        if world is None:
            world = Simulation()
            world.add("microphone", "Mic", default=True)
            world.add("loudspeaker", "Speaker", channels=2, default=True)
        self.world = world
        self.events: list[RoomEvent] = []
        self.react: Callable[[RoomEvent], None] = lambda event: None
        self.room = AudioRoom(settings, backend=backend or world, own_thread=False)
        self.hushed = 0.0
        """Seconds for which the loudspeaker waited for a voice."""
        self.room.start(self._heard)
        self.room.tick()

    def _heard(self, event: RoomEvent) -> None:
        self.events.append(event)
        self.react(event)

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds * 100)):
            self.world.advance()
            self.room.tick()
            ear = self.room._ear
            self.hushed += 0.01 if ear is not None and ear.listener.suspecting else 0.0

    def until(self, kind: type[RoomEvent] | tuple[type[RoomEvent], ...], seconds: float = 20.0) -> RoomEvent:
        """Run until an event of that kind comes."""
        seen = len(self.events)
        for _ in range(round(seconds * 100)):
            self.run(0.01)
            for event in self.events[seen:]:
                if isinstance(event, kind):
                    return event
            seen = len(self.events)
        raise AssertionError(f"no {kind} within {seconds} s; {self.kinds()}")

    def of(self, kind: type) -> list:
        return [event for event in self.events if isinstance(event, kind)]

    def kinds(self) -> list[str]:
        return [type(event).__name__ for event in self.events if type(event).__name__ not in ("Level", "SpeechAudio")]


def _mixed(track: Pcm, at: int, sound: Pcm) -> Pcm:
    if track.size < at + sound.size:
        track = np.pad(track, (0, at + sound.size - track.size + 10 * AIR))
    track[at : at + sound.size] += sound
    return track


def _cut(track: Pcm, start: int, end: int) -> Pcm:
    """track[start:end], zeros outside."""
    out = np.zeros(end - start, np.float32)
    first, last = max(0, start), min(track.size, end)
    if last > first:
        out[first - start : last - start] = track[first:last]
    return out
