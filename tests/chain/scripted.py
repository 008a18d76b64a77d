"""A language model that says what it is told to, and remembers all that it was fed."""

from collections.abc import Iterator, Sequence

import numpy as np

from cslm_core.chain.conversation import Conversation
from cslm_core.chain.generate import Cancelled, TurnOptions, never
from cslm_core.chain.pieces import Tick
from cslm_core.errors import EngineError
from cslm_core.lm.layout import TokenLayout


def ask_units(
    conversation: Conversation, units: Sequence[int], options: TurnOptions | None = None, cancelled: Cancelled = never
) -> Iterator[Tick]:
    """A whole spoken question (merged units); one that is refused is dropped."""
    conversation.listen()
    try:
        conversation.push(units)
    except (EngineError, ValueError):
        conversation.drop()
        raise
    yield from conversation.answer(options, cancelled)


class ScriptedSession:
    def __init__(self, model: "ScriptedLm") -> None:
        self.model = model
        self.ids: list[int] = []

    @property
    def length(self) -> int:
        return len(self.ids)

    def feed(self, ids: Sequence[int]) -> np.ndarray:
        assert ids
        self.model.feeds.append(list(ids))
        self.ids.extend(ids)
        assert len(self.ids) <= self.model.layout.context
        logits = np.zeros(self.model.layout.vocabulary, np.float32)
        wanted = self.model.next_of(self.ids)
        if wanted is not None:
            logits[wanted] = 9.0
        return logits

    def truncate(self, length: int) -> None:
        assert 0 <= length <= len(self.ids)
        del self.ids[length:]


class ScriptedLm:
    """Goes on with `script` after the last [question], [say] or [translate] that was fed, token by token."""

    def __init__(self, layout: TokenLayout) -> None:
        self.layout = layout
        self.script: list[int] = []
        self.feeds: list[list[int]] = []
        self.sessions: list[ScriptedSession] = []

    def next_of(self, ids: list[int]) -> int | None:
        """The first token of the script that has not come yet, in order, since it was set."""
        at = 0
        for token in ids[self.start(ids) :]:
            answered = token == self.layout.text and self.script[at : at + 1] == [self.layout.answer]
            if self.script[at : at + 1] == [token] or answered:
                at += 1
        return self.script[at] if at < len(self.script) else None

    def start(self, ids: list[int]) -> int:
        """Where what the model itself said begins: behind the prompt of the last task."""
        layout = self.layout
        tasks = [i for i, token in enumerate(ids) if token in (layout.question, layout.say, layout.translate)]
        begin = tasks[-1]
        if ids[begin + 1 : begin + 2] == [layout.sosp]:  # spoken: behind the question's units
            return ids.index(layout.eosp, begin) + 1 if layout.eosp in ids[begin:] else len(ids)
        marks = [i for i, token in enumerate(ids) if i > begin and token in (layout.answer, layout.text)]
        if marks:
            return marks[0] + 2
        if layout.sosp in ids[begin:]:
            return ids.index(layout.sosp, begin) + 1
        return len(ids)

    def session(self) -> ScriptedSession:
        self.sessions.append(ScriptedSession(self))
        return self.sessions[-1]
