"""The dialogue that a chat drives (`cslm_core/dialogue.py`), in the grammar of the joint LM.

A thin layer over `conversation.py` and the tasks of `generate.py`: it settles which languages may be spoken and how
tokens are drawn. Knows nothing of sound or events.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from typing import Final

from cslm_core.chain.conversation import Conversation
from cslm_core.chain.generate import AUTO, TurnOptions, read_aloud, transcribe, translate
from cslm_core.chain.pieces import Counts, EndPiece, HeardPiece, Tick
from cslm_core.components import LanguageModel
from cslm_core.dialogue import Options
from cslm_core.errors import PackError
from cslm_core.lm.sampling import SamplingOptions

__all__ = ["UNIT_TEMPERATURE", "JointDialogue"]

UNIT_TEMPERATURE: Final = 0.0


class JointDialogue:
    """A `Dialogue` with a joint LM. For one thread."""

    def __init__(self, lm: LanguageModel, languages: Sequence[str]) -> None:
        """Raises PackError when the LM does not know all of the pack's languages."""
        for code in languages:
            lm.layout.language_id(code)
        if not languages:
            raise PackError("The pack names no language; install it again.")
        self._lm = lm
        self._conversation = Conversation(lm)
        self._listening = False
        self._turn: Generator[Tick, None, None] | None = None
        self._counts = Counts()

    @property
    def counts(self) -> Counts:
        """Of the last turn that has ended."""
        return self._counts

    def hear(self, units: Sequence[int], /) -> None:
        """See `Dialogue.hear`. Raises EngineError when the question becomes too long."""
        if not self._listening:
            self.settle()
            self._conversation.listen()
            self._listening = True
        self._conversation.push(units)

    def reply(self, options: Options, /) -> Iterator[Tick]:
        """See `Dialogue.reply`."""
        if not self._listening:
            self._conversation.listen()
        self._listening = False
        return self._follow(self._conversation.answer(_turn_options(options)))

    def reply_to_text(self, text: str, language: str, options: Options, /) -> Iterator[Tick]:
        """See `Dialogue.reply_to_text`."""
        self.settle()
        return self._follow(self._conversation.ask_text(text, language, _turn_options(options)), typed=True)

    def settle(self) -> None:
        """See `Dialogue.settle`."""
        if self._turn is not None:
            self._turn.close()
            self._turn = None
        if self._listening:
            self._conversation.drop()
            self._listening = False

    def keep(self, chunks: int, /) -> None:
        """See `Dialogue.keep`."""
        if self._turn is not None:
            self._turn.close()
            self._turn = None
        self._conversation.keep(chunks)

    def forget(self) -> None:
        """See `Dialogue.forget`."""
        self.settle()
        self._conversation.forget()

    def transcribe(self, units: Sequence[int], /) -> Iterator[Tick]:
        """See `Dialogue.transcribe`."""
        return self._counted(transcribe(self._lm, units))

    def read_aloud(self, text: str, language: str, options: Options, /) -> Iterator[Tick]:
        """See `Dialogue.read_aloud`."""
        return self._counted(read_aloud(self._lm, text, language, _turn_options(options)))

    def translate(self, text: str, language: str, to: str, /) -> Iterator[Tick]:
        """See `Dialogue.translate`."""
        return self._counted(translate(self._lm, text, language, to))

    def _follow(self, steps: Iterator[Tick], *, typed: bool = False) -> Iterator[Tick]:
        """Make `steps` the turn that is open. What was typed need not be said to be heard."""
        self._turn = self._counted(steps, typed=typed)
        return self._turn

    def _counted(self, steps: Iterator[Tick], *, typed: bool = False) -> Generator[Tick, None, None]:
        try:
            for step in steps:
                if isinstance(step, EndPiece):
                    self._counts = step.counts
                if not (typed and isinstance(step, HeardPiece)):
                    yield step
        finally:
            if isinstance(steps, Generator):
                steps.close()  # now, and not when the garbage is collected: the history depends on it


def _turn_options(options: Options) -> TurnOptions:
    warm = options.temperature or 0.0
    sampling = SamplingOptions(temperature=warm, unit_temperature=UNIT_TEMPERATURE, seed=options.seed)
    return TurnOptions(
        reply_language=options.language or AUTO,
        question_language=options.question_language or AUTO,
        sampling=sampling,
        speak=options.speak,
    )
