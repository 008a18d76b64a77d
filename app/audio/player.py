"""What is played: one stream of 24 kHz sound at a time, that can be held, continued and stopped without a click.

Methods may be called from any thread. `fill` hands sound to the loudspeaker a little ahead; what was handed over but
not yet taken by the device is taken back at a pause, so silence comes at once. Knows nothing of microphones and of the
system's devices.
"""

from __future__ import annotations

import threading
from typing import Final

import numpy as np

from app.audio.events import PlaybackFinished, PlaybackStarted
from app.audio.lines import Converter, Line
from app.audio.ring import Tape
from cslm_core.audio import SPEAK_RATE, Pcm

__all__ = ["Player"]

_AHEAD: Final = 0.12
"""Seconds handed over ahead: what a loaded machine may be late by."""
_FADE: Final = 0.012
_GUARD: Final = 0.006
"""Seconds of what was handed over that are left untouched, at least, because the device may be taking them."""
_PATIENCE: Final = 5.0
"""Seconds for which a reply waits for a lost loudspeaker."""


class _Track:
    """A stream: its sound as it came, and from `origin` on at the rate of the device in use."""

    def __init__(self, stream: int) -> None:
        self.stream = stream
        self.source = Tape()
        self.ended = False
        self.started = False
        self.origin = 0
        self.converted = 0
        self.flushed = False
        self.cursor = 0
        self.base = 0
        self.heard = 0.0
        """Seconds of it that were heard."""
        self.rate = SPEAK_RATE
        self.tape = Tape()
        self._converter = Converter(SPEAK_RATE, SPEAK_RATE)

    def aim(self, rate: int, base: int) -> None:
        """Go on from what was heard, for a device of `rate` whose ring has taken `base` samples so far."""
        self.origin = min(round(self.heard * SPEAK_RATE), len(self.source))
        self.rate, self.base, self.cursor, self.converted, self.flushed = rate, base, 0, self.origin, False
        self.tape = Tape()
        self._converter = Converter(SPEAK_RATE, rate)

    def convert(self) -> None:
        fresh = self.source.slice(self.converted, len(self.source))
        self.converted = len(self.source)
        finish = self.ended and not self.flushed
        if fresh.size or finish:
            self.tape.append(np.clip(self._converter.push(fresh, last=finish), -1.0, 1.0))
            self.flushed = self.flushed or finish

    def update(self, heard: float) -> None:
        """`heard`: samples of the device's ring."""
        seconds = self.origin / SPEAK_RATE + max(0.0, heard - self.base) / self.rate
        self.heard = max(self.heard, min(seconds, self.seconds))

    @property
    def seconds(self) -> float:
        return len(self.source) / SPEAK_RATE

    @property
    def complete(self) -> bool:
        """Whether all of it was handed to the device."""
        return self.ended and self.flushed and self.cursor >= len(self.tape)


