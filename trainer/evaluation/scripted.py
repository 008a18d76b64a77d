"""A joint LM that computes everything and says what it is told: for timing answers of a given length.

Interleaved and full chain can only be compared on the same answer. Here every token costs what it costs, the decoder
gets real units of speech, and only the choice of the token is made beforehand. Knows nothing of clocks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice

import numpy as np
from numpy.typing import NDArray

from cslm_core.chain.chunks import cut_chunks
from cslm_core.chain.generate import AUTO, TurnOptions, full_chain
from cslm_core.chain.grammar import text_ids
from cslm_core.components import LanguageModel, LmBranches, LmSession
from cslm_core.dialogue import Options, Step
from cslm_core.events import Exchange
from cslm_core.joint_dialogue import BEAM
from cslm_core.lm.layout import TokenLayout
from cslm_core.lm.sampling import SamplingOptions

__all__ = ["FullChainDialogue", "Script", "ScriptedLm", "write_script"]


@dataclass(frozen=True)
class Script:
    """The tokens of one turn: what is heard, the interleaved reply, and the same reply as text and as units."""

    heard: list[int]
    interleaved: list[int]
    text: list[int]
    units: list[int]


def write_script(
    layout: TokenLayout, question: str, answer: str, language: str, units: Sequence[int], rate: float
) -> Script:
    """A turn in which `question` is heard and `answer` spoken, with `rate` units a letter, taken in turn from `units`.

    `units` should be some seconds of real speech: of a short piece again and again the chain would break off.
    """
    ids = layout.unit_ids(units)
    source = cycle(ids)
    interleaved: list[int] = []
    spoken: list[int] = []
    for chunk in cut_chunks(answer, language):
        part = list(islice(source, max(1, round(len(chunk) * rate))))
        interleaved += [*text_ids(layout, chunk, language), layout.sosp, *part, layout.eosp]
        spoken += part
    return Script(
        [layout.language_id(language), *text_ids(layout, question, language), layout.answer],
        [*interleaved, layout.end],
        [*text_ids(layout, answer, language), layout.end],
        [*spoken, layout.eosp, layout.end],
    )


class ScriptedLm:
    """A `LanguageModel` around another. Set `script` before a turn."""

    def __init__(self, lm: LanguageModel) -> None:
        self.script: Script | None = None
        self._lm = lm

    @property
    def layout(self) -> TokenLayout:
        return self._lm.layout

    def session(self) -> LmSession:
        """An empty sequence."""
        return ScriptedSession(self, self._lm.session())

    def along(self, sequences: Sequence[Sequence[int]], tokens: NDArray[np.bool_], /) -> list[NDArray[np.float32]]:
        """See `LanguageModel.along`."""
        return self._lm.along(sequences, tokens)


class ScriptedSession:
    """An `LmSession` whose logits point at the next token of the script."""

    def __init__(self, lm: ScriptedLm, session: LmSession) -> None:
        self._lm = lm
        self._session = session
        self._due: list[int] = []
        self._last = -1
        self._saying = False

    @property
    def length(self) -> int:
        return self._session.length

    def feed(self, ids: Sequence[int]) -> NDArray[np.float32]:
        """See `LmSession.feed`."""
        logits = self._session.feed(ids)
        for token in ids:
            self._follow(token)
        if self._due:
            logits = logits.copy()
            logits[self._due[0]] = 1e9
        return logits

    def truncate(self, length: int) -> None:
        """See `LmSession.truncate`."""
        self._session.truncate(length)
        self._due = []

    def branch(self, rows: int, most: int, /) -> ScriptedBranches:
        """See `LmSession.branch`."""
        return ScriptedBranches(self._session.branch(rows, most), self._due)

    def _follow(self, token: int) -> None:
        layout, script, last = self._lm.layout, self._lm.script, self._last
        self._last = token
        if script is None:
            return
        if token == layout.say:
            self._saying = True
        if token in layout.languages.values() and last in (layout.answer, layout.text):
            self._due = list(script.interleaved if last == layout.answer else script.text)
        elif self._due and token == self._due[0]:
            del self._due[0]
        elif token == layout.eosp:
            self._due = list(script.heard)
        elif token == layout.sosp and self._saying:
            self._due = list(script.units)
            self._saying = False


class ScriptedBranches:
    """An `LmBranches` whose first row, which is always the likeliest, follows the script."""

    def __init__(self, branches: LmBranches, due: Sequence[int]) -> None:
        self._branches = branches
        self._due = list(due)

    def feed(self, ids: Sequence[int], /) -> NDArray[np.float32]:
        """See `LmBranches.feed`."""
        logits = self._branches.feed(ids).copy()
        if self._due and ids[0] == self._due[0]:
            del self._due[0]
            if self._due:
                logits[0, self._due[0]] = 1e9
        return logits

    def select(self, rows: Sequence[int], /) -> None:
        """See `LmBranches.select`."""
        self._branches.select(rows)


class FullChainDialogue:
    """A `Dialogue` that answers spoken questions in the order TQ, all text, all units. One turn, no history."""

    def __init__(self, lm: LanguageModel) -> None:
        self._lm = lm
        self._units: list[int] = []

    def hear(self, units: Sequence[int], /) -> None:
        """See `Dialogue.hear`; the LM reads them when the question is over."""
        self._units += units

    def expect(self, units: Sequence[int], options: Options, /) -> Iterator[None]:
        """The LM reads the units when the question is over."""
        return iter(())

    def reply(self, options: Options, /) -> Iterator[Step]:
        """See `Dialogue.reply`."""
        units, self._units = self._units, []
        turn = TurnOptions(
            reply_language=options.language or AUTO,
            question_language=options.question_language or AUTO,
            sampling=SamplingOptions(temperature=options.temperature or 0.0, unit_temperature=0.0, seed=options.seed),
            beam=BEAM,
        )
        yield from full_chain(self._lm, units, turn)

    def reply_to_text(self, text: str, language: str, options: Options, /) -> Iterator[Step]:
        """Not compared."""
        raise NotImplementedError

    def settle(self) -> None:
        """Nothing is kept."""

    def keep(self, chunks: int, /) -> None:
        """Nothing is kept."""

    def forget(self) -> None:
        """Nothing is kept."""
        self._units = []

    def recall(self, exchanges: Sequence[Exchange], /) -> int:
        """Nothing is kept."""
        return 0

    def transcribe(self, units: Sequence[int], /) -> Iterator[Step]:
        """Not compared."""
        raise NotImplementedError

    def read_aloud(self, text: str, language: str, options: Options, /) -> Iterator[Step]:
        """Not compared."""
        raise NotImplementedError

    def translate(self, text: str, language: str, to: str, /) -> Iterator[Step]:
        """Not compared."""
        raise NotImplementedError
