"""One turn at work: the steps of the LM and the sound of the voice thread become the events of the turn.

Knows neither where the question comes from nor who listens.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from cslm_core.audio import LISTEN_RATE, Pcm, check_pcm
from cslm_core.chain.pieces import ChunkPiece, Counts, EndPiece, HeardPiece, TextPiece, UnitPiece
from cslm_core.components import SpeechDecoder
from cslm_core.dialogue import Dialogue, Options, Step
from cslm_core.events import (
    Audio,
    FailureKind,
    Heard,
    TextDelta,
    TurnDone,
    TurnEvent,
    TurnFailed,
    UnitsChunk,
    to_bytes,
)
from cslm_core.halt import Halt
from cslm_core.speech import Finding
from cslm_core.timing import Clock
from cslm_core.voice import Sound, Voice

if TYPE_CHECKING:
    from cslm_core.listening import Listening
    from cslm_core.pack import Pack

__all__ = ["Answer", "Part"]

_REFUSALS: Final[dict[Finding, tuple[str, FailureKind]]] = {
    "silence": ("Nothing was heard: the sound is silent. Check the microphone and ask again.", "silence"),
    "no-speech": ("No speech was heard in the sound. Ask again, closer to the microphone.", "no-speech"),
}
_HEARD_SHARE: Final = 0.5
"""A chunk was heard when at least so much of it was played."""

_UNIT_SECONDS: Final = 0.075
"""About how long a unit is."""


class _Over:
    """No step follows."""


_OVER: Final = _Over()


class Part(NamedTuple):
    """Which turn it is, and what ends it early."""

    turn: int
    stop: Halt


class Answer:
    """The reply of one turn; iterate over one of its methods once."""

    def __init__(self, part: Part, pack: Pack, dialogue: Dialogue) -> None:
        self.turn = part.turn
        self.over = False
        """Whether no more events come."""
        self._stop = part.stop
        self._pack = pack
        self._dialogue = dialogue
        self._clock = Clock()
        self._texts: list[str] = []
        self._units: list[list[int]] = []
        self._question = ""
        self._language = ""
        self._cut = ""
        self._counts = Counts()
        self._reading = 0.0
        """Seconds the LM took for the units that were left when the question was over."""
        self._starts: dict[int, float] = {}
        """Where in the sound each chunk begins, in seconds."""
        self._spoken = False
        """Whether all sound has come out; until then the decoder holds some back."""

    # --- what was heard -----------------------------------------------------------------------------------------------

    @property
    def chunks(self) -> int:
        """How many chunks the reply has."""
        return len(self._units)

    def chunks_within(self, seconds: float) -> int:
        """How many chunks were heard when `seconds` were played."""
        if not any(self._units):
            return self.chunks
        begin = 0.0
        for chunk, units in enumerate(self._units):
            if units and chunk not in self._starts:
                return chunk  # no sound of it has come out
            begin = self._starts.get(chunk, begin)
            if seconds < begin + _HEARD_SHARE * self._length(chunk, begin):
                return chunk
        return self.chunks

    def _length(self, chunk: int, begin: float) -> float:
        """Seconds of a chunk that begins at `begin`; about as many where its sound is not complete."""
        if chunk + 1 in self._starts:
            return self._starts[chunk + 1] - begin
        if self._spoken:
            return self._clock.stats.reply_seconds - begin if self._units[chunk] else 0.0
        return len(self._units[chunk]) * _UNIT_SECONDS

    # --- kinds of turns -----------------------------------------------------------------------------------------------

    def spoken(self, listening: Listening, options: Options) -> Iterator[TurnEvent]:
        """The reply to a spoken question that is over."""
        stats = self._clock.stats
        finding = listening.complete()
        stats.question_seconds = listening.seconds
        stats.tokenizer_busy = listening.busy
        self._clock.mark("tokenizer_done")
        if finding != "speech":
            yield self._refuse(finding)
            return
        start = time.perf_counter()
        listening.feed_rest()
        self._reading = time.perf_counter() - start
        yield from self._reply(self._dialogue.reply(options), options)

    def typed(self, text: str, language: str, options: Options) -> Iterator[TurnEvent]:
        """The reply to a typed question."""
        yield from self._reply(self._dialogue.reply_to_text(text, language, options), options)

    def transcript(self, pcm16k: Pcm) -> Iterator[TurnEvent]:
        """Only what is said."""
        stats = self._clock.stats
        pcm = check_pcm(pcm16k)
        stats.question_seconds = len(pcm) / LISTEN_RATE
        finding = self._pack.gate.find(pcm)
        if finding == "speech":
            start = time.perf_counter()
            runs = self._pack.tokenizer.encode(pcm)
            stats.tokenizer_busy = time.perf_counter() - start
            self._clock.mark("tokenizer_done")
            finding = "speech" if len(runs) else "no-speech"
        if finding != "speech":
            yield self._refuse(finding)
            return
        yield from self._follow(self._dialogue.transcribe(runs.units.tolist()), None)
        if not self._stop.is_set():
            if self._question.strip():
                yield self._done(self._question.strip())
            else:
                yield self._refuse("no-speech")

    def reading(self, text: str, language: str, seed: int) -> Iterator[TurnEvent]:
        """A text read aloud."""
        options = Options(language, seed=seed, cancelled=self._stop.is_set)
        steps = self._dialogue.read_aloud(text, language, options)
        yield from self._reply(steps, options, "There is nothing in the text to be read aloud; give it words.")

    def translation(self, text: str, language: str, to: str) -> Iterator[TurnEvent]:
        """A text in another language."""
        steps = self._dialogue.translate(text, language, to)
        yield from self._reply(steps, Options(to, speak=False), "No translation came; say it in other words.")

    # --- inside -------------------------------------------------------------------------------------------------------

    def _reply(
        self, steps: Iterator[Step], options: Options, nothing: str = "No reply came; ask in other words."
    ) -> Iterator[TurnEvent]:
        """The events of a turn; `nothing` is what the user is told when no text comes."""
        voice = Voice(lambda: self._decoder(options), options.seed, self._stop) if options.speak else None
        try:
            yield from self._follow(steps, voice)
            self._clock.mark("generation_done")
            if voice is not None and not self._stop.is_set():
                yield from self._sounds(voice.finish())
                self._spoken = True
        finally:
            if voice is not None:
                voice.close()
                self._clock.stats.decoder_busy = voice.busy
            self.over = True
        if self._stop.is_set():
            return
        text = "".join(self._texts).strip()
        if not text:
            yield TurnFailed(turn=self.turn, reason=nothing, kind="engine")
            return
        yield self._done(text)

    def _decoder(self, options: Options) -> SpeechDecoder:
        """Of the language that is replied in; without a wish it is that of the question, known by the first unit."""
        return self._pack.decoder_for(options.language or self._language)

    def _follow(self, steps: Iterator[Step], voice: Voice | None) -> Iterator[TurnEvent]:
        """The events of the LM's steps, and the sound that gets ready meanwhile."""
        try:
            while self._stop.gate():
                start = time.perf_counter()
                step = next(steps, _OVER)
                self._clock.lm_busy += time.perf_counter() - start
                if isinstance(step, _Over):
                    break
                yield from self._events(step)
                if voice is not None:
                    sounds = voice.say(step.chunk, step.unit) if isinstance(step, UnitPiece) else voice.ready()
                    yield from self._sounds(sounds)
        finally:
            if isinstance(steps, Generator):
                steps.close()

    def _events(self, step: Step) -> Iterator[TurnEvent]:
        turn = self.turn
        match step:
            case HeardPiece(text, language, final):
                self._question, self._language = text, self._language or language
                if final:
                    self._clock.mark("heard")
                yield Heard(turn=turn, text=text, language=language, final=final)
            case TextPiece(chunk, text):
                self._clock.mark("first_text")
                self._room(chunk)
                self._texts[chunk] += text
                yield TextDelta(turn=turn, chunk=chunk, text=text)
            case UnitPiece(chunk, unit):
                self._clock.mark("first_unit")
                self._room(chunk)
                self._units[chunk].append(unit)
            case ChunkPiece(chunk, text, units):
                self._clock.mark("first_chunk")
                self._room(chunk)
                self._texts[chunk] = text  # of a text that is read aloud, chunks come whole
                yield UnitsChunk(turn=turn, chunk=chunk, units=list(units), text=text)
            case EndPiece(_, language, reason, counts):
                self._language, self._cut, self._counts = language or self._language, reason, counts
            case None:
                pass

    def _room(self, chunk: int) -> None:
        while len(self._texts) <= chunk:
            self._texts.append("")
            self._units.append([])

    def _sounds(self, sounds: Iterable[Sound]) -> Iterator[TurnEvent]:
        for sound in sounds:
            rate = self._pack.manifest.speak_rate
            for chunk, sample in sound.starts:
                self._starts[chunk] = self._clock.stats.reply_seconds + sample / rate
            if sound.first_mel is not None:
                self._clock.mark("first_mel", sound.first_mel)
            self._clock.sound(sound.pcm.size / rate)
            yield Audio(
                turn=self.turn, chunk=sound.chunk, pcm=to_bytes(sound.pcm), rate=rate, starts=list(sound.starts)
            )

    def _refuse(self, finding: Finding) -> TurnFailed:
        reason, kind = _REFUSALS[finding]
        self.over = True
        return TurnFailed(turn=self.turn, reason=reason, kind=kind)

    def _done(self, text: str) -> TurnDone:
        counts = self._counts
        stats = self._clock.finish(counts.prompt_seconds, counts.text_tokens + counts.unit_tokens)
        stats.prompt_busy += self._reading
        stats.prompt_tokens, stats.text_tokens, stats.unit_tokens = (
            counts.prompt_tokens,
            counts.text_tokens,
            counts.unit_tokens,
        )
        stats.cut = self._cut
        self.over = True
        return TurnDone(turn=self.turn, text=text, language=self._language, stats=stats)
