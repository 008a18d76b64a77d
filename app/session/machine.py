"""What a conversation does when something happens: a table of phases and happenings, and nothing else.

Pure: no threads, no clock, no engine, no devices. `session.py` tells it what happened and carries out what it answers.
A pair that is not in the table changes nothing, on purpose: it is late news of something that is over.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import Final, NamedTuple

from app.session.notices import State

__all__ = ["HELD", "SHOWN", "TABLE", "Action", "Happening", "Machine", "Move", "Phase"]


class Phase(Enum):
    """Where the conversation is. HELD: somebody may be speaking over it, so it waits."""

    STARTING = auto()
    """A pack is being loaded."""
    READY = auto()
    LISTENING = auto()
    """Somebody speaks; the engine hears it at once."""
    THINKING = auto()
    """The question is over, no sound of the reply is there yet."""
    THINKING_HELD = auto()
    SPEAKING = auto()
    """The reply is played and still being made."""
    SPEAKING_HELD = auto()
    FINISHING = auto()
    """The reply is complete and played to its end."""
    FINISHING_HELD = auto()
    REPLAYING = auto()
    """Stored sound is played."""
    REPLAYING_HELD = auto()
    FAILED = auto()
    """No pack is loaded, or the engine has ended."""


class Happening(Enum):
    LOAD = auto()
    """A pack is to be loaded."""
    LOADED = auto()
    LOAD_FAILED = auto()
    CRASHED = auto()
    VOICE = auto()
    """Somebody may be speaking."""
    KEY_VOICE = auto()
    """The push-to-talk key went down: somebody is going to speak."""
    CERTAIN = auto()
    """Somebody really speaks over the reply."""
    VOICE_ENDED = auto()
    VOICE_DROPPED = auto()
    """It was no speech, or no words came in time."""
    ASKED = auto()
    """A whole question is there (typed, a file, one that is asked again)."""
    REPLAY = auto()
    """Stored sound is to be played."""
    SOUND = auto()
    """A piece of the reply's sound has come from the engine."""
    REPLIED = auto()
    """The engine has done its work for the turn."""
    REFUSED = auto()
    """The engine found no words in the question."""
    TURN_FAILED = auto()
    PLAYED = auto()
    """All that was to be played has been heard."""
    STOP = auto()


class Action(Enum):
    """What the session does; in the order of the table."""

    LISTEN = auto()
    """Open a spoken question in the engine and give it what was heard of it so far."""
    FINISH = auto()
    """The spoken question is over: let the engine answer."""
    DROP = auto()
    """Forget the spoken question."""
    ASK = auto()
    """Give the engine the question that is there."""
    WAIT = auto()
    """Keep the question that is there until a pack is loaded."""
    REJECT = auto()
    """The question that is there cannot be answered now: say so."""
    HOLD = auto()
    """Pause the sound and the engine."""
    RELEASE = auto()
    """Let both go on."""
    SAY = auto()
    """Give the piece of sound to the loudspeaker."""
    END_SOUND = auto()
    """No more sound follows."""
    CUT = auto()
    """Silence; the turn that is open, if any, ends as interrupted and keeps what was heard."""
    PLAY = auto()
    """Play the stored sound that is wanted."""
    CLOSE = auto()
    """The turn that is open, if any, is done."""
    REMOVE = auto()
    """The turn was none: take it away without a word."""
    FAIL = auto()
    """Silence; the turn that is open, if any, has failed and keeps what there is."""


class Move(NamedTuple):
    """Where to go, and what to do on the way."""

    to: Phase
    actions: tuple[Action, ...] = ()


_P, _H, _A = Phase, Happening, Action

HELD: Final = {
    _P.THINKING: _P.THINKING_HELD,
    _P.SPEAKING: _P.SPEAKING_HELD,
    _P.FINISHING: _P.FINISHING_HELD,
    _P.REPLAYING: _P.REPLAYING_HELD,
}
"""What each phase that can wait is while it waits."""

SHOWN: Final[dict[Phase, State]] = {
    _P.STARTING: "starting",
    _P.READY: "ready",
    _P.LISTENING: "listening",
    _P.THINKING: "thinking",
    _P.THINKING_HELD: "paused",
    _P.SPEAKING: "speaking",
    _P.SPEAKING_HELD: "paused",
    _P.FINISHING: "speaking",
    _P.FINISHING_HELD: "paused",
    _P.REPLAYING: "speaking",
    _P.REPLAYING_HELD: "paused",
    _P.FAILED: "failed",
}
"""What the user sees of a phase."""


