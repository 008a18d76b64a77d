"""What a conversation is, as it is kept and as it is shown. Knows nothing of databases, windows or engines."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from cslm_core.events import TurnStats

__all__ = ["Chunk", "Conversation", "Origin", "Turn", "TurnState", "Waterfall"]

Origin = Literal["spoken", "typed", "file"]
TurnState = Literal["listening", "thinking", "speaking", "done", "interrupted", "failed"]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk of the reply: its text, and where its sound is in the reply's sound (seconds)."""

    text: str
    start: float = 0.0
    seconds: float = 0.0
    """0: there is no sound of it (yet)."""


@dataclass(frozen=True, slots=True)
class Waterfall:
    """Where the time of a turn went, through the whole application: seconds after the end of speech, or None.

    The fields are in the order in which they happen.
    """

    vad_hangover: float | None = None
    tokenizer: float | None = None
    heard: float | None = None
    first_text: float | None = None
    first_unit: float | None = None
    first_mel: float | None = None
    """Flow matching gave the first frames."""
    first_sound: float | None = None
    """The first sound left the vocoder and the engine."""
    played: float | None = None
    """It left the loudspeaker."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its reply. A value: a change makes a new one (`dataclasses.replace`)."""

    id: int
    conversation: int
    asked: datetime
    origin: Origin
    state: TurnState
    question: str = ""
    """TQ as it was heard, typed, or corrected by the user."""
    question_language: str = ""
    misheard: str = ""
    """What the model had heard before the user corrected it; empty if nobody did."""
    reply_language: str = ""
    wanted_language: str = ""
    """The reply language that was asked for ("" or auto: that of the question)."""
    chunks: tuple[Chunk, ...] = ()
    heard_seconds: float | None = None
    """How much of the reply was heard; None: all of it."""
    problem: str = ""
    """Why there is no reply or only a part; a sentence."""
    stats: TurnStats | None = None
    waterfall: Waterfall | None = None

    @property
    def reply(self) -> str:
        return "".join(chunk.text for chunk in self.chunks).strip()

    @property
    def off_target(self) -> bool:
        """The reply came in another language than was asked for."""
        wanted = self.wanted_language if self.wanted_language not in ("", "auto") else self.question_language
        return bool(self.chunks and wanted and self.reply_language and wanted != self.reply_language)


@dataclass(frozen=True, slots=True)
class Conversation:
    """The head of a conversation, as a list shows it."""

    id: int
    title: str
    created: datetime
    updated: datetime
    turns: int = 0
    private: bool = False
    preview: str = field(default="", compare=False)
