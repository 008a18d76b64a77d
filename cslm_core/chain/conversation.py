"""A conversation: turns that share one sequence, so that nothing is read twice.

The cache of earlier turns is kept as it is. A turn that was interrupted is cut back to what was heard of it, and when
the context runs out, the last turns are read again as text alone. Knows nothing of sound, time or events.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from cslm_core.chain.generate import AUTO, Cancelled, Feeder, Hear, TurnOptions, listener, never, run
from cslm_core.chain.grammar import Machine, Phase, history_turn, open_question, typed_question
from cslm_core.chain.parser import Parser
from cslm_core.chain.pieces import ChunkPiece, EndPiece, HeardPiece, Tick
from cslm_core.components import LanguageModel
from cslm_core.errors import EngineError
from cslm_core.lm.layout import TokenKind
from cslm_core.lm.sampling import Sampler

__all__ = ["Conversation", "PastTurn"]

_REPLY_SHARE: Final = 3
"""At least 1/3 of the context is free for the reply when a turn begins."""
_HISTORY_SHARE: Final = 4
"""At most 1/4 of the context is history that is read again."""
_TOO_LONG: Final = "The question is too long for the model; ask it in fewer words."


@dataclass
class PastTurn:
    """A turn as it stays in the history: `chunks` are the texts that count as heard."""

    question: str
    language: str
    reply_language: str
    chunks: list[str] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    """Where in the sequence each chunk ends."""
    start: int | None = 0
    """Where the turn begins; None when the sequence holds it as text only."""

    @property
    def answer(self) -> str:
        return "".join(self.chunks)


@dataclass
class _Expected(Iterator[None]):
    """A question as it may end, in the language that it was said to be in, and the language found.

    Iterating does one step of finding its text (`steps`, of a `Hear`).
    """

    units: list[int]
    said_to_be: str
    language: str
    steps: Generator[None, None, list[int]]
    text: list[int] = field(default_factory=list)

    def __next__(self) -> None:
        try:
            next(self.steps)
        except StopIteration as end:
            self.text = self.text or end.value or []  # a generator gives its value once
            raise

    def hear(self, language: str) -> Generator[None, None, list[int]]:
        """`Hear`: what is left to be done."""
        for _ in self:
            yield None
        return list(self.text)


class Conversation:
    """Use from one thread at a time. `history` holds the turns that the model will remember, oldest first."""

    def __init__(self, lm: LanguageModel) -> None:
        self.history: list[PastTurn] = []
        self._lm, self._layout = lm, lm.layout
        self._feeder = Feeder(lm.session())
        self._expected: _Expected | None = None
        self._start = 0
        self._units: list[int] | None = None

    @property
    def length(self) -> int:
        """Tokens in the sequence."""
        return self._feeder.length

    # --- spoken questions, also while they are being spoken ---

    def listen(self) -> None:
        """A spoken question begins; one that was begun and not answered is dropped."""
        self.drop()
        self._make_room(len(open_question(self._layout)))
        self._start = self._feeder.length
        self._units = []
        self._feeder.add(open_question(self._layout))

    def push(self, units: Sequence[int]) -> None:
        """More merged units of the question, read at once. Raises EngineError when it becomes too long."""
        if self._units is None:
            raise ValueError("no question has been begun")
        ids = self._layout.heard_ids(units)
        if not ids:
            return
        if self._lacks_room(len(ids) + 1):
            begun = [*open_question(self._layout), *self._layout.heard_ids(self._units)]
            self._feeder.cut(self._start)
            self._make_room(len(begun) + len(ids) + 1)
            self._start = self._feeder.length
            self._feeder.add(begun)
        self._units.extend(int(unit) for unit in units)
        self._feeder.add(ids)
        self._feeder.read()

    def expect(self, units: Sequence[int], options: TurnOptions, cancelled: Cancelled = never) -> Iterator[None]:
        """The question may end with these merged units: iterate to find out what it would say, for `answer`.

        Gives nothing to do where `answer` would not search, or refuse, and where there is no room. However far it came,
        the question can go on.
        """
        if self._units is None:
            raise ValueError("no question has been begun")
        layout, feeder, before = self._layout, self._feeder, self._feeder.length
        rest = layout.heard_ids(units)
        asked = [*self._units, *map(int, units)]
        hear = listener(self._lm, feeder, asked, options, cancelled)
        known = options.question_language in (AUTO, *layout.languages)
        if hear is None or not known or self._lacks_room(len(rest) + 1):
            return iter(())
        try:
            feeder.add([*rest, layout.eosp])
            language = options.question_language
            if language == AUTO:
                sampler = Sampler(options.sampling)
                language = layout.language_of(sampler.pick(feeder.read(), layout.mask(TokenKind.LANGUAGE)))
            feeder.add([layout.language_id(language)])
            self._expected = _Expected(asked, options.question_language, language, hear(language))
            next(self._expected, None)  # the search reads the sequence in its first step only
        finally:
            feeder.cut(before)
        return self._expected

    def drop(self) -> None:
        """The question that was begun was none: forget it."""
        self._expected = None
        if self._units is not None:
            self._feeder.cut(self._start)
            self._units = None

    def answer(self, options: TurnOptions | None = None, cancelled: Cancelled = never) -> Iterator[Tick]:
        """The question is over: what was heard, then the reply. The turn stays in the history with its complete chunks.

        Closing the iterator cancels as `cancelled` does; then say with `keep` how much was heard.
        """
        if self._units is None:
            raise ValueError("no question has been begun")
        options, layout = options or TurnOptions(), self._layout
        parser = Parser(layout, Machine(Phase.LANGUAGE, options.limits))
        prompt = [layout.eosp]
        if options.question_language != AUTO:
            prompt.append(layout.language_id(options.question_language))
            parser.push(prompt[-1])
        if options.reply_language != AUTO:
            layout.language_id(options.reply_language)  # refuse it now, not in the middle of the turn
        units, self._units = self._units, None
        expected, self._expected = self._expected, None
        hear = listener(self._lm, self._feeder, units, options, cancelled)
        if expected and (expected.units, expected.said_to_be) == (units, options.question_language):
            if options.question_language == AUTO:
                prompt.append(layout.language_id(expected.language))
                parser.push(prompt[-1])
            hear = expected.hear
        self._feeder.add(prompt)
        turn = PastTurn("", options.question_language, options.reply_language, start=self._start)

        def reply(heard: str) -> Sequence[int]:
            language = heard if options.reply_language == AUTO else options.reply_language
            return [layout.answer if options.speak else layout.text, layout.language_id(language)]

        yield from self._run(turn, parser, options, cancelled, reply, hear)

    # --- typed questions ---

    def ask_text(
        self, text: str, language: str, options: TurnOptions | None = None, cancelled: Cancelled = never
    ) -> Iterator[Tick]:
        """A typed question in `language`; the pieces as of a spoken one. Raises EngineError when it is too long."""
        options, layout = options or TurnOptions(), self._layout
        reply_language = language if options.reply_language == AUTO else options.reply_language
        prompt = typed_question(layout, text, language, reply_language, speak=options.speak)
        self.drop()
        self._make_room(len(prompt))
        self._start = self._feeder.length
        self._feeder.add(prompt)
        turn = PastTurn(text.strip(), language, reply_language, start=self._start)
        yield HeardPiece(turn.question, language, final=True)
        machine = Machine(Phase.CHUNK if options.speak else Phase.PLAIN, options.limits)
        yield from self._run(turn, Parser(layout, machine, language=reply_language), options, cancelled)

    # --- what stays ---

    def keep(self, chunks: int) -> None:
        """Only the first `chunks` chunks of the last turn were heard; with none, the turn never was.

        Not while that turn is still being iterated over; a question that has been begun since stays begun.
        """
        if not self.history or chunks >= len(self.history[-1].chunks):
            return
        turn, units, begun = self.history[-1], self._units, self._start
        if chunks > 0:
            del turn.chunks[chunks:], turn.ends[chunks:]
        else:
            self.history.pop()
        if turn.start is None:
            self._reread(begun)
        elif chunks > 0:
            self._feeder.cut(turn.ends[-1])
            self._feeder.add([self._layout.end])
        else:
            self._feeder.cut(turn.start)
        if units is not None:
            self._start = self._feeder.length
            self._feeder.add([*open_question(self._layout), *self._layout.heard_ids(units)])

    def forget(self) -> None:
        """Begin anew."""
        self.history.clear()
        self._units = None
        self._feeder.cut(0)

    def recall(self, turns: Sequence[PastTurn]) -> int:
        """Make `turns` the history, read as text alone; the oldest give way where the context ends. How many stayed."""
        self.forget()
        self.history = list(turns)
        self._reread(self._layout.context // _HISTORY_SHARE)
        if self._feeder.pending:
            self._feeder.read()  # now, while nobody waits for a reply
        return len(self.history)

    # --- inside ---

    def _run(
        self,
        turn: PastTurn,
        parser: Parser,
        options: TurnOptions,
        cancelled: Cancelled,
        reply: Callable[[str], Sequence[int]] | None = None,
        hear: Hear | None = None,
    ) -> Iterator[Tick]:
        layout, closed = self._layout, False
        sampler = Sampler(options.sampling, layout.alike)
        try:
            for piece in run(
                self._feeder,
                layout,
                parser,
                sampler,
                options,
                cancelled=cancelled,
                reply=reply,
                hear=hear,
            ):
                if isinstance(piece, HeardPiece):
                    turn.question, turn.language = piece.text, piece.language
                elif isinstance(piece, ChunkPiece):
                    turn.chunks.append(piece.text)
                    turn.ends.append(self._feeder.length)
                elif isinstance(piece, EndPiece):
                    turn.reply_language = piece.language
                    self._close(turn)
                    closed = True
                yield piece
        finally:
            if not closed:  # the iterator was closed, or the model failed: as if cancelled
                turn.reply_language = parser.language
                self._close(turn)

    def _close(self, turn: PastTurn) -> None:
        """The turn is over: its complete chunks stay, closed by `<|im_end|>`; without any, nothing stays."""
        if not turn.chunks:
            self._feeder.cut(turn.start or 0)
            return
        self.history.append(turn)
        if self._feeder.last != self._layout.end:
            self._feeder.cut(turn.ends[-1])
            self._feeder.add([self._layout.end])

    def _lacks_room(self, count: int) -> bool:
        context = self._layout.context
        return self._feeder.length + count > context - context // _REPLY_SHARE

    def _make_room(self, count: int) -> None:
        """Room for `count` tokens and a reply, at the cost of old turns. Raises EngineError when that is not enough."""
        if not self._lacks_room(count):
            return
        context = self._layout.context
        self._reread(min(context // _HISTORY_SHARE, context - context // _REPLY_SHARE - count))
        if self._lacks_room(count):
            self._units = None
            raise EngineError(_TOO_LONG)

    def _reread(self, most: int) -> None:
        """Begin the sequence anew with the last turns, as text, in at most `most` tokens; older ones are forgotten."""
        kept: list[PastTurn] = []
        prompt: list[int] = []
        for turn in reversed(self.history):
            ids = history_turn(self._layout, (turn.question, turn.language), (turn.answer, turn.reply_language))
            if len(prompt) + len(ids) > most:
                break
            turn.start = None
            turn.ends = []
            kept.insert(0, turn)
            prompt = ids + prompt
        self.history = kept
        self._feeder.cut(0)
        self._feeder.add(prompt)
