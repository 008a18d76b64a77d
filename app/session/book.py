"""The conversation that is open, in the store and for whoever shows it: every change of a turn goes through here.

What cannot be stored is told, and the conversation goes on. For the session's thread. Knows nothing of the engine and
of devices.
"""

from __future__ import annotations

import contextlib
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from app.session.notices import (
    ConversationOpened,
    ConversationsChanged,
    Notice,
    Problem,
    ProblemSolved,
    TurnChanged,
    TurnRemoved,
)
from app.session.reply import exchanges
from app.store.model import Conversation, Origin, Turn, TurnState
from app.store.store import SoundKind, Store
from cslm_core.audio import LISTEN_RATE, Pcm, resample
from cslm_core.errors import CslmError
from cslm_core.events import Exchange

__all__ = ["Book"]

_RECENT: Final = 8
"""Sounds that are kept in memory, so that the newest can be heard again whatever the settings say."""


@dataclass
class _Sound:
    rate: int
    pieces: list[Pcm] = field(default_factory=list)
    stored: int = 0
    """How many of the pieces the store has."""


class Book:
    """One conversation at a time; `conversation` is the one that is open."""

    def __init__(self, store: Store, observer: Callable[[Notice], None]) -> None:
        self.keep_sound = True
        self.conversation: Conversation | None = None
        self._store = store
        self._observer = observer
        self._recent: OrderedDict[tuple[int, SoundKind], _Sound] = OrderedDict()

    # conversations

    def new(self, private: bool) -> None:
        """Open a new conversation; one that is open and empty serves."""
        with self._telling():
            self._leave()
        try:
            self.conversation = self._store.create(private=private)
        except CslmError as error:
            self._observer(Problem("store", str(error)))
            self.conversation = self._store.create(private=True)  # in memory, which nothing refuses
        self._observer(ConversationsChanged())
        self._observer(ConversationOpened(self.conversation, ()))

    def open(self, conversation: int) -> None:
        """Open one that is stored. Raises CslmError when there is none of that number (any more)."""
        opened = self._store.conversation(conversation)
        if self.conversation is None or self.conversation.id != conversation:
            self._leave()
        self.conversation = opened
        self._observer(ConversationOpened(opened, tuple(self.turns())))

    def _leave(self) -> None:
        """A conversation without turns is not worth keeping."""
        if self.conversation is not None and not self.turns():
            self._store.delete(self.conversation.id)

    def close(self) -> None:
        """Nothing is open afterwards."""
        with self._telling():
            self._leave()
        self.conversation = None

    # turns

    def turns(self) -> list[Turn]:
        """Of the open conversation, oldest first."""
        return [] if self.conversation is None else self._store.turns(self.conversation.id)

    def turn(self, number: int) -> Turn:
        """Raises CslmError when there is no such turn (any more)."""
        return self._store.turn(number)

    def exchanges(self, before: int | None = None) -> list[Exchange]:
        """What the engine should remember: all turns, or those before one."""
        turns = self.turns()
        numbers = [turn.id for turn in turns]
        if before in numbers:
            turns = turns[: numbers.index(before)]
        return exchanges(turns)

    def begin(self, origin: Origin, *, state: TurnState, question: str = "", wanted: str = "") -> Turn:
        """A new turn, shown at once; in a new conversation when the open one is gone or takes no more."""

        def made() -> Turn:
            if self.conversation is None:
                self.new(private=False)
            assert self.conversation is not None
            number = self.conversation.id
            return self._store.new_turn(number, origin, state=state, question=question, wanted_language=wanted)

        try:
            turn = made()
        except CslmError as error:
            self._observer(Problem("store", str(error)))
            self.conversation = None
            turn = made()
        self._observer(TurnChanged(turn))
        self._observer(ConversationsChanged())
        return turn

    def show(self, turn: Turn) -> Turn:
        """A turn has changed a little: shown, stored with the next `save`."""
        self._observer(TurnChanged(turn))
        return turn

    def save(self, turn: Turn) -> Turn:
        """A turn has changed: stored and shown; one that has been deleted meanwhile does not come back."""
        kept = True  # what the disk refuses is still there
        with self._telling():
            kept = self._store.save(turn)
        return self.show(turn) if kept else turn

    def listed(self) -> None:
        """The list of conversations shows something of the turns that has changed."""
        self._observer(ConversationsChanged())

    def remove(self, number: int) -> None:
        """A turn and its sounds are taken away."""
        for kind in ("question", "reply"):
            self._recent.pop((number, kind), None)
        with self._telling():
            self._store.delete_turn(number)
        self._observer(TurnRemoved(number))
        self._observer(ConversationsChanged())

    def begin_again(self, turn: Turn, state: TurnState = "thinking") -> Turn:
        """The turn without its reply and the sound of it."""
        self._recent.pop((turn.id, "reply"), None)
        with self._telling():
            self._store.clear_sound(turn.id, "reply")
        emptied = replace(
            turn,
            state=state,
            chunks=(),
            heard_seconds=None,
            problem="",
            stats=None,
            waterfall=None,
            reply_language="",
        )
        return self.save(emptied)

    # sounds

    def take_question(self, number: int) -> Pcm:
        """The sound of a question, 16 kHz (n,), which the turn has no more afterwards."""
        pcm = self.sound(number, "question", LISTEN_RATE)
        self._recent.pop((number, "question"), None)
        with self._telling():
            self._store.clear_sound(number, "question")
        return np.zeros(0, np.float32) if pcm is None else pcm

    def add_sound(self, number: int, kind: SoundKind, pcm: Pcm, rate: int) -> None:
        """More sound of a turn; `store_sounds` brings it to the store."""
        sound = self._recent.setdefault((number, kind), _Sound(rate))
        sound.pieces.append(pcm)
        while len(self._recent) > _RECENT:
            self._recent.popitem(last=False)

    def store_sounds(self, number: int) -> None:
        """What has come of the turn's sounds since the last time goes to the store, if sounds are kept."""
        if not self.keep_sound:
            return
        for kind in ("question", "reply"):
            sound = self._recent.get((number, kind))
            if sound is None or sound.stored == len(sound.pieces):
                continue
            pcm = np.concatenate(sound.pieces[sound.stored :])
            sound.stored = len(sound.pieces)
            with self._telling():
                self._store.add_sound(number, kind, pcm, sound.rate)

    def sound(self, number: int, kind: SoundKind, rate: int) -> Pcm | None:
        """The sound of a turn at `rate`, mono float32 (n,); None when it was not kept."""
        recent = self._recent.get((number, kind))
        if recent is not None:
            pcm, own = np.concatenate(recent.pieces), recent.rate
        else:
            stored = self._store.sound(number, kind)
            if stored is None:
                return None
            pcm, own = stored
        return pcm if own == rate else resample(pcm, own, rate)

    @contextlib.contextmanager
    def _telling(self) -> Iterator[None]:
        """What the store refuses is a problem to be told; the conversation goes on."""
        try:
            yield
        except CslmError as error:
            self._observer(Problem("store", str(error)))
        else:
            self._observer(ProblemSolved("store"))
