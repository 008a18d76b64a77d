"""The grammar of the joint LM (CONTRIBUTING.md): prompts of every task, and which kinds of token may follow.

`Machine` does two things with one state: it says what may come next (for the sampler's mask), and it takes whatever
does come, however malformed, within its bounds. Paper: speech-text interleaved chain of modality; markers in place of
prompt sentences. Knows nothing of sampling, of text or of the cache.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from cslm_core.chain.pieces import EndReason
from cslm_core.lm.layout import TokenKind, TokenLayout

__all__ = [
    "Limits",
    "Machine",
    "Phase",
    "Step",
    "history_turn",
    "open_question",
    "say_prompt",
    "spoken_question",
    "starts_with_space",
    "text_ids",
    "translate_prompt",
    "typed_question",
]

_UNSPACED = frozenset({"zh", "yue", "ja", "th", "lo", "km", "my"})


# --- prompts ----------------------------------------------------------------------------------------------------------


def starts_with_space(language: str) -> bool:
    """Whether texts of the language begin with a space, so that a word is the same token everywhere."""
    return language not in _UNSPACED


def text_ids(layout: TokenLayout, text: str, language: str) -> list[int]:
    """Ids of a text or chunk, with the leading space of its language."""
    return layout.encode(" " + text.strip() if starts_with_space(language) else text)


def open_question(layout: TokenLayout) -> list[int]:
    """The beginning of a spoken question; its unit ids follow, as they come, then `<eosp>`."""
    return [layout.question, layout.sosp]


def spoken_question(layout: TokenLayout, units: Sequence[int]) -> list[int]:
    """`[question] <sosp> u* <eosp>`; the model goes on with the language and TQ (spoken turn and ASR)."""
    return [*open_question(layout), *layout.heard_ids(units), layout.eosp]


def typed_question(
    layout: TokenLayout, text: str, language: str, reply_language: str, *, speak: bool = True
) -> list[int]:
    """`[question] <en> TQ [answer] <zh>`, or with `[text]` for an answer without speech."""
    reply = layout.answer if speak else layout.text
    question = text_ids(layout, text, language)
    return [layout.question, layout.language_id(language), *question, reply, layout.language_id(reply_language)]


def history_turn(layout: TokenLayout, question: tuple[str, str], answer: tuple[str, str]) -> list[int]:
    """A turn of the past as text alone: `[question] <en> Q [text] <zh> A <|im_end|>`, of (text, language) each."""
    prompt = typed_question(layout, *question, answer[1], speak=False)
    return [*prompt, *text_ids(layout, *answer), layout.end]


def say_prompt(layout: TokenLayout, text: str, language: str, *, first: bool = True) -> list[int]:
    """`[say] <en> T1 <sosp>`, or for later chunks `T2 <sosp>`; the model goes on with the units."""
    head = [layout.say, layout.language_id(language)] if first else []
    return [*head, *text_ids(layout, text, language), layout.sosp]


def translate_prompt(layout: TokenLayout, text: str, language: str, to: str) -> list[int]:
    """`[translate] <en> source <zh>`; the model goes on with the target."""
    source = text_ids(layout, text, language)
    return [layout.translate, layout.language_id(language), *source, layout.language_id(to)]


# --- what may follow --------------------------------------------------------------------------------------------------


class Phase(enum.Enum):
    """Where a sequence is."""

    LANGUAGE = "the language of a spoken question is due"
    HEARD = "in TQ"
    CHUNK = "a chunk of the answer, or the end, is due"
    TEXT = "in the text of a chunk"
    SPEECH = "in the units of a chunk"
    PLAIN = "in an answer without speech"
    DONE = "nothing may follow"


class Step(enum.Enum):
    """What a token means."""

    LANGUAGE = "a language is known"
    HEARD = "more of TQ"
    HEARD_END = "TQ is complete"
    TEXT = "more text of the chunk"
    UNIT = "the next unit of the chunk"
    CHUNK_END = "the chunk is complete"
    END = "nothing follows"


@dataclass(frozen=True)
class Limits:
    """Bounds that hold whatever the model does. In tokens, but for chunks."""

    heard: int = 400
    chunk_text: int = 48
    plain_text: int = 400
    chunks: int = 60
    units_base: int = 24
    units_per_text: int = 12
    """A token of text is seldom more than 6 units, a digit that is read out up to 10."""
    chunk_units: int = 400
    """16 s or more."""

    def units(self, text_tokens: int) -> int:
        """Units that a chunk with so many tokens of text may have."""
        return min(self.chunk_units, self.units_base + self.units_per_text * text_tokens)


_NEW_TURN = TokenKind.QUESTION | TokenKind.SAY | TokenKind.TRANSLATE | TokenKind.END
_REPLY = TokenKind.ANSWER | TokenKind.TEXT_ANSWER
_NOTHING: tuple[Step, ...] = ()


class Machine:
    """The state of one sequence. `chunk` counts from 0; `reason` says why it ended."""

    def __init__(
        self,
        phase: Phase,
        limits: Limits | None = None,
        *,
        only_heard: bool = False,
        text_tokens: int = 0,
        chunk: int = 0,
    ) -> None:
        """`only_heard` ends with TQ (ASR). `text_tokens` is the length of the chunk's text when it begins in speech."""
        self.phase = phase
        self.limits = limits or Limits()
        self.chunk = chunk
        self.reason: EndReason = ""
        self._only_heard = only_heard
        self._heard = 0
        self._text = text_tokens
        self._units = 0
        self._closing = False

    @property
    def done(self) -> bool:
        return self.phase is Phase.DONE

    @property
    def in_chunk(self) -> bool:
        return self.phase in (Phase.TEXT, Phase.SPEECH) or (self.phase is Phase.PLAIN and self._text > 0)

    def close(self, reason: EndReason) -> None:
        """Bring the sequence to its end within the grammar: the chunk is spoken to its end, and none follows."""
        self._closing = True
        self.reason = self.reason or reason

    def end_speech(self) -> None:
        """Let no more units follow in this chunk."""
        self._units = self.limits.chunk_units

    def allowed(self) -> TokenKind:
        """The kinds of token that may come next; NONE when it is done."""
        limits = self.limits
        if self.phase is Phase.LANGUAGE:
            return TokenKind.LANGUAGE
        if self.phase is Phase.HEARD:
            if self._heard == 0:
                return TokenKind.TEXT
            full = self._heard >= limits.heard or self._closing
            return TokenKind.ANSWER if full else TokenKind.TEXT | TokenKind.ANSWER
        if self.phase is Phase.CHUNK:
            if self._closing or self.chunk >= limits.chunks:
                return TokenKind.END
            return TokenKind.TEXT | TokenKind.END if self.chunk else TokenKind.TEXT
        if self.phase is Phase.TEXT:
            full = self._text >= limits.chunk_text or self._closing
            return TokenKind.SOSP if full else TokenKind.TEXT | TokenKind.SOSP
        if self.phase is Phase.SPEECH:
            if self._units == 0:
                return TokenKind.UNIT
            full = self._units >= limits.units(self._text)
            return TokenKind.EOSP if full else TokenKind.UNIT | TokenKind.EOSP
        if self.phase is Phase.PLAIN:
            if self._text == 0 and not self._closing:
                return TokenKind.TEXT
            full = self._text >= limits.plain_text or self._closing
            return TokenKind.END if full else TokenKind.TEXT | TokenKind.END
        return TokenKind.NONE

    def step(self, kind: TokenKind) -> tuple[Step, ...]:
        """Take a token of any kind, allowed or not; what it means, in order (often one thing; none if ignored)."""
        if self.phase is Phase.DONE:
            return _NOTHING
        if self.phase in (Phase.LANGUAGE, Phase.HEARD):
            return self._in_question(kind)
        if kind & _NEW_TURN:
            if kind is not TokenKind.END:
                self.reason = self.reason or "malformed"
            return (*self._end_chunk(), *self._end())
        if self.phase is Phase.PLAIN:
            return self._in_plain(kind)
        return self._in_chunks(kind)

    def _in_question(self, kind: TokenKind) -> tuple[Step, ...]:
        if kind & _REPLY:
            if self._only_heard:
                return (Step.HEARD_END, *self._end())
            self.phase = Phase.CHUNK if kind is TokenKind.ANSWER else Phase.PLAIN
            return (Step.HEARD_END,)
        if kind & _NEW_TURN:
            self.reason = self.reason or "malformed"
            return (Step.HEARD_END, *self._end())
        if kind is TokenKind.LANGUAGE and self.phase is Phase.LANGUAGE:
            self.phase = Phase.HEARD
            return (Step.LANGUAGE,)
        if kind is TokenKind.TEXT and self._heard < self.limits.heard:
            self.phase = Phase.HEARD
            self._heard += 1
            return (Step.HEARD,)
        return _NOTHING

    def _in_plain(self, kind: TokenKind) -> tuple[Step, ...]:
        if kind is TokenKind.LANGUAGE and self._text == 0:
            return (Step.LANGUAGE,)
        if kind is not TokenKind.TEXT or self._text >= self.limits.plain_text:
            return _NOTHING
        self._text += 1
        return (Step.TEXT,)

    def _in_chunks(self, kind: TokenKind) -> tuple[Step, ...]:
        if kind is TokenKind.LANGUAGE and self.phase is Phase.CHUNK and self.chunk == 0:
            return (Step.LANGUAGE,)
        if kind is TokenKind.TEXT:
            before = _NOTHING
            if self.phase is Phase.SPEECH or self._text >= self.limits.chunk_text:
                before = self._end_chunk()
            if self._no_more_chunks():
                return (*before, *self._end())
            self.phase = Phase.TEXT
            self._text += 1
            return (*before, Step.TEXT)
        if kind is TokenKind.EOSP:
            return self._end_chunk()
        if kind in (TokenKind.SOSP, TokenKind.UNIT) and self.phase is not Phase.SPEECH:
            if self._no_more_chunks():
                return self._end()
            self.phase = Phase.SPEECH
        if kind is TokenKind.UNIT and self._units < self.limits.units(self._text):
            self._units += 1
            return (Step.UNIT,)
        return _NOTHING

    def _no_more_chunks(self) -> bool:
        if self.phase is not Phase.CHUNK or self.chunk < self.limits.chunks:
            return False
        self.reason = self.reason or "length"
        return True

    def _end_chunk(self) -> tuple[Step, ...]:
        if not self.in_chunk:
            return _NOTHING
        self.phase = Phase.CHUNK
        self.chunk += 1
        self._text = self._units = 0
        return (Step.CHUNK_END,)

    def _end(self) -> tuple[Step, ...]:
        if self.reason == "" and self.phase is Phase.CHUNK and self.chunk >= self.limits.chunks:
            self.reason = "length"
        self.phase = Phase.DONE
        return (Step.END,)