class Player:
    """See the module. `now` is `time.monotonic()` seconds, given by the caller's clock."""

    def __init__(self, volume: float = 1.0) -> None:
        self._lock = threading.RLock()
        self._line: Line | None = None
        self._without_since: float | None = None
        self._track: _Track | None = None
        self._volume = self._gain = volume
        self._hushed = False
        self._held = False
        self._silenced = False
        self._rising = 0
        self._quiet_at = float("-inf")

    def set_volume(self, volume: float) -> None:
        with self._lock:
            self._volume = volume

    def hush(self, down: bool, now: float) -> None:
        """Wait in silence while there may be a voice, whatever `pause` and `resume` say; no word is lost."""
        with self._lock:
            if down == self._hushed:
                return
            self._fall_silent(now)
            self._hushed = down
            self._rise()

    def attach(self, line: Line | None, now: float) -> None:
        """Another loudspeaker, or none: what was not heard of the stream is played there."""
        with self._lock:
            if line is self._line and (line is not None or self._without_since is not None):
                return
            self._observe(now)
            self._line = line
            if line is None:
                self._without_since = now
            else:
                self._without_since = None
                if self._track is not None:
                    self._track.aim(line.rate, line.ring.written)
                    self._rising = round(_FADE * line.rate)

    def play(self, stream: int, pcm: Pcm, now: float) -> None:
        """Append 24 kHz sound (n,) to a stream; a new number replaces whatever is playing."""
        with self._lock:
            track = self._track
            if track is None or track.stream != stream or track.ended:
                self._fall_silent(now)
                self._track = track = _Track(stream)
                self._held = False
                self._rising = 0
                if self._line is not None:
                    track.aim(self._line.rate, self._line.ring.written)
            track.source.append(np.ascontiguousarray(pcm, np.float32))

    def end(self, stream: int) -> None:
        with self._lock:
            if self._track is not None and self._track.stream == stream:
                self._track.ended = True

    def pause(self, now: float) -> None:
        with self._lock:
            if self._track is not None:
                self._fall_silent(now)
                self._held = True

    def resume(self) -> None:
        with self._lock:
            if self._held:
                self._held = False
                self._rise()

    def silence(self, now: float) -> None:
        """Silence at once, whatever is played or resumed until `stop`; what is queued stays."""
        with self._lock:
            self._fall_silent(now)
            self._silenced = True

    def stop(self, now: float) -> float:
        """Silence at once. Seconds of the stream that are heard until then."""
        with self._lock:
            self._fall_silent(now)
            self._held = self._silenced = False
            if self._track is None:
                return 0.0
            track, self._track = self._track, None
            if self._line is None:
                return track.heard
            return min(track.seconds, track.origin / SPEAK_RATE + track.cursor / track.rate)

    def position(self, now: float) -> float:
        with self._lock:
            self._observe(now)
            return 0.0 if self._track is None else self._track.heard

    def sounding(self, now: float) -> bool:
        """Whether something of it is in the air, or is about to be: also while a voice is waited for."""
        with self._lock:
            line = self._line
            waiting = self._hushed and not self._held and self._track is not None
            return line is not None and (waiting or line.ring.readable > 0 or now < self._quiet_at)

    @property
    def held(self) -> bool:
        with self._lock:
            return self._held

    @property
    def busy(self) -> bool:
        """Whether there is a stream, sounding, held or waiting for more."""
        with self._lock:
            return self._track is not None

    def fill(self, now: float) -> list[PlaybackStarted | PlaybackFinished]:
        """Hand over what comes next, and tell what has been heard. To be called every 10 ms or so."""
        with self._lock:
            events: list[PlaybackStarted | PlaybackFinished] = []
            track, line = self._track, self._line
            if line is not None and line.ring.readable:
                self._quiet_at = now + line.latency + (line.ring.readable + line.block) / line.rate
            if track is None:
                return events
            if line is None:
                waited = self._without_since is not None and now - self._without_since > _PATIENCE
                if waited and track.ended:  # nobody hears it: the conversation goes on all the same
                    self._track = None
                    events.append(PlaybackFinished(track.stream, now, track.seconds))
                return events
            track.convert()
            if not self._waits:
                self._hand_over(track, line)
            self._observe(now)
            if not track.started and track.heard > 0.0:
                track.started = True
                events.append(PlaybackStarted(track.stream, now - track.heard))
            if track.complete and line.heard(now) >= line.ring.written:
                self._track = None
                events.append(PlaybackFinished(track.stream, now, track.seconds))
            return events

    def _hand_over(self, track: _Track, line: Line) -> None:
        wanted = max(round(_AHEAD * line.rate), 3 * line.block) - line.ring.readable
        if wanted <= 0:
            return
        pcm = track.tape.slice(track.cursor, track.cursor + wanted)
        track.cursor += pcm.size
        self._write(line, pcm)

    def _write(self, line: Line, pcm: Pcm) -> None:
        if not pcm.size:
            return
        gain = np.full(pcm.size, self._volume, np.float32)
        if self._gain != self._volume:
            # a slope as long as one between silence and full volume, as far as it is handed over now
            slope = np.arange(1, pcm.size + 1, dtype=np.float32) / (_FADE * line.rate)
            change = self._volume - self._gain
            gain = self._gain + np.sign(change) * np.minimum(slope, abs(change))
            self._gain = float(gain[-1])
        if self._rising:
            full = round(_FADE * line.rate)
            gain *= np.clip((np.arange(pcm.size) + full - self._rising) / full, 0.0, 1.0).astype(np.float32)
            self._rising = max(0, self._rising - pcm.size)
        line.ring.write((pcm * gain)[:, None])

    @property
    def _waits(self) -> bool:
        return self._held or self._hushed or self._silenced

    def _fall_silent(self, now: float) -> None:
        """Take back what the device has not yet taken, but for a short fade."""
        track, line = self._track, self._line
        if self._waits or track is None or line is None:
            return
        # what the device is not about to take is to be handed over anew
        track.cursor -= line.ring.take_back(max(line.block, round(_GUARD * line.rate)))
        if line.ring.readable:
            pcm = track.tape.slice(track.cursor, track.cursor + round(_FADE * line.rate))
            track.cursor += pcm.size
            fall = np.linspace(self._gain, 0.0, pcm.size, dtype=np.float32)
            line.ring.write((pcm * fall)[:, None])
        self._quiet_at = now + line.latency + (line.ring.readable + line.block) / line.rate

    def _rise(self) -> None:
        if self._line is not None and not self._waits:
            self._rising = round(_FADE * self._line.rate)

    def _observe(self, now: float) -> None:
        if self._track is not None and self._line is not None:
            self._track.update(self._line.heard(now))
