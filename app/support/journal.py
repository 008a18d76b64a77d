"""What a session tells, in the log: states, packs, devices, kinds of problems, times; never a word of what was said.

Knows nothing of windows.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import asdict

from app.session.notices import DeviceNotice, Notice, PackReady, Problem, ProblemSolved, StateChanged, TurnChanged
from app.store.model import Turn

__all__ = ["noted"]

_log = logging.getLogger(__name__)

_ENDS = ("done", "interrupted", "failed")


def noted(observer: Callable[[Notice], None]) -> Callable[[Notice], None]:
    """An observer that writes what is worth it into the log before `observer` gets it."""
    ended: dict[int, str] = {}

    def observe(notice: Notice) -> None:
        match notice:
            case StateChanged():
                _log.info("state: %s%s, %s", notice.state, " (muted)" if notice.muted else "", notice.mode)
            case PackReady():
                seconds = ", ".join(f"{what} {time:.2f} s" for what, time in notice.seconds.items())
                _log.info("pack: %s %s, %s", notice.pack.name, notice.pack.version, seconds)
            case Problem():  # its sentence may name a file of the user
                _log.warning("problem: %s, remedy: %s", notice.key, notice.remedy or "none")
            case ProblemSolved():
                _log.info("solved: %s", notice.key)
            case DeviceNotice():
                _log.info("%s: %s", notice.kind, notice.name)
            case TurnChanged(turn) if turn.state in _ENDS and ended.get(turn.id) != turn.state:
                ended[turn.id] = turn.state
                _log.info("%s", _turn(turn))
            case _:
                pass
        observer(notice)

    return observe


def _turn(turn: Turn) -> str:
    languages = f"{turn.question_language or '?'} to {turn.reply_language or '?'}"
    times = {} if turn.waterfall is None else asdict(turn.waterfall)
    figures = ", ".join(f"{name} {seconds:.3f}" for name, seconds in times.items() if seconds is not None)
    return (
        f"turn {turn.id}: {turn.origin}, {languages}, {turn.state}, {len(turn.chunks)} chunks; {figures or 'no times'}"
    )
