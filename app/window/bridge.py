"""From the session's thread to the window's: notices become Qt signals, and what they add up to is kept.

`Bridge.post` may be called from any thread. What a widget may have missed (the pack that is loaded, the problems that
stand, the turns of the open conversation) it asks of the bridge, so that a window can be built anew at any time. Knows
nothing of widgets.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.audio.events import DeviceKind
from app.session.notices import (
    ConversationOpened,
    ConversationsChanged,
    DeviceNotice,
    LevelChanged,
    Notice,
    PackLoading,
    PackReady,
    Problem,
    ProblemSolved,
    StateChanged,
    TurnChanged,
    TurnRemoved,
    WordSpoken,
)
from app.store.model import Conversation, Turn
from cslm_core.events import PackInfo

__all__ = ["Bridge"]

_STARTING: Final = StateChanged("starting", muted=False, mode="off")


class Bridge(QObject):
    """Signals in the main thread, in the order of the notices; of levels and of one turn's changes only the newest."""

    state_changed = Signal(object)
    """StateChanged"""
    level_changed = Signal(object)
    """LevelChanged"""
    conversations_changed = Signal()
    conversation_opened = Signal(object)
    """ConversationOpened"""
    turn_changed = Signal(object)
    """Turn"""
    turn_removed = Signal(int)
    word_spoken = Signal(object)
    """WordSpoken"""
    pack_loading = Signal(object)
    """PackLoading"""
    pack_ready = Signal(object)
    """PackReady"""
    pack_lost = Signal()
    """What was to be loaded could not be, or there was nothing to load; the pack before it is gone as well"""
    problems_changed = Signal()
    device_changed = Signal(object)
    """DeviceNotice"""

    _wake = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state: StateChanged = _STARTING
        self.pack: PackInfo | None = None
        self.loading: PackLoading | None = None
        self.conversation: Conversation | None = None
        self.turns: dict[int, Turn] = {}
        """Of the open conversation, oldest first."""
        self.problems: dict[str, Problem] = {}
        self.devices: dict[DeviceKind, DeviceNotice] = {}
        self._queue: deque[Notice] = deque()
        self._lock = threading.Lock()
        self._woken = False
        self._wake.connect(self._drain, Qt.ConnectionType.QueuedConnection)

    def post(self, notice: Notice) -> None:
        """Take a notice from any thread; returns at once."""
        with self._lock:
            self._queue.append(notice)
            if self._woken:
                return
            self._woken = True
        self._wake.emit()

    @Slot()
    def _drain(self) -> None:
        with self._lock:
            waiting = list(self._queue)
            self._queue.clear()
            self._woken = False
        for notice in _newest(waiting):
            self._deliver(notice)

    def _deliver(self, notice: Notice) -> None:
        match notice:
            case LevelChanged():
                self.level_changed.emit(notice)
            case WordSpoken():
                self.word_spoken.emit(notice)
            case TurnChanged(turn):
                if self.conversation is None or turn.conversation == self.conversation.id:
                    self.turns[turn.id] = turn
                    self.turn_changed.emit(turn)
            case TurnRemoved(number):
                self.turns.pop(number, None)
                self.turn_removed.emit(number)
            case StateChanged():
                self.state = notice
                # A running engine that has crashed still has its pack: it comes back with the engine.
                if notice.state == "failed" and (self.loading is not None or self.pack is None):
                    self._lose_pack()
                self.state_changed.emit(notice)
            case ConversationsChanged():
                self.conversations_changed.emit()
            case ConversationOpened(conversation, turns):
                self.conversation = conversation
                self.turns = {turn.id: turn for turn in turns}
                self.conversation_opened.emit(notice)
            case PackLoading():
                self.loading = notice
                self.pack_loading.emit(notice)
            case PackReady(pack, _):
                self.pack = pack
                self.loading = None
                self.pack_ready.emit(notice)
            case Problem(key=key):
                if key == "engine" and self.loading is not None:  # it hangs: another pack can be tried
                    self._lose_pack()
                self.problems.pop(key, None)  # the newest stands last
                self.problems[key] = notice
                self.problems_changed.emit()
            case ProblemSolved(key):
                if self.problems.pop(key, None) is not None:
                    self.problems_changed.emit()
            case DeviceNotice(kind=kind):
                self.devices[kind] = notice
                self.device_changed.emit(notice)

    def _lose_pack(self) -> None:
        self.loading = self.pack = None
        self.pack_lost.emit()

    def dismiss(self, key: str) -> None:
        """The user has read a problem."""
        if self.problems.pop(key, None) is not None:
            self.problems_changed.emit()


def _newest(notices: list[Notice]) -> list[Notice]:
    """Without what a later notice makes pointless: levels, spoken words, and values of a turn before its newest."""
    kept: list[Notice] = []
    seen: set[object] = set()
    for notice in reversed(notices):
        key: object = None
        if isinstance(notice, LevelChanged | WordSpoken | PackLoading):
            key = type(notice)
        elif isinstance(notice, TurnChanged):
            key = notice.turn.id
        elif isinstance(notice, ConversationOpened):
            seen.clear()  # what is newer belongs to this conversation, what is older does not
        if key is not None:
            if key in seen:
                continue
            seen.add(key)
        kept.append(notice)
    kept.reverse()
    return kept
