"""Measuring a room: how late and how loud the loudspeaker comes back through the microphone, and what that permits.

A probe is played (a rising tone for the delay, then noise shaped like speech for the canceller), everything is recorded
before and after the canceller, and the recording is analysed. Knows nothing of devices and of speech.
"""

from __future__ import annotations

import queue
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from app.audio.echo import Clean
from app.audio.ring import FRAME
from cslm_core.audio import LISTEN_RATE, SPEAK_RATE, Pcm
from cslm_core.errors import AudioError

__all__ = ["Calibration", "Measurement", "Progress", "analyse", "probe"]

Progress = Callable[[float], None]
"""Is told the fraction that is done, 0 to 1."""

Duplex = Literal["full", "cautious", "half"]

_STREAM: Final = -1
_QUIET_SECONDS: Final = 0.8
"""Of the room alone, before the probe."""
_SWEEP_SECONDS: Final = 0.6
_NOISE_SECONDS: Final = 3.6
_MEASURED_SECONDS: Final = 1.2
"""The end of the noise: by then the canceller has learnt."""
_LONGEST_DELAY: Final = 0.8
_PATIENCE: Final = 5.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was measured, and which duplex it permits."""

    delay_ms: float
    """From handing sound to the loudspeaker to its echo in the microphone; 0: no echo was found."""
    erl_db: float
    """Echo return loss: how much weaker than what was played the echo is."""
    erle_db: float
    """How much of the echo is taken out."""
    noise_dbfs: float
    """Of the room alone."""
    duplex: Duplex
    why: str
    """A sentence for the user."""


def probe() -> Pcm:
    """The sound that is played, 24 kHz (n,)."""
    t = np.arange(round(_SWEEP_SECONDS * SPEAK_RATE)) / SPEAK_RATE
    low, high = 300.0, 5000.0
    rise = np.log(high / low) / _SWEEP_SECONDS
    sweep = 0.3 * np.sin(2 * np.pi * low * (np.exp(rise * t) - 1) / rise)
    sweep *= np.minimum(1.0, np.minimum(t, t[::-1]) / 0.02)
    pause = np.zeros(round(0.2 * SPEAK_RATE))
    count = round(_NOISE_SECONDS * SPEAK_RATE)
    spectrum = np.fft.rfft(np.random.default_rng(7).standard_normal(count))
    frequency = np.fft.rfftfreq(count, 1 / SPEAK_RATE)
    spectrum *= (frequency > 120) / np.maximum(frequency / 500.0, 1.0)  # falls by 6 dB an octave, as speech does
    noise = np.fft.irfft(spectrum, count)
    syllables = 0.55 + 0.45 * np.sin(2 * np.pi * 4.0 * np.arange(count) / SPEAK_RATE)
    noise *= 0.12 * syllables / noise.std()
    return np.clip(np.concatenate([sweep, pause, noise]), -1.0, 1.0).astype(np.float32)


class Measurement:
    """A measurement that is under way: fed by the processing thread (`Tap`), awaited by another one."""

    def __init__(self) -> None:
        self._raw: list[Pcm] = []
        self._clean: list[Pcm] = []
        self._render: list[Pcm] = []
        self._sound = probe()
        self._harmless = False
        self._total = round((_QUIET_SECONDS + self._sound.size / SPEAK_RATE + _LONGEST_DELAY) * 100)
        self._playing = False
        self._news: queue.SimpleQueue[float | AudioError] = queue.SimpleQueue()

    def fail(self, sentence: str) -> None:
        self._news.put(AudioError(sentence))

    def frame(self, raw: Pcm, clean: Clean, render: Pcm | None) -> None:
        if len(self._raw) >= self._total:
            return
        self._raw.append(raw)
        self._clean.append(clean.plain)
        self._harmless = clean.bare
        self._render.append(np.zeros(FRAME, np.float32) if render is None else render)
        if len(self._raw) % 10 == 0 or len(self._raw) == self._total:
            self._news.put(len(self._raw) / self._total)

    def feed(self, play: Callable[[int, Pcm], None]) -> None:
        """Begin to play when the silence was recorded."""
        if not self._playing and len(self._raw) >= round(_QUIET_SECONDS * 100):
            self._playing = True
            play(_STREAM, self._sound)

    def wait(self, progress: Progress) -> Calibration:
        """Until all is recorded. Raises AudioError when that does not happen."""
        while True:
            try:
                news = self._news.get(timeout=_PATIENCE)
            except queue.Empty:
                raise AudioError("No sound comes from the microphone; choose another one and try again.") from None
            if isinstance(news, AudioError):
                raise news
            progress(news)
            if news >= 1.0:
                raw, clean, render = (np.concatenate(parts) for parts in (self._raw, self._clean, self._render))
                return analyse(raw, clean, render, harmless=self._harmless)


def analyse(raw: Pcm, clean: Pcm, render: Pcm, *, harmless: bool = False) -> Calibration:
    """What three recordings of the same time say: microphone, microphone cleaned, loudspeaker; 16 kHz, each (n,).

    `harmless`: the echo is so faint that it is left as it is, so that what is taken out says nothing.
    """
    quiet = round((_QUIET_SECONDS - 0.1) * LISTEN_RATE)
    noise = _dbfs(raw[:quiet])
    if float(np.abs(raw).max()) == 0.0:
        raise AudioError("The microphone gives only zeros; allow the program to use it in the system's settings.")
    loud = np.flatnonzero(np.abs(render) > 0.01)
    if not loud.size:
        raise AudioError("Nothing was played; choose another loudspeaker and try again.")
    start, end = int(loud[0]), int(loud[-1])
    sweep = render[start : start + round(_SWEEP_SECONDS * LISTEN_RATE)]
    lag, certainty = _delay(raw[start : start + sweep.size + round(_LONGEST_DELAY * LISTEN_RATE)], sweep)
    # the end of the noise, where the microphone hears it
    until = min(end + lag, raw.size)
    part = slice(max(0, until - round(_MEASURED_SECONDS * LISTEN_RATE)), until)
    played = _dbfs(render[max(0, part.start - lag) : part.stop - lag])
    echo, rest = _dbfs(raw[part]), _dbfs(clean[part])
    found = certainty > 8.0 and echo > noise + 3.0
    if not found:
        return Calibration(
            0.0,
            max(0.0, played - noise),
            0.0,
            noise,
            "full",
            "The microphone does not hear the loudspeaker (headphones, or far away): you can interrupt at any time.",
        )
    erl, erle = played - echo, echo - rest
    duplex: Duplex
    if float(np.abs(raw[start:until]).max()) > 0.985:
        duplex = "half"
        why = (
            "The loudspeaker is so loud that it overloads the microphone, which rests while a reply is spoken; turn "
            "the volume down and measure again."
        )
    elif harmless:
        duplex, why = "full", "The echo is too faint to be taken for a voice, so you can interrupt at any time."
    elif erle >= 20.0:
        duplex, why = "full", f"The echo is taken out well ({erle:.0f} dB), so you can interrupt at any time."
    elif erle >= 8.0:
        duplex = "cautious"
        why = f"Part of the echo remains ({erle:.0f} dB are taken out): interruptions must be clear and last a moment."
    else:
        duplex = "half"
        why = f"The echo cannot be taken out ({erle:.0f} dB), so the microphone rests while a reply is spoken."
    return Calibration(1000.0 * lag / LISTEN_RATE, erl, erle, noise, duplex, why)


def _delay(heard: Pcm, sweep: Pcm) -> tuple[int, float]:
    """Samples by which `sweep` is late in `heard`, and how far that peak stands out of the rest."""
    size = 1 << int(np.ceil(np.log2(heard.size + sweep.size)))
    cross = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(sweep, size)), size)
    lags = np.abs(cross[: max(1, heard.size - sweep.size + 1)])
    peak = int(lags.argmax())
    return peak, float(lags[peak] / (np.median(lags) + 1e-12))


def _dbfs(pcm: Pcm) -> float:
    return 10.0 * float(np.log10(np.square(pcm, dtype=np.float64).mean() + 1e-12)) if pcm.size else -120.0
