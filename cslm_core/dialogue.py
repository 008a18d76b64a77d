"""What a chat asks of the joint LM, step by step: the contract between `chat.py` and `chain/`.

A step comes for every token, also when it makes nothing certain, so that a turn can be stopped between any two tokens
and sound be handed on in time. Knows nothing of sound, threads or events.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias, cast

from cslm_core.chain.pieces import Piece
from cslm_core.errors import CslmError
from cslm_core.events import MAX_SEED

if TYPE_CHECKING:
    from cslm_core.components import LanguageModel
    from cslm_core.events import Exchange

__all__ = ["Dialogue", "Options", "Step", "check_drawing", "open_dialogue"]


Step: TypeAlias = Piece | None
"""What a token made certain; None when it was nothing."""


def never() -> bool:
    return False


def check_drawing(temperature: float | None, seed: int) -> None:
    """Refuse what no reply can be drawn with. Raises CslmError."""
    if not 0 <= seed <= MAX_SEED:
        raise CslmError(f"The seed {seed} cannot be used; give a whole number from 0 to {MAX_SEED}.")
    if temperature is not None and not 0 <= temperature < math.inf:
        raise CslmError(f"The temperature {temperature} cannot be used; give a number from 0 (always the likeliest).")


@dataclass(frozen=True)
class Options:
    """How to reply. None: in the language of the question, that as it is heard, the temperature the pack is best at."""

    language: str | None = None
    question_language: str | None = None
    temperature: float | None = None
    seed: int = 0
    speak: bool = True
    cancelled: Callable[[], bool] = never
    """Asked before every token; true ends the reply."""


class Dialogue(Protocol):
    """One conversation with the joint LM; its history stays in the KV cache. For one thread."""

    def hear(self, units: Sequence[int], /) -> None:
        """More units of a spoken question; the first opens a turn. They are read at once, while the user speaks on."""
        ...

    def expect(self, units: Sequence[int], options: Options, /) -> Iterator[None]:
        """The spoken question may end with these units: iterate to work ahead, as far as there is time.

        Nothing of it shows, but `reply` may come sooner. Whether they are heard then, or others, or none, all is as if
        this had not been called.
        """
        ...

    def reply(self, options: Options, /) -> Iterator[Step]:
        """Reply to the spoken question that was heard: HeardPiece..., the chunks of the reply, EndPiece."""
        ...

    def reply_to_text(self, text: str, language: str, options: Options, /) -> Iterator[Step]:
        """The same for a typed question."""
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

    def recall(self, exchanges: Sequence[Exchange], /) -> int:
        """Make these the conversation, oldest first, as text; how many of the last ones there was room for."""
        ...

    def transcribe(self, units: Sequence[int], /) -> Iterator[Step]:
        """HeardPiece..., then EndPiece. Not part of the conversation."""
        ...

    def read_aloud(self, text: str, language: str, options: Options, /) -> Iterator[Step]:
        """The chunks of the text with their units, then EndPiece. Not part of the conversation."""
        ...

    def translate(self, text: str, language: str, to: str, /) -> Iterator[Step]:
        """TextPiece..., then EndPiece. Not part of the conversation."""
        ...


def open_dialogue(lm: LanguageModel, languages: Sequence[str]) -> Dialogue:
    """A new conversation with `lm`: in the grammar of `chain/`, or as the LM's own `dialogue(languages)` drives it."""
    own = getattr(lm, "dialogue", None)
    if own is not None:
        return cast(Dialogue, own(languages))
    from cslm_core.joint_dialogue import JointDialogue

    return JointDialogue(lm)
