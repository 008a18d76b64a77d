"""Where the time of a turn goes: marks, sums, and the pauses that playing would have had.

Knows nothing of what is done in that time.
"""

from __future__ import annotations

import time
from typing import Literal

from cslm_core.events import TurnStats

__all__ = ["Clock"]

Mark = Literal[
    "tokenizer_done", "heard", "first_text", "first_unit", "first_chunk", "first_mel", "first_sound", "generation_done"
]


class Clock:
    """Starts when the question is over."""

    def __init__(self) -> None:
        self.stats = TurnStats()
        self.lm_busy = 0.0
        """Seconds in which the LM computed."""
        self._begin = time.perf_counter()
        self._played_until: float | None = None

    @property
    def now(self) -> float:
        """Seconds since the question was over."""
        return time.perf_counter() - self._begin

    def mark(self, name: Mark, moment: float | None = None) -> None:
        """Note the time of something when it happens first: now, or at a `moment` of `time.perf_counter()`."""
        if getattr(self.stats, name) is None:
            setattr(self.stats, name, self.now if moment is None else moment - self._begin)

    def sound(self, seconds: float) -> None:
        """So much sound has become ready now."""
        now = self.now
        self.mark("first_sound")
        if self._played_until is None:
            self._played_until = now
        gap = max(0.0, now - self._played_until)
        self.stats.max_gap = max(self.stats.max_gap or 0.0, gap)
        self._played_until = max(self._played_until, now) + seconds
        self.stats.reply_seconds += seconds
        self.stats.done = now

    def finish(self, prompt_seconds: float, tokens: int) -> TurnStats:
        """All is done; `tokens` were generated."""
        stats = self.stats
        if stats.reply_seconds:
            stats.real_time_factor = stats.done / stats.reply_seconds
        else:
            stats.done = self.now
        working = self.lm_busy - prompt_seconds
        stats.prompt_busy = prompt_seconds
        stats.tokens_per_second = tokens / working if working > 0 else 0.0
        return stats
