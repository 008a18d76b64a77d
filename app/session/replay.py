"""Which part of a stored sound is a reply, a chunk of it, or a word. Knows nothing of devices and of the store."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, TypeAlias

from app.session.live import Playback
from app.session.words import word_times
from app.store.model import Turn
from cslm_core.audio import SPEAK_RATE, Pcm

__all__ = ["SoundOf", "question_playback", "reply_playback"]

SoundOf: TypeAlias = Callable[[int, Literal["question", "reply"], int], Pcm | None]
"""The sound of a turn at a rate."""

_AROUND: Final = 0.04
"""Seconds played before and behind a word, whose place is known by its share of the chunk alone."""


def reply_playback(turn: Turn, sound: SoundOf, chunk: int | None = None, word: int | None = None) -> Playback | None:
    """The reply (`chunk` None), a chunk, or a word of it; None when there is no sound of that."""
    pcm = sound(turn.id, "reply", SPEAK_RATE)
    if pcm is None or not pcm.size:
        return None
    if chunk is None:
        return Playback(turn, pcm)
    if not 0 <= chunk < len(turn.chunks):
        return None
    part = turn.chunks[chunk]
    begin, end = part.start, part.start + part.seconds
    if word is not None:
        times = [*word_times(part.text, part.seconds), part.seconds]
        if not 0 <= word < len(times) - 1:
            return None
        begin, end = max(0.0, part.start + times[word] - _AROUND), part.start + times[word + 1] + _AROUND
    cut = pcm[int(begin * SPEAK_RATE) : int(end * SPEAK_RATE)]
    return Playback(turn, cut, begin) if cut.size else None


def question_playback(turn: Turn, sound: SoundOf) -> Playback | None:
    """The question; None when there is no sound of it."""
    pcm = sound(turn.id, "question", SPEAK_RATE)
    return None if pcm is None or not pcm.size else Playback(turn, pcm, words=False)
