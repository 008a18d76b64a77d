"""Values that the parts of a session hand each other: what is asked, what is played, the turn that is open.

Plain data; knows nothing of who does what with it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from app.session.reply import Reply
from app.session.times import Times
from app.store.model import Turn
from cslm_core.audio import LISTEN_RATE, Pcm

__all__ = ["Live", "Playback", "Question", "Utterance"]

_SAME_BREATH: Final = 2.0
"""Who goes on within so many seconds, before there is a reply, has not finished the question."""


@dataclass(frozen=True)
class Question:
    """A whole question that is to be asked: typed, from a file, or once more."""

    turn: Turn
    content: str | Pcm
    """A text, or samples (n,) of 16 kHz."""
    language: str = "auto"
    reply_language: str = "auto"
    seed: int = 0
    again: bool = False
    """It has been asked before: the engine must know what was before it, and only that."""


@dataclass(frozen=True)
class Playback:
    """Stored sound (n,) of 24 kHz that is to be played, beginning at `base` seconds of the turn's sound."""

    turn: Turn
    pcm: Pcm
    base: float = 0.0
    words: bool = True
    """It is of the reply, so its words are shown."""
    rest: bool = False
    """It is what was left of a reply that was interrupted by nothing: it counts as heard."""


@dataclass
class Utterance:
    """What somebody is saying, since the room noticed it (or the push-to-talk key went down)."""

    started: float
    manual: bool = False
    pcm: list[Pcm] = field(default_factory=list)
    """16 kHz, the pre-roll first."""
    samples: int = 0
    voiced: float = 0.0
    """Seconds of certain speech."""
    open: bool = False
    """The engine hears it."""
    held_at: float | None = None
    """When a reply was held for it."""
    last_voice: float | None = None
    hangover: float | None = None

    @property
    def seconds(self) -> float:
        return self.samples / LISTEN_RATE

    def add(self, pcm16k: Pcm) -> None:
        self.pcm.append(pcm16k)
        self.samples += pcm16k.size

    def sound(self) -> Pcm:
        """All of it."""
        return np.concatenate(self.pcm) if self.pcm else np.zeros(0, np.float32)


@dataclass
class Live:
    """The turn that is open."""

    turn: Turn | None
    """None until it is certain that somebody speaks."""
    speak: bool = True
    """The reply is spoken."""
    rest: bool = False
    """Only the rest of its sound is played; the engine knows nothing of it."""
    sounded: bool = False
    """Sound of the reply has gone to the loudspeaker."""
    carried: Pcm | None = None
    """The question as it was before the speaker went on with it."""
    reply: Reply = field(default_factory=Reply)
    times: Times = field(default_factory=Times)

    def is_continued_by(self, utterance: Utterance) -> bool:
        """Whether who speaks now goes on with the question, of whose reply nothing has been heard."""
        end = self.times.end
        if end is None or self.times.hangover is None or self.sounded:
            return False  # it was not spoken just now, or is being answered
        return utterance.started - end < _SAME_BREATH
