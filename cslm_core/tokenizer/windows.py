"""Cutting speech of any length into encoder windows, the same way offline and while the user is still speaking.

A window has a core of 6 s and up to 1 s of context on each side, so memory is bounded and a question of up to 7 s is
one window with full context. Knows nothing of models.
"""

from __future__ import annotations

from dataclasses import dataclass

CORE_SECONDS = 6
CONTEXT_SECONDS = 1


@dataclass(frozen=True)
class Window:
    """Positions in steps of the caller's unit: encode [start, end), keep [keep_start, keep_end)."""

    start: int
    end: int
    keep_start: int
    keep_end: int


def next_window(position: int, available: int, rate: int, *, last: bool) -> Window | None:
    """The next window from `position` (all before is done) with `available` steps present, at `rate` steps/s.

    Returns None if more input is needed, or if nothing is left. With `last`, a rest of up to one core plus one context
    is taken whole, so that no tiny window without context arises at the end; without, one step more is waited for.
    """
    core, context = CORE_SECONDS * rate, CONTEXT_SECONDS * rate
    start = max(0, position - context)
    if available - position > core + context:
        return Window(start, position + core + context, position, position + core)
    if last and available > position:
        return Window(start, available, position, available)
    return None
