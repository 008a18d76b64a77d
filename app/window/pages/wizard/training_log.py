"""What a training has told so far, as a window shows it: curves, sentences to hear, how long it still takes.

Made from the records of `progress.jsonl`, in order. Knows nothing of files and widgets.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from trainer.language.records import Row

__all__ = ["Sample", "TrainingLog"]


@dataclass(frozen=True, slots=True)
class Sample:
    """A sentence as the model spoke it at a step; `audio` is relative to the job's folder."""

    step: int
    text: str
    audio: str


@dataclass
class TrainingLog:
    """After a resume the steps since the last checkpoint come again: the newest record of a step counts."""

    losses: dict[int, float] = field(default_factory=dict)
    """By step"""
    held_out: dict[str, dict[int, float]] = field(default_factory=dict)
    """By task, then by step"""
    samples: dict[tuple[int, str], Sample] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    steps: int = 0
    """How many there will be."""
    step: int = 0
    stage: str = ""
    eta: float | None = None
    """Seconds"""
    tokens_per_second: float | None = None
    memory: float | None = None
    """Bytes"""
    paused: bool = False
    ended: str = ""
    """"done", "stopped", "failed", or empty while it runs."""

    def add(self, records: Iterable[Row]) -> None:
        """Take in further records; what cannot be understood is passed over."""
        for record in records:
            self._add(record)

    def _add(self, record: Row) -> None:
        step = record.get("step")
        if isinstance(step, int):
            self.step = step
        match record["kind"]:
            case "start":
                self.steps = int(record.get("steps") or 0)
                self.paused, self.ended = False, ""
                self._forget_after(self.step)
            case "step":
                self._step(record)
            case "eval":
                for task, loss in dict(record.get("losses") or {}).items():
                    if isinstance(loss, int | float):
                        self.held_out.setdefault(str(task), {})[self.step] = float(loss)
            case "sample":
                text, audio = str(record.get("text", "")), str(record.get("audio", ""))
                self.samples[self.step, text] = Sample(self.step, text, audio)
            case "note":
                self.notes.append(str(record.get("sentence", "")))
            case "paused":
                self.paused = True
            case "resumed":
                self.paused = False
            case "end":
                self.ended, self.eta, self.paused = str(record.get("how", "")), None, False
            case _:
                pass

    def _step(self, record: Row) -> None:
        self.stage = str(record.get("stage", ""))
        self.eta = _number(record.get("eta"))
        self.tokens_per_second = _number(record.get("tokens_per_second"))
        self.memory = _number(record.get("memory"))
        loss = _number(record.get("loss"))
        if loss is not None:
            self.losses[self.step] = loss

    def _forget_after(self, step: int) -> None:
        """A run that goes on from `step` does what comes after it anew."""
        self.losses = {at: loss for at, loss in self.losses.items() if at <= step}
        for curve in self.held_out.values():
            for at in [at for at in curve if at > step]:
                del curve[at]
        self.samples = {key: sample for key, sample in self.samples.items() if sample.step <= step}

    @property
    def newest_samples(self) -> list[Sample]:
        """The newest first."""
        return sorted(self.samples.values(), key=lambda sample: -sample.step)


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
