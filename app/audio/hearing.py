"""From the microphone's samples to turns: one channel, 16 kHz, 10 ms frames, echo taken out, speech told from noise.

Runs in the room's processing thread. Knows nothing of how devices are found and of what is played next.
"""

from __future__ import annotations

from collections import deque
from typing import Final, Protocol

from app.audio.echo import HARMLESS_DBFS, Clean, Cleaner
from app.audio.events import Level
from app.audio.lines import Converter, Line, Mixer
from app.audio.listening import Guard, Listener, Sounded, SpeechEvent
from app.audio.ring import FRAME_SECONDS, Framer
from app.audio.vad import SpeechGate
from app.settings.model import AudioSettings
from cslm_core.audio import LISTEN_RATE, Pcm

__all__ = ["Ear", "Tap"]

_LEVEL_FRAMES: Final = 5
_CLIPPED: Final = 0.985
_BACKLOG: Final = 8
"""Frames of the loudspeaker that may wait: more means that its clock is faster."""
_BACKLOG_MOST: Final = 100
_AFTER_SOUND: Final = 0.25
"""Seconds for which the echo of a room goes on."""
_NEAR_DB: Final = -12.0
"""An echo is made weaker than this by the canceller, a voice in the room is not."""
_ECHO_MATTERS_DBFS: Final = -60.0


class Tap(Protocol):
    """Somebody who wants every frame as it is, and no turns meanwhile (the calibration)."""

    def frame(self, raw: Pcm, clean: Clean, render: Pcm | None) -> None: ...


class Ear:
    """Reads both lines; `process` is called every 10 ms or so."""

    def __init__(self, settings: AudioSettings, gate: SpeechGate | None = None) -> None:
        self._settings = settings
        self._gate = gate or SpeechGate()
        self.listener = Listener(settings.sensitivity, settings.pause)
        self.tap: Tap | None = None
        self._microphone: Line | None = None
        self._loudspeaker: Line | None = None
        self._renders: deque[Pcm] = deque(maxlen=_BACKLOG_MOST)
        self._sounded = float("-inf")
        self._level = Level(-100.0, 0.0)
        self._since_level = 0
        self._renew()

    def configure(self, settings: AudioSettings) -> None:
        before, self._settings = self._settings, settings
        self.listener.configure(settings.sensitivity, settings.pause)
        if _parts(before) != _parts(settings):
            self._renew()
        self._fit()

    def attach(self, microphone: Line | None, loudspeaker: Line | None) -> None:
        """Other devices: another room, as far as echo is concerned."""
        if microphone is not self._microphone:
            self._microphone = microphone
            if microphone is not None:
                self._mixer = Mixer(microphone.channels)
                self._heard = Converter(microphone.rate, LISTEN_RATE)
                self._frames = Framer()
                self._gate.reset()
            self._renew()
        if loudspeaker is not self._loudspeaker:
            self._loudspeaker = loudspeaker
            self._renders.clear()
            if loudspeaker is not None:
                self._played = Converter(loudspeaker.rate, LISTEN_RATE)
                self._render_frames = Framer()
            self._renew()

    def process(self, now: float, sounding: bool) -> list[Level | SpeechEvent]:
        """What has come in since the last call. `sounding`: the loudspeaker has something to say."""
        if sounding:
            self._sounded = now
        self._listen_to_loudspeaker()
        line = self._microphone
        if line is None:
            self._renders.clear()
            return []
        block = line.ring.read()
        if not len(block):
            return []
        clipped = bool(abs(block).max() >= _CLIPPED)
        frames = self._frames.push(self._heard.push(self._mixer.push(block)))
        events: list[Level | SpeechEvent] = []
        for index, frame in enumerate(frames):
            left = (len(frames) - 1 - index) * FRAME_SECONDS + self._frames.pending / LISTEN_RATE
            events += self._take(frame, line.called - line.latency - left, now, clipped)
        return events

    def _take(self, frame: Pcm, time: float, now: float, clipped: bool) -> list[Level | SpeechEvent]:
        render = self._feed()
        clean = self._cleaner.capture(frame, self._delay_ms())
        if self.tap is not None:
            self.tap.frame(frame, clean, render)
            return []
        probability = self._gate.push(clean.plain, self.listener.speaking)
        near = clean.dbfs >= clean.raw_dbfs + _NEAR_DB or clean.raw_dbfs < _ECHO_MATTERS_DBFS
        sound = Sounded(clean.pcm, probability, clean.dbfs, time, self._guard(now), near, self._gate.cheap)
        events: list[Level | SpeechEvent] = [*self.listener.push(sound)]
        level = self._level
        self._level = Level(
            max(level.dbfs, clean.dbfs), max(level.speech, probability), level.clipped or (clipped and sound.near)
        )
        self._since_level += 1
        if self._since_level >= _LEVEL_FRAMES:
            events.append(self._level)
            self._level, self._since_level = Level(-100.0, 0.0), 0
        return events

    def _listen_to_loudspeaker(self) -> None:
        if self._loudspeaker is not None:
            played = self._loudspeaker.played.read()[:, 0]
            if played.size:
                self._renders.extend(self._render_frames.push(self._played.push(played)))

    def _feed(self) -> Pcm | None:
        """Give the canceller what was played, a frame for a frame, so that the delay between the two stays the same."""
        render = None
        for _ in range(2 if len(self._renders) > _BACKLOG else 1):
            if self._renders:
                render = self._renders.popleft()
                self._cleaner.render(render)
        return render

    def _guard(self, now: float) -> Guard:
        if now - self._sounded > _AFTER_SOUND:
            return "open"
        duplex = self._settings.duplex
        if duplex == "cautious" and self._settings.echo_cancellation and not self._cleaner.adapted:
            return "half"  # the first seconds of all that is played in a room teaches the canceller
        return duplex

    def _delay_ms(self) -> float:
        if self._settings.echo_delay_ms:
            return self._settings.echo_delay_ms
        lines = (self._microphone, self._loudspeaker)
        return min(500.0, 1000.0 * sum(line.latency + line.block / line.rate for line in lines if line is not None))

    def _renew(self) -> None:
        settings = self._settings
        self._cleaner = Cleaner(
            echo=settings.echo_cancellation, noise=settings.noise_suppression, gain=settings.gain_control
        )
        self._fit()

    def _fit(self) -> None:
        """Which echo can be left as it is depends on how faint a voice is listened to."""
        self._cleaner.harmless_dbfs = min(HARMLESS_DBFS, self.listener.overheard_dbfs - 1.0)


def _parts(settings: AudioSettings) -> tuple[bool, bool, bool]:
    return settings.echo_cancellation, settings.noise_suppression, settings.gain_control
