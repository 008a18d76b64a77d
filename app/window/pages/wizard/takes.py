"""Whether what somebody has just read aloud can be used: what the import will refuse is said while it can be repeated.

Also what the import lets pass but a voice is learnt from badly: too quiet, too much noise. Knows nothing of windows,
microphones and files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np

from cslm_core.audio import LISTEN_RATE, Pcm
from cslm_core.speech import SpeechGate
from trainer.language.checks import Limits, check_sound, plausible_rate
from trainer.language.job import JobLanguage

__all__ = ["LONGEST", "Judgement", "Verdict", "judge"]

Verdict = Literal[
    "fine", "zeros", "silent", "quiet", "clipped", "noise", "no_speech", "two_speakers", "too_short", "too_long", "rate"
]
LONGEST: Final = Limits().longest
"""Seconds that one take may have."""

_FRAME: Final = LISTEN_RATE // 50
_QUIET_DBFS: Final = -42.0
"""Below this the loud frames of a voice lose too much to the noise of a converter."""
_NOISE_DB: Final = 15.0
"""How far a voice must stand out of what is heard between its words."""
_FLOOR: Final = 1e-10


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found; levels in dBFS."""

    verdict: Verdict
    peak: float
    speech: float
    """Of the loud frames."""
    noise: float
    """Of the quietest frames."""

    @property
    def hopeless(self) -> bool:
        """Whether it is of no use however much somebody likes it."""
        return self.verdict not in ("fine", "quiet", "noise", "two_speakers", "rate")


def judge(pcm: Pcm, text: str, language: JobLanguage, gate: SpeechGate | None = None) -> Judgement:
    """What the samples (n,), 16 kHz, of somebody who reads `text` are worth. `gate` tells speech from other sounds."""
    peak = _decibel(float(np.abs(pcm).max(initial=0.0)) ** 2)
    frames = pcm[: pcm.size // _FRAME * _FRAME].reshape(-1, _FRAME)
    power = np.square(frames - frames.mean(axis=1, keepdims=True), dtype=np.float64).mean(axis=1)
    speech, noise = (_decibel(float(np.percentile(power, part))) if power.size else -100.0 for part in (90, 10))
    return Judgement(_verdict(pcm, text, language, gate, speech, noise), peak, speech, noise)


def _verdict(
    pcm: Pcm, text: str, language: JobLanguage, gate: SpeechGate | None, speech: float, noise: float
) -> Verdict:
    if pcm.size and not pcm.any():
        return "zeros"
    found = check_sound(pcm, LISTEN_RATE, Limits(), gate)
    if found.reason in ("silent", "clipped", "too_short", "too_long"):
        return _known(found.reason)
    if speech < _QUIET_DBFS:  # first: a soft voice is often not heard as one
        return "quiet"
    if found.reason:
        return _known(found.reason)
    if speech - noise < _NOISE_DB:
        return "noise"
    return "fine" if plausible_rate(text, found.active or found.seconds, language) else "rate"


def _known(reason: str) -> Verdict:
    return next(verdict for verdict in get_args(Verdict) if verdict == reason)


def _decibel(power: float) -> float:
    return 10.0 * float(np.log10(max(power, _FLOOR)))
