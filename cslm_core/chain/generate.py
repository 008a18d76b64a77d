"""Running the joint LM under its grammar, and the tasks that are no conversation.

`run` is the loop that every task shares: mask, sample, parse, feed; it looks at the cancel flag before every token.
Works on any `LmSession`; needs no torch. Conversations are in `conversation.py`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cslm_core.chain.chunks import cut_chunks
from cslm_core.chain.grammar import Limits, Machine, Phase, say_prompt, spoken_question, text_ids, translate_prompt
from cslm_core.chain.hearing import most_likely, search
from cslm_core.chain.parser import Parser
from cslm_core.chain.pieces import ChunkPiece, Counts, EndPiece, EndReason, HeardPiece, TextPiece, Tick
from cslm_core.components import LanguageModel, LmSession
from cslm_core.errors import EngineError
from cslm_core.lm.layout import TokenKind, TokenLayout
from cslm_core.lm.sampling import Sampler, SamplingOptions

__all__ = ["AUTO", "Cancelled", "TurnOptions", "full_chain", "listener", "read_aloud", "run", "transcribe", "translate"]

AUTO: Final = "auto"
Cancelled = Callable[[], bool]
"""Asked before every token; true ends the turn."""
Hear = Callable[[str], Generator[None, None, list[int]]]
"""The language of a spoken question to the tokens of its text; none when it could not be found."""
_SPARE: Final = 4
"""Tokens kept free, so that a chunk can always be closed."""
_MORE_TEXT: Final = 8
"""A text may have so many tokens more than its speech has units."""
_SEARCHED: Final = 4096
"""Tokens in the caches of a search, which has one for each text."""
_READ: Final = 400
"""Tokens that the check reads at most, for which one waits: of a question of 5 s six texts, of 15 s two."""
_LONGEST_LOOP: Final = 24
_LOOPS: Final = 4
_SAME_CHUNKS: Final = 3


def never() -> bool:
    """The cancel flag of a turn that nobody cancels."""
    return False


@dataclass(frozen=True)
class TurnOptions:
    """How a turn is answered. Languages are codes or "auto"."""

    reply_language: str = AUTO
    question_language: str = AUTO
    """Of a spoken question; given, the model need not tell."""
    sampling: SamplingOptions = field(default_factory=SamplingOptions)
    max_tokens: int = 768
    """Of text and units; beyond it the chunk is finished and no other begun."""
    speak: bool = True
    limits: Limits = field(default_factory=Limits)
    beam: int = 1
    """So many texts of a spoken question are weighed against each other (`hearing.py`); 1: the first that comes."""


class Feeder:
    """A session with tokens that are settled but not read yet, so that they are read together with the next."""

    def __init__(self, session: LmSession) -> None:
        self.session = session
        self.pending: list[int] = []
        self.logits: NDArray[np.float32] | None = None

    @property
    def length(self) -> int:
        return self.session.length + len(self.pending)

    def add(self, ids: Sequence[int]) -> None:
        self.pending.extend(ids)

    def read(self) -> NDArray[np.float32]:
        """The logits after all tokens."""
        if self.pending or self.logits is None:
            self.logits = self.session.feed(self.pending)
            self.pending = []
        return self.logits

    @property
    def last(self) -> int | None:
        """The last token, if it has not been read yet."""
        return self.pending[-1] if self.pending else None

    def cut(self, length: int) -> None:
        """Forget the tokens from `length` on. Something must be added before the next `read`."""
        read = self.session.length
        self.pending = self.pending[: max(0, length - read)]
        if length < read:
            self.session.truncate(length)
        self.logits = None


def run(
    feeder: Feeder,
    layout: TokenLayout,
    parser: Parser,
    sampler: Sampler,
    options: TurnOptions,
    *,
    cancelled: Cancelled = never,
    reply: Callable[[str], Sequence[int]] | None = None,
    hear: Hear | None = None,
) -> Iterator[Tick]:
    """Generate from what `feeder` holds until the parser's machine is done; the last piece is an `EndPiece`.

    For a token that makes nothing certain comes None, so that whoever iterates can stop between any two tokens.

    The sequence is never longer than the context. `reply` is asked once TQ is complete, with its language, and
    gives the tokens that begin the reply (the answer marker is then its first; the model's own choice is not used).
    `hear` finds all of TQ at once, as soon as its language is known.
    """
    machine = parser.machine
    tokens: list[int] = []
    chunks: list[str] = []
    budget = feeder.length + options.max_tokens
    if feeder.pending:
        started = time.perf_counter()
        parser.counts.prompt_tokens += len(feeder.pending)
        feeder.read()
        parser.counts.prompt_seconds += time.perf_counter() - started
    while not machine.done:
        if cancelled():
            yield from parser.finish("cancelled")
            return
        left = layout.context - feeder.length
        if left <= 0:
            yield from parser.finish("length")
            return
        if feeder.length >= budget or left <= 2 * _SPARE:
            machine.close("length")
        if left <= _SPARE:
            machine.end_speech()
        if hear is not None and machine.phase is Phase.HEARD:
            begin = yield from hear(parser.heard_language)
            hear = None
            if not begin:  # cancelled, or nothing to search for
                continue
            begin.append(layout.answer)
        else:
            begin = [_next(feeder, layout, machine, sampler)]
        if reply is not None and machine.phase is Phase.HEARD and begin[-1] == layout.answer:
            begin[-1:] = reply(parser.heard_language)
        for part in begin:
            feeder.add([part])
            pieces = parser.push(part)
            if not pieces:
                yield None
            for piece in pieces:
                if isinstance(piece, ChunkPiece):
                    sampler.forget_units()
                    tokens.clear()
                    chunks.append(piece.text.strip())
                    if chunks[-1] and chunks.count(chunks[-1]) >= _SAME_CHUNKS:
                        machine.close("repetition")
                yield piece
            tokens.append(part)
        if _loops(tokens):
            machine.close("repetition")
            machine.end_speech()


def _next(feeder: Feeder, layout: TokenLayout, machine: Machine, sampler: Sampler) -> int:
    kinds = machine.allowed()
    forced = _only(layout, kinds)
    if forced is not None:
        return forced
    return sampler.pick(feeder.read(), layout.mask(kinds), units=bool(kinds & TokenKind.UNIT))


def _only(layout: TokenLayout, kinds: TokenKind) -> int | None:
    """The token, when just one is allowed: nothing need be computed then."""
    single = {
        TokenKind.ANSWER: layout.answer,
        TokenKind.SOSP: layout.sosp,
        TokenKind.EOSP: layout.eosp,
        TokenKind.END: layout.end,
    }
    if kinds is TokenKind.LANGUAGE and len(layout.languages) == 1:
        return next(iter(layout.languages.values()))
    return single.get(kinds)


def _loops(tokens: Sequence[int]) -> bool:
    """Whether the end of a chunk's tokens is one short sequence again and again."""
    for period in range(1, _LONGEST_LOOP + 1):
        # A single unit or word may well come four times ("no, no, no, no"); that is the sampler's to judge.
        length = period * _LOOPS if period > 2 else 12
        if len(tokens) < length:
            continue
        tail = tokens[-length:]
        if tail[period:] == tail[:-period]:
            return True
    return False


def listener(
    lm: LanguageModel, feeder: Feeder, units: Sequence[int], options: TurnOptions, cancelled: Cancelled
) -> Hear | None:
    """`hear` for `run`, of a spoken question (merged units); None where nothing is to be searched for."""
    if options.beam < 2:
        return None

    def hear(language: str) -> Generator[None, None, list[int]]:
        layout = lm.layout
        most = min(options.limits.heard, len(units) + _MORE_TEXT, layout.context - feeder.length - 2 * _SPARE)
        texts = _READ // (len(units) + _MORE_TEXT)
        if most < 2 or texts < 2:  # unchecked, a search finds nothing better than what comes first
            return []
        beam = max(1, min(options.beam, _SEARCHED // feeder.length))
        logits = feeder.read()
        found = yield from search(feeder.session, logits, layout, beam=beam, most=most, cancelled=cancelled)
        if not found:
            return []
        marker, few = layout.language_id(language), found[: min(beam, texts)]
        best = yield from most_likely(lm, units, few, marker, cancelled=cancelled)
        return list(best.ids)

    return hear


def transcribe(
    lm: LanguageModel, units: Sequence[int], options: TurnOptions | None = None, *, cancelled: Cancelled = never
) -> Iterator[Tick]:
    """What a spoken question (merged units) says: `HeardPiece`s, then `EndPiece`. Raises EngineError if too long."""
    options, layout = options or TurnOptions(), lm.layout
    machine = Machine(Phase.LANGUAGE, options.limits, only_heard=True)
    parser, feeder = Parser(layout, machine), Feeder(lm.session())
    prompt = spoken_question(layout, units)
    if options.question_language != AUTO:
        prompt.append(layout.language_id(options.question_language))
        parser.push(prompt[-1])
    _check_room(layout, prompt)
    feeder.add(prompt)
    sampler, hear = Sampler(options.sampling), listener(lm, feeder, units, options, cancelled)
    yield from run(feeder, layout, parser, sampler, options, cancelled=cancelled, hear=hear)


def translate(
    lm: LanguageModel,
    text: str,
    language: str,
    to: str,
    options: TurnOptions | None = None,
    *,
    cancelled: Cancelled = never,
) -> Iterator[Tick]:
    """A text in another language: `TextPiece`s, `ChunkPiece`, `EndPiece`. Raises EngineError if it is too long."""
    options, layout = options or TurnOptions(), lm.layout
    parser = Parser(layout, Machine(Phase.PLAIN, options.limits), language=to)
    feeder, prompt = Feeder(lm.session()), translate_prompt(layout, text, language, to)
    _check_room(layout, prompt)
    feeder.add(prompt)
    yield from run(feeder, layout, parser, Sampler(options.sampling), options, cancelled=cancelled)


def read_aloud(
    lm: LanguageModel, text: str, language: str, options: TurnOptions | None = None, *, cancelled: Cancelled = never
) -> Iterator[Tick]:
    """The units of a text of any length: `TextPiece`, `UnitPiece`s and `ChunkPiece` of each chunk, then `EndPiece`."""
    options, layout = options or TurnOptions(), lm.layout
    sampler, feeder = Sampler(options.sampling, layout.alike), Feeder(lm.session())
    counts = Counts()
    reason: EndReason = ""
    said: list[str] = []
    for number, chunk in enumerate(cut_chunks(text, language)):
        ids = say_prompt(layout, chunk, language, first=feeder.length == 0)
        length = len(text_ids(layout, chunk, language))
        if feeder.length + len(ids) + options.limits.units(length) + _SPARE > layout.context:
            feeder.cut(0)  # a new reading; the voice goes on, since the decoder keeps its own state
            ids = say_prompt(layout, chunk, language)
        _check_room(layout, ids)
        feeder.add(ids)
        yield TextPiece(number, chunk)
        machine = Machine(Phase.SPEECH, options.limits, text_tokens=length, chunk=number)
        parser = Parser(layout, machine, language=language, chunk_text=chunk)
        parser.counts = counts
        stop = yield from _one_chunk(feeder, layout, parser, sampler, options, cancelled)
        if stop is not None:
            reason = stop
            break
        said.append(chunk)
    yield EndPiece("".join(said), language, reason, counts)


def _one_chunk(
    feeder: Feeder, layout: TokenLayout, parser: Parser, sampler: Sampler, options: TurnOptions, cancelled: Cancelled
) -> Generator[Tick, None, EndReason | None]:
    """`run` until the chunk is complete. Returns why it was not, or None."""
    # Units are bounded by the chunk's text, not by the turn's budget.
    unbounded = replace(options, max_tokens=layout.context)
    for piece in run(feeder, layout, parser, sampler, unbounded, cancelled=cancelled):
        if isinstance(piece, EndPiece):
            return piece.reason or "malformed"
        yield piece
        if isinstance(piece, ChunkPiece):
            return None
    return "malformed"


def full_chain(
    lm: LanguageModel,
    units: Sequence[int],
    options: TurnOptions | None = None,
    *,
    cancelled: Cancelled = never,
) -> Iterator[Tick]:
    """A spoken question answered in the order that the paper compares with: TQ, the whole answer, then all its units.

    All is one chunk. For benchmarks; a conversation interleaves.
    """
    options, layout = options or TurnOptions(), lm.layout
    feeder, sampler = Feeder(lm.session()), Sampler(options.sampling, layout.alike)
    parser = Parser(layout, Machine(Phase.LANGUAGE, options.limits))
    prompt = spoken_question(layout, units)
    _check_room(layout, prompt)
    feeder.add(prompt)

    def reply(heard: str) -> Sequence[int]:
        language = heard if options.reply_language == AUTO else options.reply_language
        return [layout.text, layout.language_id(language)]

    end = EndPiece("", "")
    hear = listener(lm, feeder, units, options, cancelled)
    for piece in run(feeder, layout, parser, sampler, options, cancelled=cancelled, reply=reply, hear=hear):
        if isinstance(piece, (HeardPiece, TextPiece)):
            yield piece
        elif isinstance(piece, EndPiece):
            end = piece
    if end.reason or not end.text:
        yield end
        return
    length = len(text_ids(layout, end.text, end.language))
    wide = replace(options.limits, chunk_units=max(0, layout.context - feeder.length - length - 2 * _SPARE))
    feeder.add(say_prompt(layout, end.text, end.language))
    machine = Machine(Phase.SPEECH, wide, text_tokens=length)
    speech = Parser(layout, machine, language=end.language, chunk_text=end.text)
    speech.counts = end.counts
    stop = yield from _one_chunk(feeder, layout, speech, sampler, options, cancelled)
    yield EndPiece(end.text, end.language, stop or "", end.counts)


def _check_room(layout: TokenLayout, prompt: Sequence[int]) -> None:
    if len(prompt) + 4 * _SPARE > layout.context:
        raise EngineError("This is too long for the model; use fewer words at a time.")
