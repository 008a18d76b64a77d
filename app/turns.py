"""Showing a turn as it happens, for people or as JSON lines, and collecting its sound.

Times are those that the caller of the engine sees. Knows nothing of how a turn comes about.
"""

import json
import sys
import time
from collections.abc import Iterable
from typing import Any

import msgspec
import numpy as np
from rich.markup import escape
from rich.table import Table

from app.output import notes, results
from cslm_core.audio import Pcm
from cslm_core.events import Audio, Heard, TextDelta, TurnDone, TurnEvent, TurnFailed, TurnStats, UnitsChunk

__all__ = ["TurnView", "print_line", "time_table"]


def print_line(value: Any) -> None:
    """One JSON document in one line, at once."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


class TurnView:
    """One turn: give it to `show`, then look at what came."""

    def __init__(self, *, as_json: bool = False, quiet: bool = False) -> None:
        self.heard: Heard | None = None
        self.done: TurnDone | None = None
        self.failed: TurnFailed | None = None
        self.rate = 24_000
        self._as_json = as_json
        self._quiet = quiet
        self._pcm: list[Pcm] = []
        self._begin = time.perf_counter()
        self._line_open = False
        self._sounding: set[int] = set()
        self._waiting: list[str] = []

    @property
    def pcm(self) -> Pcm:
        """All sound of the reply, shape (n,)."""
        return np.concatenate(self._pcm) if self._pcm else np.zeros(0, np.float32)

    def show(self, events: Iterable[TurnEvent]) -> "TurnView":
        """Follow a turn to its end. Raises EngineError when the engine crashes."""
        self._begin = time.perf_counter()
        try:
            for event in events:
                self._keep(event)
                now = time.perf_counter() - self._begin
                if self._as_json:
                    print_line({"at": round(now, 3), **_plain(event)})
                elif not self._quiet:
                    self._print(event, now)
        finally:
            self._close_line()
        if self.failed is not None and not self._as_json:
            notes.print(self.failed.reason, style="red", markup=False)
        return self

    def _keep(self, event: TurnEvent) -> None:
        if isinstance(event, Heard):
            self.heard = event
        elif isinstance(event, Audio):
            self._pcm.append(event.samples)
            self.rate = event.rate
        elif isinstance(event, TurnDone):
            self.done = event
        elif isinstance(event, TurnFailed):
            self.failed = event

    def _print(self, event: TurnEvent, now: float) -> None:
        match event:
            case Heard(final=True):
                results.print(f"{now:7.2f} s  heard   [cyan]{escape(event.text)}[/cyan]  [dim]{event.language}[/dim]")
            case TextDelta():
                if not self._line_open:
                    results.print(f"{now:7.2f} s  text    ", end="")
                    self._line_open = True
                results.print(event.text, end="", style="bold green", markup=False)
            case UnitsChunk():
                if self._line_open:
                    results.print(f"  [dim]{len(event.units)} units at {now:.2f} s[/dim]", end="")
                self._close_line()
            case Audio():
                if event.chunk not in self._sounding:
                    self._sounding.add(event.chunk)
                    self._note(f"{now:7.2f} s  [dim]sound   of chunk {event.chunk + 1}[/dim]")
            case TurnDone() if event.stats.reply_seconds:
                factor = event.stats.real_time_factor
                tail = f", real-time factor {factor:.2f}" if factor is not None else ""
                self._note(f"{now:7.2f} s  [dim]done    {event.stats.reply_seconds:.1f} s of speech{tail}[/dim]")
            case _:
                pass

    def _note(self, line: str) -> None:
        """A line of its own, after the text that is being written."""
        if self._line_open:
            self._waiting.append(line)
        else:
            results.print(line)

    def _close_line(self) -> None:
        if self._line_open:
            results.print()
            self._line_open = False
        for line in self._waiting:
            results.print(line)
        self._waiting.clear()


def _plain(event: TurnEvent) -> dict[str, Any]:
    """An event for a program to read; sound is told by its length."""
    if isinstance(event, Audio):
        return {"is": "audio", "turn": event.turn, "chunk": event.chunk, "seconds": round(event.seconds, 4)}
    plain = msgspec.to_builtins(event)
    assert isinstance(plain, dict)
    return plain


def time_table(turns: list[tuple[str, TurnStats]]) -> Table:
    """Where the time of each turn went, in seconds after the end of the question."""
    table = Table("", *(name for name, _ in turns), title="Where the time went (seconds after the end of the question)")
    rows: list[tuple[str, str, str]] = [
        ("question", "question_seconds", ".1f"),
        ("units of the question", "tokenizer_done", ".2f"),
        ("question understood", "heard", ".2f"),
        ("first text", "first_text", ".2f"),
        ("first speech unit", "first_unit", ".2f"),
        ("first chunk complete", "first_chunk", ".2f"),
        ("first mel frames (flow)", "first_mel", ".2f"),
        ("first sound", "first_sound", ".2f"),
        ("all text and units", "generation_done", ".2f"),
        ("all sound", "done", ".2f"),
        ("length of the reply", "reply_seconds", ".1f"),
        ("tokenizer at work", "tokenizer_busy", ".2f"),
        ("LM reading", "prompt_busy", ".2f"),
        ("decoder at work", "decoder_busy", ".2f"),
        ("LM tokens a second", "tokens_per_second", ".0f"),
        ("real-time factor", "real_time_factor", ".2f"),
        ("longest gap in playing", "max_gap", ".2f"),
    ]
    for label, field, form in rows:
        values = [getattr(stats, field) for _, stats in turns]
        table.add_row(label, *("-" if value is None else format(value, form) for value in values))
    return table
