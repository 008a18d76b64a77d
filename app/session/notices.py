"""What a session tells whoever shows it (the window, a test), in order. Light values; no Qt, no devices.

Delivered in the session's thread; the window carries them over to its own. The session takes commands from any thread
(`session.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from app.audio.events import DeviceKind
from app.store.model import Conversation, Turn
from cslm_core.events import PackInfo

__all__ = [
    "ConversationOpened",
    "ConversationsChanged",
    "DeviceNotice",
    "LevelChanged",
    "Notice",
    "PackLoading",
    "PackReady",
    "Problem",
    "ProblemSolved",
    "Remedy",
    "State",
    "StateChanged",
    "TurnChanged",
    "TurnRemoved",
    "WordSpoken",
]

State = Literal["starting", "ready", "listening", "thinking", "speaking", "paused", "failed"]
"""`paused`: the reply is held because somebody may be speaking over it. Muted is a flag of its own (StateChanged)."""

Remedy = Literal["", "restart-engine", "choose-pack", "choose-device", "open-log", "retry"]
"""What the button beside a problem does; empty: there is no button."""


@dataclass(frozen=True, slots=True)
class StateChanged:
    state: State
    muted: bool
    mode: Literal["hands-free", "push-to-talk", "off"]


@dataclass(frozen=True, slots=True)
class LevelChanged:
    dbfs: float
    speech: float
    clipped: bool


@dataclass(frozen=True, slots=True)
class ConversationsChanged:
    """The list of conversations is another one now; ask the store."""


@dataclass(frozen=True, slots=True)
class ConversationOpened:
    conversation: Conversation
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class TurnChanged:
    """A turn is new or has changed (text came, it ended, ...): show this value in place of the one with its id."""

    turn: Turn


@dataclass(frozen=True, slots=True)
class TurnRemoved:
    turn: int


@dataclass(frozen=True, slots=True)
class WordSpoken:
    """The word that is being played: its number in the chunk's text (see `words.py`), None: none any more."""

    turn: int
    chunk: int
    word: int | None


@dataclass(frozen=True, slots=True)
class PackLoading:
    progress: float
    what: str


@dataclass(frozen=True, slots=True)
class PackReady:
    pack: PackInfo
    seconds: dict[str, float]


@dataclass(frozen=True, slots=True)
class Problem:
    """One clear sentence and what mends it. `key` names the kind: a new one with the same key replaces the old."""

    key: str
    sentence: str
    remedy: Remedy = ""


@dataclass(frozen=True, slots=True)
class ProblemSolved:
    key: str


@dataclass(frozen=True, slots=True)
class DeviceNotice:
    """The device in use; `sentence` is empty unless the user should be told of a change."""

    kind: DeviceKind
    name: str
    sentence: str = ""


Notice: TypeAlias = (
    StateChanged
    | LevelChanged
    | ConversationsChanged
    | ConversationOpened
    | TurnChanged
    | TurnRemoved
    | WordSpoken
    | PackLoading
    | PackReady
    | Problem
    | ProblemSolved
    | DeviceNotice
)
