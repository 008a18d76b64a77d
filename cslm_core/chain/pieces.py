"""What comes out of the chain, typed, the moment it is certain. Plain data; knows nothing of tokens or events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

__all__ = ["ChunkPiece", "Counts", "EndPiece", "EndReason", "HeardPiece", "Piece", "TextPiece", "Tick", "UnitPiece"]

EndReason = Literal["", "length", "repetition", "cancelled", "malformed"]
"""Empty when the model ended by itself."""


@dataclass(frozen=True)
class HeardPiece:
    """The question as it was understood (TQ) so far: all of its `text`; `final` when no more follows."""

    text: str
    language: str
    final: bool = False


@dataclass(frozen=True)
class TextPiece:
    """New text of a chunk of the reply; chunks count from 0. Never ends within a character or holds a marker."""

    chunk: int
    text: str


@dataclass(frozen=True)
class UnitPiece:
    """The next unit of a chunk, in [0, 4096)."""

    chunk: int
    unit: int


@dataclass(frozen=True)
class ChunkPiece:
    """A chunk is complete: all of its text and units."""

    chunk: int
    text: str
    units: tuple[int, ...]


@dataclass
class Counts:
    """What a turn cost."""

    prompt_tokens: int = 0
    prompt_seconds: float = 0.0
    text_tokens: int = 0
    unit_tokens: int = 0


@dataclass(frozen=True)
class EndPiece:
    """Nothing follows. `text` is the whole reply (or translation; empty for a transcript) in `language`."""

    text: str
    language: str
    reason: EndReason = ""
    counts: Counts = field(default_factory=Counts)


Piece: TypeAlias = HeardPiece | TextPiece | UnitPiece | ChunkPiece | EndPiece
Tick: TypeAlias = Piece | None
"""What one token made certain; None when it was nothing."""
