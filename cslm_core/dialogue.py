"""What a chat asks of the joint LM, step by step: the contract between `chat.py` and `chain/`.

A step comes for every token, also when nothing has become certain, so that a turn can be stopped between any two tokens
and sound be handed on in time. Knows nothing of sound, threads or events.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias, cast

if TYPE_CHECKING:
    from cslm_core.components import LanguageModel

__all__ = [
    "ChunkEnd",
    "Counts",
    "Dialogue",
    "End",
    "Options",
    "QuestionText",
    "ReplyText",
    "ReplyUnit",
    "Step",
    "Tick",
    "open_dialogue",
]


class QuestionText(NamedTuple):
    """The question as far as it is known; `final` when it is complete."""

    text: str
    language: str
    final: bool


class ReplyText(NamedTuple):
    """More text of a chunk (from 0) of the reply, or of a transcript or translation."""

    chunk: int
    text: str


class ReplyUnit(NamedTuple):
    """One speech unit of a chunk."""

    chunk: int
    unit: int


class ChunkEnd(NamedTuple):
    """A chunk is complete."""

    chunk: int


class Tick(NamedTuple):
    """A token that made nothing certain."""


class End(NamedTuple):
    """The reply is complete. `cut` says why it was ended by force, if it was ("length", "repetition")."""

    language: str
    cut: str = ""


Step: TypeAlias = QuestionText | ReplyText | ReplyUnit | ChunkEnd | Tick | End


@dataclass(frozen=True)
class Options:
    """How to reply. None: in the language of the question, that as it is heard, the temperature the pack is best at."""

    language: str | None = None
    question_language: str | None = None
    temperature: float | None = None
    seed: int = 0
    speak: bool = True


@dataclass
class Counts:
    """The work of the LM in the turn that is open or was last."""

    prompt_tokens: int = 0
    prompt_seconds: float = 0.0
    text_tokens: int = 0
    unit_tokens: int = 0


class Dialogue(Protocol):
    """One conversation with the joint LM; its history stays in the KV cache. For one thread."""

    @property
    def counts(self) -> Counts: ...

    def hear(self, units: Sequence[int], /) -> None:
        """More units of a spoken question; the first opens a turn. They are read at once, while the user speaks on."""
        ...

    def reply(self, options: Options, /) -> Iterator[Step]:
        """Reply to the spoken question that was heard: QuestionText..., then the chunks of the reply, then End."""
        ...

    def reply_to_text(self, text: str, language: str, options: Options, /) -> Iterator[Step]:
        """The same for a typed question (without QuestionText)."""
        ...

    def settle(self) -> None:
        """Close the turn that is open, however far it came: whole chunks stay, one without any is taken back."""
        ...

    def keep(self, chunks: int, /) -> None:
        """Of the last turn keep only the first `chunks` chunks of the reply; 0 takes the whole turn back."""
        ...

    def forget(self) -> None:
        """Begin anew."""
        ...

    def transcribe(self, units: Sequence[int], /) -> Iterator[Step]:
        """QuestionText..., then End. Not part of the conversation."""
        ...

    def read_aloud(self, text: str, language: str, options: Options, /) -> Iterator[Step]:
        """The chunks of the text with their units, then End. Not part of the conversation."""
        ...

    def translate(self, text: str, language: str, to: str, /) -> Iterator[Step]:
        """ReplyText..., then End. Not part of the conversation."""
        ...


def open_dialogue(lm: LanguageModel, languages: Sequence[str]) -> Dialogue:
    """A new conversation with `lm`: in the grammar of `chain/`, or as the LM's own `dialogue(languages)` drives it."""
    own = getattr(lm, "dialogue", None)
    if own is not None:
        return cast(Dialogue, own(languages))
    from cslm_core.chain.dialogue import JointDialogue

    return JointDialogue(lm, languages)
