"""Latencies of turns as figures: the steps between their marks, percentiles over a session, and files of them.

Pure: no widgets, no texts of the user. Knows nothing of how the times were taken.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
import numpy as np

from app.store.model import Turn, Waterfall

__all__ = ["MARKS", "Step", "percentile", "steps", "timed", "to_csv", "to_json", "total"]

MARKS: Final = tuple(field.name for field in dataclasses.fields(Waterfall))
"""In the order in which they happen."""


@dataclass(frozen=True, slots=True)
class Step:
    """From the mark before to this one; seconds after the end of speech."""

    mark: str
    start: float
    end: float

    @property
    def seconds(self) -> float:
        return self.end - self.start


def steps(waterfall: Waterfall) -> list[Step]:
    """The steps of a turn without gaps. A mark that came before the one in front of it has a step of no length."""
    found: list[Step] = []
    now = 0.0
    for mark in MARKS:
        at = getattr(waterfall, mark)
        if at is not None:
            end = max(now, at)
            found.append(Step(mark, now, end))
            now = end
    return found


def total(waterfall: Waterfall) -> float:
    """When the last thing happened."""
    marked = steps(waterfall)
    return marked[-1].end if marked else 0.0


def timed(turns: Iterable[Turn]) -> list[Turn]:
    """Those of which times are known, the newest first."""
    known = [turn for turn in turns if turn.waterfall is not None and steps(turn.waterfall)]
    return sorted(known, key=lambda turn: turn.asked, reverse=True)


def percentile(turns: Sequence[Turn], mark: str, percent: float) -> float | None:
    """Of the seconds from the end of speech to a mark, over the turns that have it."""
    there = [at for turn in turns if turn.waterfall is not None and (at := getattr(turn.waterfall, mark)) is not None]
    return float(np.percentile(there, percent)) if there else None


def _row(turn: Turn) -> dict[str, Any]:
    """The figures of a turn, without anything that was said."""
    waterfall = dataclasses.asdict(turn.waterfall) if turn.waterfall is not None else {}
    return {
        "asked": turn.asked.isoformat(timespec="seconds"),
        "origin": turn.origin,
        "state": turn.state,
        "question_language": turn.question_language,
        "reply_language": turn.reply_language,
        **{mark: waterfall.get(mark) for mark in MARKS},
    }


def to_csv(turns: Sequence[Turn]) -> str:
    """A line for each turn, times in seconds."""
    text = io.StringIO()
    writer = csv.DictWriter(text, ["asked", "origin", "state", "question_language", "reply_language", *MARKS])
    writer.writeheader()
    writer.writerows(_row(turn) for turn in turns)
    return text.getvalue()


def to_json(turns: Sequence[Turn], longest_stall: float) -> str:
    """Everything that is known of the times, with the percentiles. `longest_stall` in seconds."""
    summary = {mark: {"p50": percentile(turns, mark, 50), "p95": percentile(turns, mark, 95)} for mark in MARKS}
    written = {
        "written": datetime.now().astimezone().isoformat(timespec="seconds"),
        "unit": "seconds after the end of speech",
        "summary": summary,
        "longest_stall": longest_stall,
        "turns": [
            {**_row(turn), "engine": msgspec.to_builtins(turn.stats) if turn.stats is not None else None}
            for turn in turns
        ],
    }
    return json.dumps(written, ensure_ascii=False, indent=1)
