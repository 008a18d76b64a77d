"""Conversations with a pack: questions in (spoken, being spoken, or typed), a stream of events out.

The LM runs in the caller's thread, one token between two looks at what else there is; the speech decoder in another
(`voice.py`). Knows nothing of devices, processes, or of how the LM is driven (`dialogue.py`).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import numpy as np

from cslm_core.answering import Answer, Part
from cslm_core.audio import Pcm
from cslm_core.dialogue import Dialogue, Options, check_drawing, open_dialogue
from cslm_core.errors import AudioError, CslmError
from cslm_core.events import AUTO, Audio, Exchange, FailureKind, TurnDone, TurnEvent, TurnFailed
from cslm_core.halt import Halt
from cslm_core.languages import check_language, language_name, language_of
from cslm_core.listening import Listening

if TYPE_CHECKING:
    from cslm_core.pack import Pack

__all__ = ["Chat", "Listening", "Transcript", "speak", "transcribe", "translate"]

MAX_TEXT = 4_000
"""Characters of a typed question or of a text to be read or translated."""


class Transcript(NamedTuple):
    """What was said, and in which language."""

    text: str
    language: str


class LanguageError(CslmError):
    """A language that the pack does not have."""


class Chat:
    """One conversation. For one thread, but for `cancel`, `pause` and `go_on`, which any thread may call."""

    def __init__(self, pack: Pack, dialogue: Dialogue | None = None) -> None:
        self._pack = pack
        self._dialogue = dialogue if dialogue is not None else open_dialogue(pack.lm, pack.languages)
        self._numbers = itertools.count(1)
        self._running: Generator[TurnEvent, None, None] | None = None
        self._listening: Listening | None = None
        self._stops: dict[int, Halt] = {}
        """Of the turn that is running or listened to, by its number."""
        self._last: Answer | None = None

    # --- turns --------------------------------------------------------------------------------------------------------

    def ask(
        self,
        question: Pcm | str,
        *,
        turn: int | None = None,
        stop: Halt | None = None,
        language: str = AUTO,
        reply_language: str = AUTO,
        temperature: float | None = None,
        seed: int = 0,
        speak: bool = True,
    ) -> Iterator[TurnEvent]:
        """Ask samples (n,) of 16 kHz, or a text, and iterate over what comes; the last is TurnDone or TurnFailed.

        `language` is that of the question (auto: as it is heard); what the pack does not know is refused. `stop`, once
        set, ends the turn within one token. Leaving the iterator before its end cancels the turn. Raises CslmError at
        once for a temperature or a seed that cannot be.
        """
        check_drawing(temperature, seed)
        if isinstance(question, str):
            return self._begin(
                turn,
                stop,
                lambda part: self._typed(part, question, language, reply_language, temperature, seed, speak),
            )
        listening = self.listen(
            turn=turn,
            stop=stop,
            language=language,
            reply_language=reply_language,
            temperature=temperature,
            seed=seed,
            speak=speak,
        )
        listening.hold(question)
        return listening.finish()

    def listen(
        self,
        *,
        turn: int | None = None,
        stop: Halt | None = None,
        language: str = AUTO,
        reply_language: str = AUTO,
        temperature: float | None = None,
        seed: int = 0,
        speak: bool = True,
    ) -> Listening:
        """A question that is about to be spoken: `push` its sound while it is, then iterate over `finish()`.

        Raises CslmError for a temperature or a seed that cannot be.
        """
        check_drawing(temperature, seed)
        self._end_running()
        number, halt = self._number(turn, stop)

        def answer(listening: Listening) -> Iterator[TurnEvent]:
            def run(part: Part) -> Iterator[TurnEvent]:
                self._languages(language, reply_language)
                options = self._options(part, reply_language, temperature, seed, speak, language)
                self._last = Answer(part, self._pack, self._dialogue)
                return self._last.spoken(listening, options)

            if listening is not self._listening:
                return iter([_failed(number, "The turn was cancelled.", "cancelled")])
            return self._begin(number, halt, run, listening)

        expected = self._options(Part(number, halt), reply_language, temperature, seed, speak, language)
        self._listening = Listening(self._pack, self._dialogue, halt, answer, expected)
        return self._listening

    def transcribe(self, pcm16k: Pcm, *, turn: int | None = None, stop: Halt | None = None) -> Iterator[TurnEvent]:
        """Heard, then TurnDone with the text; not part of the conversation."""
        return self._begin(turn, stop, lambda part: Answer(part, self._pack, self._dialogue).transcript(pcm16k))

    def speak(
        self,
        text: str,
        language: str = AUTO,
        *,
        seed: int = 0,
        turn: int | None = None,
        stop: Halt | None = None,
    ) -> Iterator[TurnEvent]:
        """The text read aloud: Audio..., then TurnDone; not part of the conversation.

        Raises CslmError at once for a seed that cannot be.
        """
        check_drawing(None, seed)

        def run(part: Part) -> Iterator[TurnEvent]:
            spoken, code = self._text(text, language)
            return Answer(part, self._pack, self._dialogue).reading(spoken, code, seed)

        return self._begin(turn, stop, run)

    def translate(
        self,
        text: str,
        to: str,
        language: str = AUTO,
        *,
        turn: int | None = None,
        stop: Halt | None = None,
    ) -> Iterator[TurnEvent]:
        """The translation: TextDelta..., then TurnDone with all of it; not part of the conversation."""

        def run(part: Part) -> Iterator[TurnEvent]:
            source, code = self._text(text, language)
            self._languages(to)
            if code == to:
                raise CslmError(f"The text is in {language_name(to)} already; name another language.")
            return Answer(part, self._pack, self._dialogue).translation(source, code, to)

        return self._begin(turn, stop, run)

    # --- the conversation ---------------------------------------------------------------------------------------------

    def cancel(self, turn: int | None = None) -> None:
        """Stop a turn, or all of them; from any thread. It ends with TurnFailed("cancelled") within one token."""
        for number, stop in list(self._stops.items()):
            if turn is None or turn == number:
                stop.set()

    def pause(self, turn: int) -> None:
        """Let a turn wait before its next token, until `go_on` or `cancel`; from any thread."""
        if (stop := self._stops.get(turn)) is not None:
            stop.pause()

    def go_on(self, turn: int) -> None:
        """Let a turn that was paused go on; from any thread."""
        if (stop := self._stops.get(turn)) is not None:
            stop.go_on()

    def heard(self, turn: int, seconds: float) -> bool:
        """Of the reply of `turn` only `seconds` were played: the history keeps the chunks that were mostly heard.

        Only the last turn can be shortened, and only when it is over; gives whether it was.
        """
        if self._last is None or self._last.turn != turn or not self._last.over:
            return False
        kept = self._last.chunks_within(seconds)
        if kept < self._last.chunks:
            self._dialogue.keep(kept)
            self._last = None
        return True

    def forget(self) -> None:
        """Begin a new conversation."""
        self._end_running()
        self._last = None
        self._dialogue.forget()

    def recall(self, exchanges: Sequence[Exchange]) -> int:
        """Make these turns the conversation, oldest first, without generating; how many of the last ones stayed.

        Turns without words, and turns in languages that the pack does not have, are left out.
        """
        self._end_running()
        self._last = None
        known: list[Exchange] = []
        for past in exchanges:
            question, reply = _plain(past.question), _plain(past.reply)
            if question and reply and {past.language, past.reply_language} <= set(self._pack.languages):
                known.append(msgspec.structs.replace(past, question=question, reply=reply))
        return self._dialogue.recall(known)

    def close(self) -> None:
        """End what is running."""
        self._end_running()

    # --- inside -------------------------------------------------------------------------------------------------------

    def _number(self, turn: int | None, stop: Halt | None) -> tuple[int, Halt]:
        number = turn if turn is not None else next(self._numbers)
        self._stops[number] = stop if stop is not None else Halt()
        return number, self._stops[number]

    def _begin(
        self,
        turn: int | None,
        stop: Halt | None,
        run: Callable[[Part], Iterator[TurnEvent]],
        listening: Listening | None = None,
    ) -> Iterator[TurnEvent]:
        """Make `run` the turn that is running. Whatever ran before is ended."""
        if listening is None:
            self._end_running()
        self._listening = None
        number, halt = self._number(turn, stop)
        self._running = self._guard(Part(number, halt), run)
        return self._running

    def _guard(self, part: Part, run: Callable[[Part], Iterator[TurnEvent]]) -> Generator[TurnEvent, None, None]:
        """The events of a turn; an error meant for the user is its last event. Afterwards no turn is open."""
        try:
            if not part.stop.is_set():
                yield from run(part)
            if part.stop.is_set():
                yield _failed(part.turn, "The turn was cancelled.", "cancelled")
        except CslmError as error:
            kind: FailureKind = "engine"
            if isinstance(error, AudioError):
                kind = "audio"
            elif isinstance(error, LanguageError):
                kind = "language"
            yield _failed(part.turn, str(error), kind)
        finally:
            self._dialogue.settle()
            self._stops.pop(part.turn, None)

    def _end_running(self) -> None:
        if self._running is not None:
            self._running.close()
            self._running = None
        if self._listening is not None:
            self._listening.stop.set()
            self._listening = None
        self._stops.clear()  # also of what was never iterated over
        self._dialogue.settle()

    def _typed(
        self,
        part: Part,
        text: str,
        language: str,
        reply_language: str,
        temperature: float | None,
        seed: int,
        speak: bool,
    ) -> Iterator[TurnEvent]:
        question, code = self._text(text, language)
        self._languages(reply_language)
        options = self._options(part, reply_language, temperature, seed, speak)
        self._last = Answer(part, self._pack, self._dialogue)
        return self._last.typed(question, code, options)

    def _text(self, text: str, language: str) -> tuple[str, str]:
        """The text as it is given to the LM, and its language."""
        plain = _plain(text)
        if not plain:
            raise CslmError("The text is empty; type something.")
        if len(plain) > MAX_TEXT:
            raise CslmError(f"The text is too long ({len(plain)} characters); at most {MAX_TEXT} can be read at once.")
        self._languages(language)
        if language != AUTO:
            return plain, language
        try:
            return plain, language_of(plain, self._pack.languages)
        except CslmError as error:
            raise LanguageError(str(error)) from error

    def _languages(self, *codes: str) -> None:
        for code in codes:
            if code != AUTO:
                try:
                    check_language(code, self._pack.languages)
                except CslmError as error:
                    raise LanguageError(str(error)) from error

    @staticmethod
    def _options(
        part: Part,
        language: str,
        temperature: float | None,
        seed: int,
        speak: bool,
        question_language: str = AUTO,
    ) -> Options:
        return Options(
            language=None if language == AUTO else language,
            question_language=None if question_language == AUTO else question_language,
            temperature=temperature,
            seed=seed,
            speak=speak,
            cancelled=part.stop.is_set,
        )


def _plain(text: str) -> str:
    """A text in one line, without what is no character."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _failed(turn: int, reason: str, kind: FailureKind) -> TurnFailed:
    return TurnFailed(turn=turn, reason=reason, kind=kind)


def transcribe(pack: Pack, pcm16k: Pcm) -> Transcript:
    """What is said in the samples (n,) of 16 kHz. Raises CslmError when nothing is."""
    done = _last(pack.chat().transcribe(pcm16k))
    return Transcript(done.text, done.language)


def speak(pack: Pack, text: str, language: str = AUTO, *, seed: int = 0) -> Iterator[Pcm]:
    """The text read aloud, piece by piece, 24 kHz. Raises CslmError for a text that cannot be read."""
    for event in pack.chat().speak(text, language, seed=seed):
        if isinstance(event, Audio):
            yield np.asarray(event.samples)
        elif isinstance(event, TurnFailed):
            raise CslmError(event.reason)


def translate(pack: Pack, text: str, to: str, language: str = AUTO) -> str:
    """The text in the language `to`. Raises CslmError for a language that the pack does not have."""
    return _last(pack.chat().translate(text, to, language)).text


def _last(events: Iterator[TurnEvent]) -> TurnDone:
    for event in events:
        if isinstance(event, TurnFailed):
            raise CslmError(event.reason)
        if isinstance(event, TurnDone):
            return event
    raise AssertionError("a turn ends with TurnDone or TurnFailed")
