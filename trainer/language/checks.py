"""Whether a sound can be used, and whether a text can be what is said in it. Each fault by its key in `reasons.py`.

Knows nothing of files, of corpora or of any one language: how fast people speak is taken from limits that hold for all
languages, and from the corpus itself.
"""

from __future__ import annotations

import hashlib
import statistics
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cslm_core.audio import SILENCE_DBFS, Pcm, level_dbfs, resample
from cslm_core.speech import SpeechGate
from trainer.language.job import JobLanguage
from trainer.language.languages import text_tokens

__all__ = [
    "Limits", "SoundFinding", "active_seconds", "check_sound", "is_clipped", "odd_rates", "plausible_rate",
    "sound_hash", "speech_rate",
]  # fmt: skip

_FRAME: Final = 0.02
_ACTIVE_DB: Final = 35.0
"""A frame counts as speech down to so far below the loud ones: quiet consonants are still in, a room's noise is not."""
_CLIPPED_SHARE: Final = 0.002
_CLIPPED_LEVEL: Final = 0.5
_FULL: Final = 0.999
_FULL_SHARE: Final = 0.0005
_SLOWEST, _FASTEST = 2.0, 32.0
"""Letters a second: nobody speaks slower or faster in an alphabet; reading aloud is 10 to 20."""
_SLOWEST_SIGN, _FASTEST_SIGN = 0.8, 12.0
"""The same where a sign is a syllable or a word (Han, Hangul, Ethiopic, kana)."""
_SYLLABIC: Final = ("CJK", "HANGUL", "HIRAGANA", "KATAKANA", "ETHIOPIC", "YI SYLLABLE", "CANADIAN", "CHEROKEE", "VAI")
_ODD_FACTOR: Final = 2.2
_ENOUGH_TO_COMPARE: Final = 20


@dataclass(frozen=True)
class Limits:
    """Lengths in seconds that an utterance may have."""

    shortest: float = 0.4
    longest: float = 20.0


@dataclass(frozen=True)
class SoundFinding:
    """`reason` is "" for a usable sound; `active` are the seconds from its first to its last speech, `level` its
    loudest frame in dBFS."""

    reason: str
    detail: str = ""
    seconds: float = 0.0
    active: float = 0.0
    level: float = -120.0


def sound_hash(pcm: Pcm) -> str:
    """The same for the same samples (16 bit), however their file was packed."""
    return hashlib.sha256((np.clip(pcm, -1, 1) * 32767).astype("<i2").tobytes()).hexdigest()


def check_sound(pcm: Pcm, rate: int, limits: Limits, gate: SpeechGate | None) -> SoundFinding:
    """What is wrong with the samples (n,) at `rate`: length, level, distortion, no speech, two voices.

    `gate` tells speech from other sounds; None leaves that out.
    """
    from trainer.language.voices import two_voices

    seconds = len(pcm) / rate
    level = level_dbfs(pcm, rate) if len(pcm) else float("-inf")
    level = max(-120.0, level)

    def found(reason: str, detail: str = "", active: float = 0.0) -> SoundFinding:
        return SoundFinding(reason, detail, seconds, active, level)

    if seconds < limits.shortest:
        return found("too_short", f"{seconds:.2f} s, at least {limits.shortest:g}")
    if seconds > limits.longest:
        return found("too_long", f"{seconds:.1f} s, at most {limits.longest:g}")
    if level < SILENCE_DBFS:
        return found("silent", f"{level:.0f} dBFS")
    if is_clipped(pcm):
        return found("clipped")
    if gate is not None and gate.find(resample(pcm, rate, 16_000)) != "speech":
        return found("no_speech")
    pitches = two_voices(pcm, rate)
    if pitches is not None:
        return found("two_speakers", f"voices of about {pitches[0]:.0f} and {pitches[1]:.0f} Hz")
    return found("", active=active_seconds(pcm, rate))


def is_clipped(pcm: Pcm) -> bool:
    """Whether waves are cut off flat: at full scale, or at a lower level by a recorder with its own limit.

    Speech has few samples near its peak; a wave that is cut off has them in rows.
    """
    magnitude = np.abs(pcm)
    peak = float(magnitude.max(initial=0.0))
    if peak < _CLIPPED_LEVEL:
        return False
    near = magnitude > 0.985 * peak
    rows = near[:-2] & near[1:-1] & near[2:]
    share = float(rows.mean()) if rows.size else 0.0
    at_full = float((magnitude >= _FULL).mean()) if peak >= _FULL else 0.0
    return share > _CLIPPED_SHARE or (at_full > _FULL_SHARE and share > _CLIPPED_SHARE / 2)


def active_seconds(pcm: Pcm, rate: int) -> float:
    """Seconds from the first frame that is not silence to the last one."""
    loud = np.flatnonzero(_active(pcm, rate))
    return float((loud[-1] - loud[0] + 1) * _FRAME) if loud.size else 0.0


def _active(pcm: Pcm, rate: int) -> NDArray[np.bool_]:
    size = max(1, int(_FRAME * rate))
    frames = pcm[: len(pcm) // size * size].reshape(-1, size)
    if not len(frames):
        return np.zeros(0, bool)
    level = 10 * np.log10(np.square(frames - frames.mean(1, keepdims=True)).mean(1) + 1e-12)
    threshold = max(SILENCE_DBFS, float(np.percentile(level, 95)) - _ACTIVE_DB)
    return np.asarray(level > threshold)


def speech_rate(text: str, seconds: float, language: JobLanguage) -> float:
    """Letters of the text, as it is read out, for each second of speech."""
    letters = sum(len(token) for token in text_tokens(text, language))
    return letters / seconds if seconds > 0 else float("inf")


def plausible_rate(text: str, seconds: float, language: JobLanguage) -> bool:
    """Whether anybody could say the text in that time, neither rushing nor dragging."""
    signs = [c for token in text_tokens(text, language) for c in token]
    syllabic = sum(unicodedata.name(c, "").startswith(_SYLLABIC) for c in signs)
    share = syllabic / len(signs) if signs else 0.0
    slowest = _SLOWEST + share * (_SLOWEST_SIGN - _SLOWEST)
    fastest = _FASTEST + share * (_FASTEST_SIGN - _FASTEST)
    rate = len(signs) / seconds if seconds > 0 else float("inf")
    # A single short word has more silence in its breath and echo than text: only being too fast counts there.
    return rate <= fastest and (rate >= slowest or (len(signs) < 8 and rate >= slowest / 3))


def odd_rates(rates: Sequence[float], letters: Sequence[int]) -> list[bool]:
    """Which utterances of a corpus (by letters a second) are far from how fast it is spoken there.

    Short texts vary more, and are allowed to; too few utterances are not compared at all.
    """
    if len(rates) < _ENOUGH_TO_COMPARE:
        return [False] * len(rates)
    middle = statistics.median(rates)
    odd = []
    for rate, count in zip(rates, letters, strict=True):
        factor = _ODD_FACTOR * (1.0 + 6.0 / max(count, 1))
        odd.append(not middle / factor <= rate <= middle * min(factor, 3.0))
    return odd
