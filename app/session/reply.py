"""A reply as it grows: its chunks, and where the sound of each is. Pure; knows nothing of devices and the engine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from app.store.model import Chunk, Turn
from cslm_core.errors import CslmError
from cslm_core.events import AUTO, Audio, Exchange, Heard, TurnDone
from cslm_core.languages import language_of

__all__ = ["Reply", "exchanges", "heard_chunks", "with_question", "with_stats"]

_HEARD_SHARE: Final = 0.5
"""A chunk was heard when at least so much of it was played; the engine counts likewise."""


class Reply:
    """Texts and sounds of the chunks of one reply, as they come."""

    def __init__(self) -> None:
        self.seconds = 0.0
        """Of sound, so far."""
        self._texts: list[str] = []
        self._starts: dict[int, float] = {}

    def add_text(self, chunk: int, text: str) -> None:
        """More text of a chunk."""
        self._room(chunk)
        self._texts[chunk] += text

    def complete(self, chunk: int, text: str) -> None:
        """All text of a chunk."""
        self._room(chunk)
        self._texts[chunk] = text

    def add_sound(self, event: Audio) -> None:
        """Sound that follows the sound before it."""
        for chunk, sample in event.starts:
            self._starts[chunk] = self.seconds + sample / event.rate
        self.seconds += event.seconds

    def chunks(self) -> tuple[Chunk, ...]:
        """As it is now; the newest chunk with sound grows to the end of the sound."""
        ends: dict[int, float] = {}
        end = self.seconds
        for chunk in sorted(self._starts, reverse=True):
            ends[chunk] = end
            end = self._starts[chunk]
        return tuple(
            Chunk(text, self._starts[number], ends[number] - self._starts[number])
            if number in self._starts
            else Chunk(text)
            for number, text in enumerate(self._texts)
        )

    def _room(self, chunk: int) -> None:
        while len(self._texts) <= chunk:
            self._texts.append("")


def heard_chunks(turn: Turn) -> tuple[Chunk, ...]:
    """The chunks of the reply that count as heard."""
    if turn.heard_seconds is None:
        return turn.chunks
    kept: list[Chunk] = []
    for chunk in turn.chunks:
        if chunk.seconds <= 0 or turn.heard_seconds < chunk.start + _HEARD_SHARE * chunk.seconds:
            break
        kept.append(chunk)
    return tuple(kept)


def exchanges(turns: Iterable[Turn]) -> list[Exchange]:
    """What the engine should remember of these turns: what was asked, and what was heard of the replies."""
    past: list[Exchange] = []
    for turn in turns:
        reply = "".join(chunk.text for chunk in heard_chunks(turn)).strip()
        language = turn.reply_language or turn.question_language
        if turn.question.strip() and reply and turn.question_language:
            past.append(
                Exchange(question=turn.question, language=turn.question_language, reply=reply, reply_language=language)
            )
    return past


def with_question(turn: Turn, event: Heard) -> Turn:
    """The turn with what the engine has heard; what the user typed stays as it is."""
    as_typed = turn.origin == "typed" or bool(turn.misheard)
    wanted = turn.wanted_language
    return replace(
        turn,
        question=turn.question if as_typed else event.text.strip(),
        question_language=event.language,
        reply_language=event.language if wanted in ("", AUTO) else wanted,
    )


def with_stats(turn: Turn, event: TurnDone, languages: Sequence[str]) -> Turn:
    """The turn with what the engine tells at its end; `languages` are those of the pack."""
    return replace(turn, reply_language=_told_by_script(event.text, event.language, languages), stats=event.stats)


def _told_by_script(text: str, said: str, languages: Sequence[str]) -> str:
    """The language of a reply that is meant to be in `said`: another one only if its script says so."""
    try:
        return language_of(text, [said]) if said else language_of(text, languages)
    except CslmError:
        pass
    try:
        return language_of(text, languages)
    except CslmError:
        return said