def _busy(phase: Phase) -> dict[tuple[Phase, Happening], Move]:
    """What is the same wherever something is being answered or played."""
    return {
        (phase, _H.STOP): Move(_P.READY, (_A.CUT,)),
        (phase, _H.ASKED): Move(_P.THINKING, (_A.CUT, _A.ASK)),
        (phase, _H.REPLAY): Move(_P.REPLAYING, (_A.CUT, _A.PLAY)),
        (phase, _H.LOAD): Move(_P.STARTING, (_A.CUT,)),
        (phase, _H.KEY_VOICE): Move(_P.LISTENING, (_A.CUT, _A.LISTEN)),
    }


def _held(running: Phase, held: Phase) -> dict[tuple[Phase, Happening], Move]:
    """How a phase begins to wait, and what ends that."""
    return {
        (running, _H.VOICE): Move(held, (_A.HOLD,)),
        (held, _H.CERTAIN): Move(_P.LISTENING, (_A.CUT, _A.LISTEN)),
        (held, _H.VOICE_ENDED): Move(running, (_A.RELEASE,)),
        (held, _H.VOICE_DROPPED): Move(running, (_A.RELEASE,)),
    }


TABLE: Final[dict[tuple[Phase, Happening], Move]] = {
    # nothing is loaded yet
    (_P.STARTING, _H.LOAD): Move(_P.STARTING),
    (_P.STARTING, _H.LOADED): Move(_P.READY, (_A.CUT,)),
    (_P.STARTING, _H.LOAD_FAILED): Move(_P.FAILED),
    (_P.STARTING, _H.CRASHED): Move(_P.FAILED),
    (_P.STARTING, _H.ASKED): Move(_P.STARTING, (_A.WAIT,)),
    (_P.STARTING, _H.REPLAY): Move(_P.STARTING, (_A.CUT, _A.PLAY)),
    (_P.STARTING, _H.PLAYED): Move(_P.STARTING, (_A.CLOSE,)),
    (_P.STARTING, _H.STOP): Move(_P.STARTING, (_A.CUT,)),
    # nothing is loaded any more; what is there can still be heard
    (_P.FAILED, _H.LOAD): Move(_P.STARTING, (_A.CUT,)),
    (_P.FAILED, _H.ASKED): Move(_P.FAILED, (_A.REJECT,)),
    (_P.FAILED, _H.REPLAY): Move(_P.FAILED, (_A.CUT, _A.PLAY)),
    (_P.FAILED, _H.PLAYED): Move(_P.FAILED, (_A.CLOSE,)),
    (_P.FAILED, _H.STOP): Move(_P.FAILED, (_A.CUT,)),
    # nothing is going on
    (_P.READY, _H.VOICE): Move(_P.LISTENING, (_A.LISTEN,)),
    (_P.READY, _H.KEY_VOICE): Move(_P.LISTENING, (_A.LISTEN,)),
    (_P.READY, _H.ASKED): Move(_P.THINKING, (_A.ASK,)),
    (_P.READY, _H.REPLAY): Move(_P.REPLAYING, (_A.PLAY,)),
    (_P.READY, _H.LOAD): Move(_P.STARTING),
    (_P.READY, _H.CRASHED): Move(_P.FAILED),
    (_P.READY, _H.STOP): Move(_P.READY, (_A.CUT,)),
    # somebody speaks
    (_P.LISTENING, _H.VOICE): Move(_P.LISTENING, (_A.DROP, _A.LISTEN)),
    (_P.LISTENING, _H.KEY_VOICE): Move(_P.LISTENING, (_A.DROP, _A.LISTEN)),
    (_P.LISTENING, _H.VOICE_ENDED): Move(_P.THINKING, (_A.FINISH,)),
    (_P.LISTENING, _H.VOICE_DROPPED): Move(_P.READY, (_A.DROP,)),
    (_P.LISTENING, _H.ASKED): Move(_P.THINKING, (_A.DROP, _A.ASK)),
    (_P.LISTENING, _H.REPLAY): Move(_P.REPLAYING, (_A.DROP, _A.PLAY)),
    (_P.LISTENING, _H.LOAD): Move(_P.STARTING, (_A.DROP,)),
    (_P.LISTENING, _H.STOP): Move(_P.READY, (_A.DROP,)),
    (_P.LISTENING, _H.REFUSED): Move(_P.READY, (_A.REMOVE,)),
    (_P.LISTENING, _H.TURN_FAILED): Move(_P.READY, (_A.FAIL,)),
    (_P.LISTENING, _H.CRASHED): Move(_P.FAILED, (_A.FAIL,)),
    # the engine answers
    **_busy(_P.THINKING),
    **_busy(_P.THINKING_HELD),
    **_held(_P.THINKING, _P.THINKING_HELD),
    (_P.THINKING, _H.SOUND): Move(_P.SPEAKING, (_A.SAY,)),
    (_P.THINKING, _H.REPLIED): Move(_P.READY, (_A.CLOSE,)),
    (_P.THINKING, _H.REFUSED): Move(_P.READY, (_A.REMOVE,)),
    (_P.THINKING, _H.TURN_FAILED): Move(_P.READY, (_A.FAIL,)),
    (_P.THINKING, _H.CRASHED): Move(_P.FAILED, (_A.FAIL,)),
    (_P.THINKING_HELD, _H.SOUND): Move(_P.SPEAKING_HELD, (_A.SAY,)),
    (_P.THINKING_HELD, _H.REPLIED): Move(_P.LISTENING, (_A.RELEASE, _A.CLOSE, _A.LISTEN)),
    (_P.THINKING_HELD, _H.REFUSED): Move(_P.LISTENING, (_A.RELEASE, _A.REMOVE, _A.LISTEN)),
    (_P.THINKING_HELD, _H.TURN_FAILED): Move(_P.LISTENING, (_A.RELEASE, _A.FAIL, _A.LISTEN)),
    (_P.THINKING_HELD, _H.CRASHED): Move(_P.FAILED, (_A.RELEASE, _A.FAIL)),
    # the reply is heard
    **_busy(_P.SPEAKING),
    **_busy(_P.SPEAKING_HELD),
    **_held(_P.SPEAKING, _P.SPEAKING_HELD),
    (_P.SPEAKING, _H.SOUND): Move(_P.SPEAKING, (_A.SAY,)),
    (_P.SPEAKING, _H.REPLIED): Move(_P.FINISHING, (_A.END_SOUND,)),
    (_P.SPEAKING, _H.REFUSED): Move(_P.READY, (_A.FAIL,)),
    (_P.SPEAKING, _H.TURN_FAILED): Move(_P.READY, (_A.FAIL,)),
    (_P.SPEAKING, _H.CRASHED): Move(_P.FAILED, (_A.FAIL,)),
    (_P.SPEAKING_HELD, _H.SOUND): Move(_P.SPEAKING_HELD, (_A.SAY,)),
    (_P.SPEAKING_HELD, _H.REPLIED): Move(_P.FINISHING_HELD, (_A.END_SOUND,)),
    (_P.SPEAKING_HELD, _H.REFUSED): Move(_P.LISTENING, (_A.RELEASE, _A.FAIL, _A.LISTEN)),
    (_P.SPEAKING_HELD, _H.TURN_FAILED): Move(_P.LISTENING, (_A.RELEASE, _A.FAIL, _A.LISTEN)),
    (_P.SPEAKING_HELD, _H.CRASHED): Move(_P.FAILED, (_A.RELEASE, _A.FAIL)),
    # the rest of it
    **_busy(_P.FINISHING),
    **_busy(_P.FINISHING_HELD),
    **_held(_P.FINISHING, _P.FINISHING_HELD),
    (_P.FINISHING, _H.PLAYED): Move(_P.READY, (_A.CLOSE,)),
    (_P.FINISHING, _H.CRASHED): Move(_P.FAILED),
    (_P.FINISHING_HELD, _H.PLAYED): Move(_P.LISTENING, (_A.RELEASE, _A.CLOSE, _A.LISTEN)),
    (_P.FINISHING_HELD, _H.CRASHED): Move(_P.FAILED, (_A.RELEASE,)),
    # sound of earlier turns
    **_busy(_P.REPLAYING),
    **_busy(_P.REPLAYING_HELD),
    **_held(_P.REPLAYING, _P.REPLAYING_HELD),
    (_P.REPLAYING, _H.PLAYED): Move(_P.READY, (_A.CLOSE,)),
    (_P.REPLAYING, _H.CRASHED): Move(_P.FAILED),
    (_P.REPLAYING_HELD, _H.PLAYED): Move(_P.LISTENING, (_A.RELEASE, _A.CLOSE, _A.LISTEN)),
    (_P.REPLAYING_HELD, _H.CRASHED): Move(_P.FAILED, (_A.RELEASE,)),
}


class Machine:
    """The phase of one conversation."""

    def __init__(self, phase: Phase = Phase.STARTING) -> None:
        self.phase = phase

    @property
    def held(self) -> bool:
        return self.phase in HELD.values()

    def feed(self, happening: Happening) -> tuple[Action, ...]:
        """Something happened: go on, and say what is to be done."""
        move = TABLE.get((self.phase, happening), Move(self.phase))
        self.phase = move.to
        return move.actions
