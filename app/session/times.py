"""When the steps of a turn happened, as the whole application sees them. Pure: is handed every time.

Times are `time.monotonic()` seconds; what comes out is seconds after the end of speech.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.store.model import Waterfall
from cslm_core.events import TurnStats

__all__ = ["Times"]


@dataclass
class Times:
    """Filled in as the turn goes; what has not happened stays None."""

    end: float | None = None
    """When the speaker stopped, or the question was sent."""
    hangover: float | None = None
    """Seconds until the voice activity detection was sure of it."""
    heard: float | None = None
    first_text: float | None = None
    first_sound: float | None = None
    played: float | None = None

    def mark(self, name: str, now: float) -> None:
        """Note when something happened first: "heard", "first_text", "first_sound" or "played"."""
        if getattr(self, name) is None:
            setattr(self, name, now)

    def waterfall(self, stats: TurnStats | None) -> Waterfall | None:
        """All of it; what only the engine sees is placed by what both have seen. None without an end of speech."""
        if self.end is None:
            return None
        offset = self._offset(stats)
        return Waterfall(
            vad_hangover=self.hangover,
            tokenizer=_sum(offset, stats.tokenizer_done if stats is not None else None),
            heard=self._after(self.heard),
            first_text=self._after(self.first_text),
            first_unit=_sum(offset, stats.first_unit if stats is not None else None),
            first_mel=_sum(offset, stats.first_mel if stats is not None else None),
            first_sound=self._after(self.first_sound),
            played=self._after(self.played),
        )

    def _after(self, moment: float | None) -> float | None:
        return None if moment is None or self.end is None else max(0.0, moment - self.end)

    def _offset(self, stats: TurnStats | None) -> float | None:
        """How long after the end of speech the engine's own clock began: at most what each shared mark allows."""
        if stats is None:
            return None
        pairs = ((self.heard, stats.heard), (self.first_text, stats.first_text), (self.first_sound, stats.first_sound))
        offsets = [
            after - engine for here, engine in pairs if engine is not None and (after := self._after(here)) is not None
        ]
        return max(0.0, min(offsets)) if offsets else None


def _sum(offset: float | None, seconds: float | None) -> float | None:
    return None if offset is None or seconds is None else offset + seconds
