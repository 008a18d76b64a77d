"""The dialogue of a chat in the project's own grammar: `chain/` behind the contract of `dialogue.py`.

Knows nothing of sound, threads or events.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from cslm_core.chain.conversation import Conversation, PastTurn
from cslm_core.chain.generate import AUTO, TurnOptions, read_aloud, transcribe, translate
from cslm_core.components import LanguageModel
from cslm_core.dialogue import Options, Step
from cslm_core.events import Exchange
from cslm_core.lm.sampling import SamplingOptions

__all__ = ["BEAM", "JointDialogue"]

BEAM: Final = 6
"""LAB.md: what each text that is weighed brings and costs."""


class JointDialogue:
    """A `Dialogue`."""

    def __init__(self, lm: LanguageModel) -> None:
        self._lm = lm
        self._conversation = Conversation(lm)
        self._listening = False

    def hear(self, units: Sequence[int]) -> None:
        if not self._listening:
            self._conversation.listen()
            self._listening = True
        self._conversation.push(units)

    def expect(self, units: Sequence[int], options: Options) -> Iterator[None]:
        if not self._listening:
            self._conversation.listen()
            self._listening = True
        return self._conversation.expect(units, _turn_options(options), options.cancelled)

    def reply(self, options: Options) -> Iterator[Step]:
        self._listening = False
        return self._conversation.answer(_turn_options(options), options.cancelled)

    def reply_to_text(self, text: str, language: str, options: Options) -> Iterator[Step]:
        return self._conversation.ask_text(text, language, _turn_options(options), options.cancelled)

    def settle(self) -> None:
        if self._listening:
            self._conversation.drop()
            self._listening = False

    def keep(self, chunks: int) -> None:
        self._conversation.keep(chunks)

    def forget(self) -> None:
        self._listening = False
        self._conversation.forget()

    def recall(self, exchanges: Sequence[Exchange]) -> int:
        self._listening = False
        return self._conversation.recall(
            [PastTurn(past.question, past.language, past.reply_language, [past.reply]) for past in exchanges]
        )

    def transcribe(self, units: Sequence[int]) -> Iterator[Step]:
        return transcribe(self._lm, units, TurnOptions(beam=BEAM))

    def read_aloud(self, text: str, language: str, options: Options) -> Iterator[Step]:
        return read_aloud(self._lm, text, language, _turn_options(options), cancelled=options.cancelled)

    def translate(self, text: str, language: str, to: str) -> Iterator[Step]:
        return translate(self._lm, text, language, to)


def _turn_options(options: Options) -> TurnOptions:
    sampling = SamplingOptions(seed=options.seed)
    if options.temperature is not None:
        sampling = SamplingOptions(temperature=options.temperature, seed=options.seed)
    return TurnOptions(
        reply_language=options.language or AUTO,
        question_language=options.question_language or AUTO,
        sampling=sampling,
        speak=options.speak,
        beam=BEAM,
    )
